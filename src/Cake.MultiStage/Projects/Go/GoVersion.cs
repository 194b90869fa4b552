using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Go;

/// <summary>
/// Chooses the version of Go. What go.mod names is a least one, which any newer builds (Go's documentation, "Go Toolchains").
/// </summary>
internal static class GoVersion
{
    /// <exception cref="MultiStageException">There is no such version.</exception>
    public static VersionChoice Choose(ProjectFolder folder, GoModule? module, PresetSettings settings, ToolchainTable table)
    {
        if (settings.ToolchainVersion is { } given)
        {
            return VersionChoice.Given(given, table["go"]);
        }

        var chooser = new VersionChooser(table, table["go"], tag => table.Exists(Image(tag)));
        if (settings.BuilderImage is not null)
        {
            return chooser.Choose();
        }

        var pins = new[] { ToolPins.FirstLine(folder, ".go-version") }.OfType<VersionRequest>().Concat(ToolPins.Of(folder, "golang", "go"));
        var least = module?.Version is { } text && VersionText.Parse(text) is { } version
            ? new VersionRequest($"{text} or newer", module.VersionFile, VersionRange.AtLeast(version)) : null;
        return chooser.Choose([.. pins, .. least is null ? [] : new[] { least }]);
    }

    public static string Image(string tag) => $"golang:{tag}";
}
