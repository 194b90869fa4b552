using System.Text.RegularExpressions;

namespace Cake.MultiStage.Progress;

/// <summary>How a step is written where a line is wanted: at most 80 columns, without what only verbose readers ask for.</summary>
internal static partial class StepLine
{
    private const int Columns = 80;

    /// <summary>Makes the line.</summary>
    /// <param name="text">The step's whole name.</param>
    /// <param name="end">How it went, which is never cut.</param>
    public static string Of(string text, string end)
    {
        var line = Space().Replace(Digest().Replace(Mount().Replace(text, ""), ""), " ").Trim();
        return line.Length + end.Length <= Columns
            ? line + end
            : string.Concat(line.AsSpan(0, Columns - end.Length - 1).TrimEnd(), "…", end);
    }

    [GeneratedRegex(@"--mount=\S+\s*", RegexOptions.NonBacktracking)]
    private static partial Regex Mount();

    [GeneratedRegex("@sha256:[0-9a-f]{64}", RegexOptions.NonBacktracking)]
    private static partial Regex Digest();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Space();
}
