using Cake.MultiStage.Projects.Sites;

namespace Cake.MultiStage.Projects.Detection;

/// <summary>Looks at a folder, chooses the ecosystem whose files are there, and says why.</summary>
internal static class ProjectDetector
{
    /// <exception cref="MultiStageException">Nothing fits the folder, or several ecosystems do equally.</exception>
    public static ImageProject Describe(string path, DetectSettings settings)
    {
        var folder = new ProjectFolder(path);
        var (chosen, findings, assumptions) = settings.Ecosystem is { } said ? (said, [$"{said} was asked for"], []) : Choose(folder);
        var project = Described(chosen, folder, settings, assumptions);
        return project with { Findings = [.. findings, .. project.Findings], Assumptions = [.. assumptions, .. project.Assumptions] };
    }

    /// <exception cref="MultiStageException">The preset can't describe the folder; the message names what else it could be.</exception>
    private static ImageProject Described(
        Ecosystem chosen, ProjectFolder folder, DetectSettings settings, IReadOnlyList<Assumption> assumptions)
    {
        try
        {
            return EcosystemPresets.Describe(chosen, folder.Path, settings);
        }
        catch (MultiStageException exception) when (assumptions.Count > 0)
        {
            throw new MultiStageException(
                $"{exception.Message}\n{string.Join('\n', assumptions.Select(assumption => assumption.Text))}", exception);
        }
    }

    /// <summary>Chooses; the reasons are what is found and what is assumed.</summary>
    public static (Ecosystem Ecosystem, IReadOnlyList<string> Findings, IReadOnlyList<Assumption> Assumptions) Choose(ProjectFolder folder)
    {
        var all = new ProjectSigns(folder, EcosystemPresets.All);
        var signs = all.Find();
        var other = OtherToolchain.Of(folder);
        if (other is var (toolchain, file) && !signs.Any(IsClear))
        {
            throw new MultiStageException($"'{folder.Path}' is a project of {toolchain.Name}, by {file}, which has no preset. "
                + $"Such lines describe it; see that they fit:\n{toolchain.Lines(folder)}");
        }

        var candidates = signs.Where(sign => sign.Strength != SignStrength.Helper && sign.Strength == signs[0].Strength).ToList();
        if (HugoSite.IsTheme(folder) && candidates.TrueForAll(sign => sign.Ecosystem is Ecosystem.Site or Ecosystem.Node))
        {
            throw HugoSite.ThemeAlone(folder);
        }

        if (candidates.Count == 0)
        {
            throw new MultiStageException(Nothing(folder, all, signs));
        }

        if (candidates.Count > 1)
        {
            throw new MultiStageException($"'{folder.Path}' "
                + $"fits {string.Join(" and ", candidates.Select(sign => $"{sign.Ecosystem} ({sign.File})"))} equally. Choose one, as in "
                + $"detect.Ecosystem = Ecosystem.{candidates[0].Ecosystem}, or describe the folder of one of them alone.");
        }

        var chosen = candidates[0];
        return (
            chosen.Ecosystem,
            [$"{chosen.File} makes it a project of {chosen.Ecosystem}{(chosen.Reading is null ? "" : $": {chosen.Reading}")}"],
            [
                .. chosen.Strength < SignStrength.Nested
                    ? [new Assumption($"no manifest says that it is a project of {chosen.Ecosystem}: {chosen.File} alone "
                    + $"does. {Otherwise}", Doubtful: true)] : Array.Empty<Assumption>(),
                .. other is { } beside
                    ? [new Assumption(
                        $"{beside.File} is there, too, and would be of {beside.Toolchain.Name}, which has no preset: it was taken for a "
                    + "part of the project. Describe it by MultiStageProject where that is wrong.", Doubtful: true)]
                        : Array.Empty<Assumption>(),
                .. signs.Where(sign => sign != chosen)
                    .Select(sign => new Assumption($"{sign.File} is there, too, and would be of {sign.Ecosystem}: it was taken "
                    + $"for {sign.Reading ?? "a part of the project"}. {Otherwise}", Doubtful: sign.Strength != SignStrength.Helper)),
            ]);
    }

    // A Makefile, a page or loose source is beside projects of many kinds.
    private static bool IsClear(Sign sign) => sign.Strength == SignStrength.Manifest && sign.Ecosystem != Ecosystem.Site
        && !sign.File.EndsWith("akefile", StringComparison.Ordinal);

    private const string Otherwise = "Set detect.Ecosystem where that is wrong.";

    private static string Nothing(ProjectFolder folder, ProjectSigns all, IReadOnlyList<Sign> signs)
    {
        var helpers = signs.Count == 0 ? "" : $" {string.Join(", ", signs.Select(sign => $"{sign.File} was taken for {sign.Reading}"))}; "
            + $"set detect.Ecosystem = Ecosystem.{signs[0].Ecosystem} where that is wrong.";
        var below = all.Below.Count == 0 ? "" : $" In folders below there are: {string.Join(", ", all.Below.Take(5))}. Detect in one of "
            + "those folders.";
        return $"No ecosystem fits '{folder.Path}'.{helpers}{below}\nLooked for, in that folder:\n "
            + $" {string.Join("\n  ", all.LookedFor)}\nFor any other project there is MultiStageProject.";
    }
}
