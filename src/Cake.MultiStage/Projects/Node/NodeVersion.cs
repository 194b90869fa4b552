using System.Globalization;
using Cake.MultiStage.Projects.Hints;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Node;

/// <summary>
/// Chooses the version of Node.js: <c>.nvmrc</c> (nvm's names, such as <c>lts/*</c>, among it) takes precedence, then
/// <c>.node-version</c>, Volta's pin, <c>.tool-versions</c>, <c>mise.toml</c>, the range of package.json's <c>engines</c>, and where no
/// file says it the line that the project's own Dockerfile starts from.
/// </summary>
internal static class NodeVersion
{
    private const string Package = "package.json";

    /// <exception cref="MultiStageException">There is no such version.</exception>
    public static VersionChoice Choose(ProjectFolder folder, NodePackage package, PresetSettings settings, ToolchainTable table)
    {
        if (settings.ToolchainVersion is { } given)
        {
            return VersionChoice.Given(given, table["node"]);
        }

        var chooser = new VersionChooser(table, table["node"], tag => table.Exists(Image(tag, "-slim")));
        if (settings is { BuilderImage: not null, FinalBase: not null })
        {
            return chooser.Choose();
        }

        IEnumerable<VersionRequest> pins =
        [
            .. new[] { ToolPins.FirstLine(folder, ".nvmrc"), ToolPins.FirstLine(folder, ".node-version") }.OfType<VersionRequest>(),
            .. package.VoltaVersion is { } volta ? [new VersionRequest(volta, Package, Range: null)] : Array.Empty<VersionRequest>(),
            .. ToolPins.Of(folder, "nodejs", "node"),
        ];
        var engines = package.Engine is { } engine ? Engines(engine) : null;
        VersionRequest[] asked = [.. pins.Select(pin => Named(pin, table)), .. engines is null ? [] : new[] { engines }];
        return asked.Length == 0 && settings.ReadDockerfile && OfDockerfile(folder) is { } own && table["node"].Line(own.Text) is not null
            ? chooser.Choose(own) : chooser.Choose(asked);
    }

    /// <summary>Reads the line of versions that the project's own Dockerfile starts from; its packages were chosen for that.</summary>
    private static VersionRequest? OfDockerfile(ProjectFolder folder) => OwnDockerfile.Of(folder) is { } own
        && own.TagOf("node")?.Split('-')[0].Split('.')[0] is { Length: > 0 } line && line.All(char.IsAsciiDigit)
            ? new VersionRequest(line, own.File, Range: null) : null;

    public static string Image(string tag, string variant) => $"node:{tag}{variant}";

    /// <exception cref="MultiStageException">The text is not a range.</exception>
    private static VersionRequest Engines(string text) => new(text, Package, VersionRange.Npm(text) ?? throw new MultiStageException(
        $"package.json asks for Node.js '{text}' in \"engines\", which is not a range that npm knows, such as \">=22\". "
        + "Change it, or set ToolchainVersion."));

    /// <summary>
    /// Resolves a pin's names: <c>v20</c>, <c>lts/*</c>, <c>lts/-1</c>, <c>lts/jod</c>, <c>node</c>, and ranges, which mise takes.
    /// </summary>
    /// <exception cref="MultiStageException">It is none.</exception>
    private static VersionRequest Named(VersionRequest pin, ToolchainTable table)
    {
        var text = pin.Text.StartsWith('v') ? pin.Text[1..] : pin.Text;
        var releases = table["node"].Releases;
        var longTerm = releases.Where(release => release.IsLongTerm(table.Date)).ToList();
        var name = text.StartsWith("lts/", StringComparison.OrdinalIgnoreCase) ? text["lts/".Length..].ToLowerInvariant()
            : text.StartsWith("lts-", StringComparison.OrdinalIgnoreCase) ? text["lts-".Length..].ToLowerInvariant()
            : text.Equals("lts", StringComparison.OrdinalIgnoreCase) || text == "--lts" ? "*" : null;
        var found = (name, text) switch
        {
            ("*", _) => longTerm[0].Version,
            ({ } back, _) when
                int.TryParse(back, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var steps) && steps < 0 =>
                longTerm.ElementAtOrDefault(-steps)?.Version,
            ({ } codename, _) => releases.FirstOrDefault(release => release.Codename == codename)?.Version,
            (_, "node" or "stable" or "latest" or "current") => table["node"].Supported(table.Date).First().Version,
            _ when VersionText.Parse(text) is not null => text,
            _ => null,
        };
        return found is not null ? pin with { Text = found }
            : VersionRange.Npm(text) is { } range ? pin with { Range = range }
            : throw new MultiStageException(
                $"{pin.File} asks for Node.js '{pin.Text}', which is not a version that is known. "
                + $"Change it to one such as {longTerm[0].Version}, or set ToolchainVersion.");
    }
}
