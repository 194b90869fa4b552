using System.Text.RegularExpressions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects.Rust;

/// <summary>What the sources and crates of a Rust program tell of its needs when it runs.</summary>
internal static partial class RustSource
{
    /// <summary>Crates that look up the system's certificates when they call others.</summary>
    private static readonly string[] Callers =
    [
        "rustls-native-certs", "rustls-platform-verifier", "native-tls", "openssl-probe", "hyper-tls", "curl", "isahc", "git2",
    ];

    /// <summary>Crates that compile templates in, and the folder that they take them of.</summary>
    private static readonly string[] TemplateCompilers = ["askama", "rinja", "sailfish", "ructe", "rinja_derive", "askama_derive",
        "markup"];

    /// <summary>What Cargo leaves in the project.</summary>
    public static IReadOnlyList<string> Ignored(CargoProject cargo) =>
        [.. cargo.Packages.Where(member => !PosixPath.Leaves(member.Folder))
            .Select(member => member.Folder + "target"), "**/*.rs.bk"];

    public static bool CallsByTls(CargoProject cargo) => Array.Exists(Callers, cargo.Crates.Contains);

    /// <summary>Tells where a package has its program listen; the programs of a package share what they have in common.</summary>
    public static IReadOnlyList<Listening> Listens(ProjectFolder folder, CargoProject cargo, string package, string binary)
    {
        var home = cargo.Packages.FirstOrDefault(member => member.Package == package)?.Folder ?? "";
        var own = home + "src/bin/";
        return SourcePorts.OfRust(folder.Find("*.rs")
            .Where(path => path.StartsWith(home + "src/", StringComparison.Ordinal)
                && (!path.StartsWith(own, StringComparison.Ordinal) || path == $"{own}{binary}.rs"
                    || path.StartsWith($"{own}{binary}/", StringComparison.Ordinal)))
            .Select(path => new SourceFile(path, WithoutTests(folder.Read(path)))));
    }

    public static ProgramReads Reads(ProjectFolder folder, CargoProject cargo, string package, PresetSettings settings)
    {
        var home = cargo.Packages.FirstOrDefault(member => member.Package == package)?.Folder ?? "";
        var vendor = cargo.Vendor?.TrimEnd('/') + "/";
        // What a build script in a folder of its own is made of.
        string[] scripts = [.. cargo.Packages.Where(member => member.BuildScript is not null)
            .Select(member => PosixPath.Join(member.Folder, member.BuildScript!))
            .Select(script => script[..(script.LastIndexOf('/') + 1)] is { Length: > 0 } place && place.Split('/')[^2] != "src"
                ? place : script)];
        SourceFile[] sources =
        [
            .. folder.Find("*.rs")
                .Where(path => (cargo.Vendor is null || !path.StartsWith(vendor, StringComparison.Ordinal))
                    && !path.EndsWith("build.rs", StringComparison.Ordinal)
                    && !Array.Exists(scripts, script => path.StartsWith(script, StringComparison.Ordinal)))
                .Select(path => new SourceFile(path, WithoutTests(folder.Read(path)))),
        ];
        var compiled = Array.Exists(TemplateCompilers, cargo.Crates.Contains)
            ? cargo.Packages.Select(member => member.Folder + "templates") : [];
        var migrations = Array.Exists(sources, source => source.Text.Contains("migrate!(", StringComparison.Ordinal)
            || source.Text.Contains("embed_migrations!(", StringComparison.Ordinal))
            ? cargo.Packages.Select(member => member.Folder + "migrations") : [];
        return ProgramReads.Of(folder, SourceLanguage.Rust, sources, compiled.Concat(migrations),
            home.Length == 0 || PosixPath.Leaves(home) ? [""] : ["", home], settings, Ignored(cargo));
    }

    // The module with the tests stands at the end of a file; one in a file of its own is only named, anywhere.
    private static string WithoutTests(string text) => Tests().Match(text) is { Success: true } tests ? text[..tests.Index] : text;

    [GeneratedRegex(@"#\[cfg\(test\)\]\s*(#\[[^\]]*\]\s*)*(pub(\([a-z]+\))?\s+)?mod\s+[A-Za-z0-9_]+\s*\{",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Tests();
}
