using System.IO.Enumeration;
using System.Text.RegularExpressions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Toolchains;
using Tomlyn.Model;

namespace Cake.MultiStage.Projects.Rust;

/// <summary>What a folder's Cargo files say, with all members of its workspace.</summary>
internal sealed partial record CargoProject(CargoManifest Root, IReadOnlyList<CargoManifest> Packages, string? Channel, string? ChannelFile,
    bool HasLock, bool NeedsDownloads, string? Vendor, bool HasFlags, IReadOnlyList<string> Manifests)
{
    /// <summary>Gets what .cargo/config.toml says of building.</summary>
    public required CargoConfiguration Configuration { get; init; }

    /// <summary>Gets the targets and components that the file of the toolchain names, as commands of rustup.</summary>
    public IReadOnlyList<string> ToolchainParts { get; private init; } = [];

    /// <summary>Gets the names of the crates that Cargo.lock has; empty where there is none.</summary>
    public required IReadOnlySet<string> Crates { get; init; }

    private static readonly string[] ToolchainFiles = ["rust-toolchain", "rust-toolchain.toml"];
    private static readonly string[] ConfigurationFiles = [".cargo/config.toml", ".cargo/config"];

    /// <summary>Gets the least version of Rust that a manifest names.</summary>
    public string? RustVersion => StatesVersion?.RustVersion;

    public string? RustVersionFile => StatesVersion?.Path;

    private CargoManifest? StatesVersion =>
        Packages.Where(package => package.RustVersion is not null).MaxBy(package => VersionText.Parse(package.RustVersion!));

    /// <summary>Gets the folders of packages that lie outside of the project's.</summary>
    public IReadOnlyList<string> Outside =>
        [.. Packages.Select(package => package.Folder.TrimEnd('/'))
            .Where(PosixPath.Leaves)
            .Order(StringComparer.Ordinal)];

    /// <summary>Finds the workspace above that a folder's package is a member of.</summary>
    public static ProjectFolder? Workspace(ProjectFolder folder)
    {
        for (var at = folder.Above("Cargo.toml"); at is not null; at = at.Above("Cargo.toml"))
        {
            var root = CargoManifest.Read(at, "");
            if (root.IsWorkspace)
            {
                return IsMember(root, at.Described) || root.PathDependencies.Any(path => FolderOf("", path) == at.Described) ? at : null;
            }
        }

        return null;
    }

    /// <exception cref="MultiStageException">There is no Cargo.toml, or one is not valid TOML.</exception>
    public static CargoProject Read(ProjectFolder folder)
    {
        if (!folder.Has("Cargo.toml"))
        {
            throw new MultiStageException($"'{folder.Path}' is not a Rust project: it has no Cargo.toml.");
        }

        var root = CargoManifest.Read(folder, "");
        List<CargoManifest> packages = [root];
        foreach (var member in folder.Find("Cargo.toml")
            .Select(path => path[..^"Cargo.toml".Length])
            .Where(member => IsMember(root, member)))
        {
            packages.Add(CargoManifest.Read(folder, member));
        }

        for (var i = 0; i < packages.Count; i++)
        {
            foreach (var path in packages[i].PathDependencies.Select(path => FolderOf(packages[i].Folder, path))
                .Where(path => packages.All(known => known.Folder != path))
                .Distinct(StringComparer.Ordinal))
            {
                packages.Add(folder.Has(path + "Cargo.toml") ? CargoManifest.Read(folder, path) : throw new MultiStageException(
                    $"'{packages[i].Path}' in '{folder.Path}' depends on the package in '{path}', which has no Cargo.toml. Correct the "
                        + "path."));
            }
        }

        var configuration = folder.Existing(ConfigurationFiles) is [var file, ..] ? CargoManifest.Toml(folder, file) : [];
        var (channel, channelFile) = ChannelOf(folder);
        var hasLock = folder.Has("Cargo.lock");
        return new CargoProject(
            root,
            packages,
            channel,
            channelFile,
            hasLock,
            hasLock
                ? folder.Read("Cargo.lock").Contains("\nsource = ", StringComparison.Ordinal)
                : packages.Exists(package => package.NeedsDownloads),
            VendorOf(configuration),
            configuration.Values.OfType<TomlTable>()
                .Concat(CargoManifest.Table(configuration, "target")?.Values.OfType<TomlTable>() ?? [])
                .Any(table => table.ContainsKey("rustflags")),
            [.. folder.Existing(["Cargo.toml", "Cargo.lock", .. ToolchainFiles, .. ConfigurationFiles]),
                .. packages.Skip(1).Select(package => package.Path)])
        {
            Configuration = CargoConfiguration.Of(configuration),
            ToolchainParts = channelFile is null ? [] : PartsOf(folder, channelFile),
            Crates = hasLock
                ? LockedName()
                    .Matches(folder.Read("Cargo.lock"))
                    .Select(match => match.Groups["name"].Value)
                    .ToHashSet(StringComparer.Ordinal)
                : packages.SelectMany(package => package.DependencyNames).ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>Tells whether a package's folder is one of the default members, which may be patterns.</summary>
    public static bool IsDefault(string folder, IEnumerable<string> defaults) =>
        defaults.Any(member => member.Length == 0 ? folder.Length == 0 : folder.Length > 0 && Matches(member, folder.TrimEnd('/')));

    private static bool IsMember(CargoManifest root, string folder)
    {
        var path = folder.TrimEnd('/');
        return path.Length > 0
            && root.Members.Any(pattern => Matches(pattern, path))
            && !root.Excluded.Any(excluded => path == excluded || path.StartsWith(excluded + "/", StringComparison.Ordinal));
    }

    private static bool Matches(string pattern, string path)
    {
        string[] parts = [.. PosixPath.Parts(pattern)];
        var folders = path.Split('/');
        return parts.Length == folders.Length
            && parts.Zip(folders).All(pair => FileSystemName.MatchesSimpleExpression(pair.First, pair.Second, ignoreCase: false));
    }

    /// <summary>Reads the channel; of two files that without an ending takes precedence.</summary>
    private static (string? Channel, string? File) ChannelOf(ProjectFolder folder)
    {
        if (folder.Existing(ToolchainFiles) is [var file, ..])
        {
            var text = folder.Read(file).Trim();
            var channel = text.Contains('=', StringComparison.Ordinal)
                ? CargoManifest.Text(CargoManifest.Table(CargoManifest.Toml(folder, file), "toolchain"), "channel")
                : text;
            return (channel, channel is null ? null : file);
        }

        return (null, null);
    }

    private static IReadOnlyList<string> PartsOf(ProjectFolder folder, string file)
    {
        if (!folder.Read(file).Contains('=', StringComparison.Ordinal))
        {
            return [];
        }

        // What people work with, and no build does.
        string[] others = ["rustfmt", "clippy", "rust-analyzer", "rust-docs", "llvm-tools", "miri", "cargo", "rustc", "rust-std"];
        var toolchain = CargoManifest.Table(CargoManifest.Toml(folder, file), "toolchain");
        return [.. new[] { ("target", "targets"), ("component", "components") }
            .Select(kind => (kind.Item1, Names: CargoManifest.Texts(toolchain, kind.Item2).Except(others, StringComparer.Ordinal).ToList()))
            .Where(kind => kind.Names.Count > 0)
            .Select(kind => $"rustup {kind.Item1} add {string.Join(' ', kind.Names.Select(ShellWord.Quoted))}")];
    }

    private static string? VendorOf(TomlTable configuration) =>
        CargoManifest.Table(configuration, "source")?.Values.OfType<TomlTable>()
            .Select(source => CargoManifest.Text(source, "directory"))
            .OfType<string>()
            .FirstOrDefault();

    /// <summary>Puts a path on a folder; one that leads out of the project begins with <c>..</c>.</summary>
    private static string FolderOf(string folder, string path) =>
        PosixPath.Join(folder, path) is { Length: > 0 } joined ? joined + "/" : "";

    [GeneratedRegex(@"^name = ""(?<name>[^""]+)""", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex LockedName();
}
