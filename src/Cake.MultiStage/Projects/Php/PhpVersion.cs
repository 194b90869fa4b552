using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Php;

/// <summary>
/// Chooses the version of PHP: a pin takes precedence, then what Composer's platform is set to, then what the project and all the
/// packages of its lock allow (Composer's documentation, "Versions and constraints").
/// </summary>
internal static class PhpVersion
{
    /// <exception cref="MultiStageException">There is no such version.</exception>
    public static VersionChoice Choose(ProjectFolder folder, ComposerFile? composer, PresetSettings settings, ToolchainTable table)
    {
        if (settings.ToolchainVersion is { } given)
        {
            return VersionChoice.Given(given, table["php"]);
        }

        var chooser = new VersionChooser(table, table["php"], tag => table.Exists(Image(tag, "-apache")));
        if (settings.BuilderImage is not null)
        {
            return chooser.Choose();
        }

        var pins = new[] { ToolPins.FirstLine(folder, ".php-version") }.OfType<VersionRequest>().Concat(ToolPins.Of(folder, "php"));
        var choice = chooser.Choose([.. pins, .. Platform(composer), .. Allowed(composer)]);
        if (choice is not { Asked.File: PlatformFile, Release: { } old } || !old.HasEnded(table.Date) || Allowed(composer) is not [var all])
        {
            return choice;
        }

        // Packages are chosen for the least version that the program is to run on: it may run on a newer one.
        var newest = chooser.Choose(all);
        return newest.Release?.HasEnded(table.Date) != false ? choice : newest with
        {
            Assumptions = [.. newest.Assumptions,
                new Assumption($"{PlatformFile} has packages chosen for PHP {composer!.PlatformPhp}, whose support has ended; the project "
                    + $"and its packages allow {newest.Tag}, which is taken. Set ToolchainVersion = \"{old.Version}\" for the other.")],
        };
    }

    private const string PlatformFile = "composer.json (config.platform)";

    public static string Image(string tag, string variant) => $"php:{tag}{variant}";

    /// <summary>Reads a constraint of Composer's; null where it is something else.</summary>
    public static VersionRange? Range(string text)
    {
        // '||' and '|' separate alternatives; '~1.2' is what other tools write '~=1.2'; a hyphen between two versions is a range.
        var alternatives = text.Replace("||", "|", StringComparison.Ordinal).Split('|').Select(one => one.Split('@')[0].Trim())
            .Select(one => one.Split(" - ") is [var from, var to]
                ? $">={from.Trim()},<={to.Trim()}{(to.Count(c => c == '.') < 2 ? ".99999" : "")}" : one)
            .Select(one => one.Replace("~=", "~", StringComparison.Ordinal).Replace("~", "~=", StringComparison.Ordinal));
        return PythonRange.Poetry(string.Join('|', alternatives));
    }

    private static IEnumerable<VersionRequest> Platform(ComposerFile? composer) =>
        composer?.PlatformPhp is { } text && VersionText.Parse(text) is { } version
            ? [new VersionRequest(text, PlatformFile, Range($"~{version.Major}.{version.Minor}.0"))] : [];

    private static IReadOnlyList<VersionRequest> Allowed(ComposerFile? composer)
    {
        var ranges = (composer?.PhpRanges ?? [])
            .Select(one => (one.Text, one.Asker, Range: Range(one.Text)))
            .Where(one => one.Range is not null)
            .ToList();
        if (ranges.Count == 0)
        {
            return [];
        }

        var all = new VersionRange(
            version => ranges.TrueForAll(one => one.Range!.Allows(version)), [.. ranges.SelectMany(one => one.Range!.Named).Distinct()]);
        return [new VersionRequest(ranges[0].Text, ranges[0].Asker, all)];
    }
}
