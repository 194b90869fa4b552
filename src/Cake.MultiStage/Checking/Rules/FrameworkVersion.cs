namespace Cake.MultiStage.Checking.Rules;

/// <summary>
/// Says which versions of a framework will do for a program (.NET documentation, "Framework-dependent apps roll-forward").
/// </summary>
internal static class FrameworkVersion
{
    public static bool WillDo(DotNetFramework wanted, string version)
    {
        if (Parse(wanted.Version) is not { } least || Parse(version) is not { } there)
        {
            // What is not a version can't be held against the image.
            return Parse(wanted.Version) is null;
        }

        var isAtLeast = there.CompareTo(least) >= 0;
        return wanted.RollForward.ToUpperInvariant() switch
        {
            "DISABLE" => there == least,
            "LATESTPATCH" => isAtLeast && (there.Number.Major, there.Number.Minor) == (least.Number.Major, least.Number.Minor),
            "MAJOR" or "LATESTMAJOR" => isAtLeast,
            _ => isAtLeast && there.Number.Major == least.Number.Major,
        };
    }

    private static (Version Number, string Preview)? Parse(string text)
    {
        var parts = text.Split('+')[0].Split('-', 2);
        // A release comes after its previews.
        return Version.TryParse(parts[0], out var number) ? (number, parts.Length > 1 ? parts[1] : "\uffff") : null;
    }
}
