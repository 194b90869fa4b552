using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Node;

/// <summary>Finds out which package manager a project is for, and in which version.</summary>
/// <param name="folder">The folder with the lock.</param>
/// <param name="package">Its package.json.</param>
/// <param name="nodeVersion">The version of Node.js.</param>
internal sealed partial class NodeManagerReader(ProjectFolder folder, NodePackage package, string nodeVersion)
{
    private static readonly (string File, string Manager)[] Locks =
    [
        ("package-lock.json", "npm"), ("npm-shrinkwrap.json", "npm"), ("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lock",
            "bun"), ("bun.lockb", "bun"),
    ];

    private static readonly string[] Configuration = [".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml", ".pnpmfile.cjs",
        ".pnpmfile.mjs", "bunfig.toml"];

    /// <exception cref="MultiStageException">There are locks of several package managers, or an unknown one is named.</exception>
    public NodeManager Read()
    {
        var locks = Locks.Where(one => folder.Has(one.File)).ToList();
        var found = locks.Select(one => one.Manager).Distinct(StringComparer.Ordinal).ToList();
        var asked = package.PackageManager?.Split('@', 2);
        var name = asked?[0] ?? (found.Count <= 1 ? found.FirstOrDefault() ?? (folder.Has("pnpm-workspace.yaml") ? "pnpm" : "npm")
            : throw new MultiStageException(
                $"'{folder.Path}' has locks of several package managers: {string.Join(", ", locks.Select(one => one.File))}. "
                + $"Delete those that are not used, or name one in package.json, as in \"packageManager\": \"{found[0]}@…\"."));
        var version = asked is [_, var text] ? text.Split('+')[0] : null;
        var isLocked = found.Contains(name, StringComparer.Ordinal);
        var isBerry = name == "yarn" && IsBerry(version);
        var program = isBerry || name == "yarn" ? YarnPath() : null;
        var (package_, reason) = program is not null ? (null, null) : Package(name, version, isBerry);
        string[] locked = [.. locks.Where(one => one.Manager == name).Select(one => one.File)];
        return new NodeManager(name, package_, reason)
        {
            IsLocked = isLocked,
            Assumptions = name == "npm" && version is not null
                ? [new Assumption($"package.json names npm {version}: the npm that Node.js {nodeVersion} brings installs, which reads the "
                    + "same lock.")] : [],
            IsBerry = isBerry,
            Call = program is null ? name : "node " + program,
            Files = [.. locked, .. folder.Existing(Configuration.Where(Travels)), .. Patches()],
            Folders = [.. folder.Existing(name == "yarn" ? [".yarn"] : [])],
            // Yarn 1 breaks its cache where two of it install at a time, as the builder and the packages that ship do.
            Cache = (name, isBerry) switch
            {
                ("npm", _) => RunMount.Cache("/root/.npm"),
                ("pnpm", _) => RunMount.Cache("/root/.local/share/pnpm/store"),
                ("bun", _) => RunMount.Cache("/root/.bun/install/cache"),
                (_, true) => RunMount.Cache("/root/.yarn/berry/cache"),
                _ => RunMount.Cache("/usr/local/share/.cache/yarn", sharing: "locked"),
            },
        };
    }

    // A file that holds a token stays out of the context, and with it out of the image's history.
    private bool Travels(string file) => file != ".npmrc" || !Token().IsMatch(folder.ReadIfThere(file) ?? "");

    private bool IsBerry(string? version) => version is not null ? !version.StartsWith('1')
        : folder.ReadIfThere("yarn.lock") is { } text ? text.Contains("__metadata:", StringComparison.Ordinal)
        : folder.Has(".yarnrc.yml");

    /// <summary>Returns the program of Yarn that the project itself brings.</summary>
    private string? YarnPath()
    {
        var path = Setting(".yarnrc.yml", YarnRelease()) ?? Setting(".yarnrc", OldYarnRelease());
        return path is not null && folder.Has(path) ? path : null;
    }

    private string? Setting(string file, Regex pattern) => pattern.Match(folder.ReadIfThere(file) ?? "") is not { Success: true } match
        ? null
        : match.Groups["path"].Value is var path && path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    private (string? Package, string? Reason) Package(string name, string? version, bool isBerry)
    {
        var lockVersion = name == "pnpm" ? LockVersion().Match(folder.ReadIfThere("pnpm-lock.yaml") ?? "").Groups["version"].Value
            : isBerry ? BerryVersion().Match(folder.ReadIfThere("yarn.lock") ?? "").Groups["version"].Value : "";
        var said = version is not null ? $"{name} in the version that package.json names." : lockVersion.Length > 0
            ? $"{name} in the version that its lock is for." : $"{name} in its stable version.";
        return name switch
        {
            "npm" => (null, null),
            "pnpm" => ("pnpm@" + (version ?? Pnpm(lockVersion)), said),
            "yarn" when isBerry => ("@yarnpkg/cli-dist@" + (version ?? Berry(lockVersion)), said),
            "yarn" => ("yarn@" + (version ?? "1"), said),
            "bun" => ("bun@" + (version ?? "1"), said),
            _ => throw new MultiStageException(
                $"package.json in '{folder.Path}' names the package manager '{package.PackageManager}'; npm, pnpm, yarn and bun are "
                    + "known."),
        };
    }

    // pnpm's releases say which versions of the lock each reads, and which Node.js it runs on.
    private string Pnpm(string lockVersion) => (lockVersion, VersionText.Parse(nodeVersion)?.Major ?? int.MaxValue) switch
    {
        ("5.3" or "5.2" or "5.1", _) or (_, < 14) => "6",
        ("5.4", _) or (_, < 16) => "7",
        ("6.0" or "6.1", _) or (_, < 18) => "8",
        _ => "10",
    };

    private static string Berry(string lockVersion) => lockVersion switch
    {
        "4" => "2",
        "5" or "6" => "3",
        _ => "4",
    };

    private IEnumerable<string> Patches() =>
        package.Patches.Concat(WorkspacePatches().Match(folder.ReadIfThere("pnpm-workspace.yaml") ?? "").Groups["path"].Captures.Select(
            capture => capture.Value.Trim('\'', '"')))
            .Where(folder.Has).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"^\s*[^#;\s][^=]*(_authToken|_auth|_password)\s*=\s*[^\s$]",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();

    [GeneratedRegex(@"^yarnPath:\s*['""]?(?<path>[^'""\s#]+)", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex YarnRelease();

    [GeneratedRegex(@"^yarn-path\s+['""]?(?<path>[^'""\s#]+)", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex OldYarnRelease();

    [GeneratedRegex(@"\AlockfileVersion:\s*['""]?(?<version>[0-9.]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LockVersion();

    [GeneratedRegex(@"__metadata:\s+version:\s*(?<version>[0-9]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BerryVersion();

    [GeneratedRegex(@"^patchedDependencies:[ \t]*\r?\n([ \t]+\S+:[ \t]*(?<path>\S+)[ \t]*\r?\n?)+",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WorkspacePatches();
}
