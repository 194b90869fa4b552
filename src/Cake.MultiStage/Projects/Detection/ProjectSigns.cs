using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Detection;

/// <summary>Finds the signs of every ecosystem in a folder.</summary>
internal sealed partial class ProjectSigns(ProjectFolder folder)
{
    /// <summary>The manifests of each ecosystem, in its own folder: name patterns, the most telling first.</summary>
    private static readonly (Ecosystem Ecosystem, string[] Patterns)[] Manifests =
    [
        (Ecosystem.Go, ["go.work", "go.mod"]),
        (Ecosystem.DotNet, ["*.slnx", "*.sln", "*.csproj", "*.fsproj", "*.vbproj"]),
        (Ecosystem.Node, ["package.json"]),
        (Ecosystem.Rust, ["Cargo.toml"]),
        (Ecosystem.Java, ["pom.xml", "build.gradle.kts", "build.gradle", "settings.gradle.kts", "settings.gradle"]),
        (Ecosystem.Python, ["pyproject.toml", "setup.py", "Pipfile", "requirements.txt"]),
        (Ecosystem.C, ["CMakeLists.txt", "Makefile", "makefile", "GNUmakefile"]),
        (Ecosystem.Site, ["hugo.toml", "hugo.yaml", "hugo.json", "_config.yml"]),
    ];

    /// <summary>Source that makes a project without a manifest.</summary>
    private static readonly (Ecosystem Ecosystem, SignStrength Strength, string[] Patterns)[] Sources =
    [
        (Ecosystem.Go, SignStrength.Source, ["*.go"]),
        (Ecosystem.Node, SignStrength.Source, ["server.js", "server.mjs", "index.js", "index.mjs"]),
        (Ecosystem.Java, SignStrength.Source, ["*.java"]),
        (Ecosystem.Python, SignStrength.Source, ["*.py"]),
        (Ecosystem.C, SignStrength.Source, ["*.c", "*.cc", "*.cpp", "*.cxx"]),
        (Ecosystem.Site, SignStrength.Page, ["index.html"]),
    ];

    private static readonly string[] Everywhere = [.. Manifests.SelectMany(entry => entry.Patterns)];

    private readonly IReadOnlyList<string> _files = folder.Find([.. Everywhere, .. Sources.SelectMany(entry => entry.Patterns)]);

    /// <summary>Gets what is looked for, for the error where nothing is found.</summary>
    public static IReadOnlyList<string> LookedFor => [.. Manifests.Select(entry => $"{entry.Ecosystem}: {string.Join(", ", entry.Patterns.Concat(Sources.Where(source => source.Ecosystem == entry.Ecosystem).SelectMany(source => source.Patterns)))}")];

    /// <summary>Gets manifests in folders below.</summary>
    public IReadOnlyList<string> Below => [.. _files.Where(path => !IsOwn(path) && Everywhere.Any(pattern => Matches(pattern, path)))];

    /// <summary>Returns the clearest sign of each ecosystem that has one, the clearest first.</summary>
    public IReadOnlyList<Sign> Find()
    {
        List<Sign> signs = [.. Manifests.Select(entry => FirstOf(entry.Ecosystem, SignStrength.Manifest, entry.Patterns)).OfType<Sign>().Select(Read)];
        if (_files.FirstOrDefault(path => !IsOwn(path) && (path.EndsWith(".csproj", StringComparison.Ordinal) || path.EndsWith(".fsproj", StringComparison.Ordinal))) is { } nested)
        {
            signs.Add(new Sign(Ecosystem.DotNet, SignStrength.Nested, nested));
        }

        signs.AddRange(Sources.Select(entry => FirstOf(entry.Ecosystem, entry.Strength, entry.Patterns)).OfType<Sign>());
        // Java's sources lie in the folders of their packages, and finished pages often in a folder of their own.
        signs.AddRange(_files.Where(path => path.EndsWith(".java", StringComparison.Ordinal)).Take(1).Select(path => new Sign(Ecosystem.Java, SignStrength.Source, path)));
        signs.AddRange(_files.Where(path => path is "public/index.html" or "site/index.html" or "html/index.html").Take(1).Select(path => new Sign(Ecosystem.Site, SignStrength.Page, path)));
        var manifests = signs.Where(sign => sign.Strength == SignStrength.Manifest).ToList();
        return [.. signs.Select(sign => Beside(sign, manifests))
            .GroupBy(sign => sign.Ecosystem).Select(group => group.MaxBy(sign => sign.Strength)!)
            .OrderByDescending(sign => sign.Strength).ThenBy(sign => sign.Ecosystem)];
    }

    /// <summary>Takes a manifest for what it says, not for its name.</summary>
    private Sign Read(Sign sign) => sign.File switch
    {
        "package.json" when PackageJson.Read(folder) is { Generator: { } generator } => new Sign(Ecosystem.Site, SignStrength.Manifest, sign.File, $"{generator} makes a site, and nothing in it is a server"),
        "package.json" when PackageJson.Read(folder) is { HasProgram: false, HasServer: false } => sign with { Strength = Has("server.js", "index.js", "server.mjs", "index.mjs") ? SignStrength.Manifest : SignStrength.Source, Reading = "it names no program" },
        "pyproject.toml" when !ProjectTable().IsMatch(folder.Read(sign.File)) => sign with { Strength = Has("*.py") ? SignStrength.Manifest : SignStrength.Helper, Reading = "the configuration of tools" },
        "Makefile" or "makefile" or "GNUmakefile" when !_files.Any(path => SourceOfC(path)) => sign with { Strength = SignStrength.Helper, Reading = "commands, as there is no C source" },
        "_config.yml" when !Has("index.html") => sign with { Strength = SignStrength.Helper, Reading = "the configuration of a page" },
        "go.mod" when !_files.Any(path => path.EndsWith(".go", StringComparison.Ordinal)) => sign with { Strength = SignStrength.Source, Reading = "modules, as there is no Go source" },
        _ => sign,
    };

    /// <summary>Takes a file for a helper where the manifest of another ecosystem is beside it.</summary>
    private Sign Beside(Sign sign, List<Sign> manifests)
    {
        if (sign.Strength == SignStrength.Helper || manifests.TrueForAll(other => other.Ecosystem == sign.Ecosystem))
        {
            return sign;
        }

        return sign switch
        {
            { Ecosystem: Ecosystem.Node } when !(Has("package.json") && PackageJson.Read(folder).HasServer) => Helper("assets"),
            { Ecosystem: Ecosystem.Site, File: "package.json" } => manifests.TrueForAll(other => other.Ecosystem is Ecosystem.Site or Ecosystem.Node) ? sign : Helper("assets"),
            { File: "Makefile" or "makefile" or "GNUmakefile" } => Helper("commands"),
            { File: "requirements.txt" } when !Has("*.py") => Helper("the packages of tools"),
            { Strength: SignStrength.Source or SignStrength.Page } => Helper("a part of it"),
            _ => sign,
        };

        Sign Helper(string reading) => sign with { Strength = SignStrength.Helper, Reading = reading };
    }

    private Sign? FirstOf(Ecosystem ecosystem, SignStrength strength, string[] patterns) =>
        patterns.Select(pattern => _files.FirstOrDefault(path => IsOwn(path) && Matches(pattern, path))).OfType<string>().Select(file => new Sign(ecosystem, strength, file)).FirstOrDefault();

    private bool Has(params string[] patterns) => _files.Any(path => IsOwn(path) && patterns.Any(pattern => Matches(pattern, path)));

    private static bool SourceOfC(string path) => Sources.Single(entry => entry.Ecosystem == Ecosystem.C).Patterns.Any(pattern => Matches(pattern, path));

    private static bool IsOwn(string path) => !path.Contains('/', StringComparison.Ordinal);

    private static bool Matches(string pattern, string path) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, path.AsSpan(path.LastIndexOf('/') + 1), ignoreCase: false);

    [GeneratedRegex(@"^\s*\[(project|build-system|tool\.poetry)\b", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProjectTable();
}
