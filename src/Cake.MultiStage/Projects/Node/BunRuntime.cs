using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Node;

/// <summary>Bun as what runs a program (Bun's documentation, "Containerize a Bun application with Docker").</summary>
internal static class BunRuntime
{
    private const string Id = "bun";

    /// <summary>Tells whether a package that names no start is for Bun: by its types, or by "engines".</summary>
    public static bool IsFor(NodePackage package) => !package.Scripts.ContainsKey("start") && (package.BunEngine is not null
        || package.Uses("@types/bun")
        || package.Uses("bun-types")
        || package.PackageManager?.StartsWith("bun@", StringComparison.Ordinal) == true);

    /// <exception cref="MultiStageException">There is no such version.</exception>
    public static NodeRuntime Of(NodeSource source, PresetSettings settings)
    {
        var table = ToolchainTable.Default;
        var manager = source.RootPackage.PackageManager is { } named && named.StartsWith("bun@", StringComparison.Ordinal)
            ? new VersionRequest(named["bun@".Length..].Split('+')[0], "package.json", Range: null) : null;
        var engine = (source.Package.BunEngine ?? source.RootPackage.BunEngine) is { } range && VersionRange.Npm(range) is { } allowed
            ? new VersionRequest(range, "package.json", allowed) : null;
        IEnumerable<VersionRequest?> asked =
            [ToolPins.FirstLine(source.Root, ".bun-version"), .. ToolPins.Of(source.Root, Id), manager, engine];
        var version = settings.ToolchainVersion is { } given ? VersionChoice.Given(given, table[Id])
            : new VersionChooser(table, table[Id], tag => table.Exists(Image(tag, "-slim"))).Choose([.. asked.OfType<VersionRequest>()]);
        Dictionary<BaseFlavor, string> bases = new()
        {
            [BaseFlavor.Slim] = Image(version.Tag, "-slim"),
            [BaseFlavor.Alpine] = Image(version.Tag, "-alpine"),
            [BaseFlavor.Distroless] = Image(version.Tag, "-distroless"),
        };
        return new NodeRuntime($"Bun {version.Tag}", version, Id, bases, Image(version.Tag, ""), bases[BaseFlavor.Alpine])
        {
            ProgramPath = "/usr/local/bin/bun", IsBun = true,
        };
    }

    private static string Image(string tag, string variant) => $"oven/bun:{tag}{variant}";
}
