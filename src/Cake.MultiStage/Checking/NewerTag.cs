using System.Globalization;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Checking;

/// <summary>Tells of two tags which is newer, where both are of one variant: <c>3.13.1-slim</c> and <c>3.13.9-slim</c>.</summary>
internal static partial class NewerTag
{
    /// <summary>
    /// Returns the newest tag of the same number of parts and the same words around them: the newest patch of <c>3.13.1</c>, the newest
    /// minor version of <c>3.13</c>.
    /// </summary>
    /// <param name="tag">The tag.</param>
    /// <param name="others">Those that there are.</param>
    /// <returns>The tag; <see langword="null"/> where none is newer, or the tag has no version.</returns>
    public static string? Of(string tag, IEnumerable<string> others) =>
        Read(tag) is not { Numbers.Length: > 1 } own ? null
            : others.Select(Read).OfType<Version>()
            .Where(other => other.Prefix == own.Prefix
                && other.Suffix == own.Suffix
                && other.Numbers.Length == own.Numbers.Length
                && other.Numbers.AsSpan(0, Math.Min(2, own.Numbers.Length - 1))
                    .SequenceEqual(own.Numbers.AsSpan(0, Math.Min(2, own.Numbers.Length - 1)))
                && Compare(other.Numbers, own.Numbers) > 0)
            .MaxBy(other => other.Numbers, Comparer<int[]>.Create(Compare))?.Text;

    private static int Compare(int[] one, int[] other)
    {
        for (var at = 0; at < one.Length; at++)
        {
            if (one[at] != other[at])
            {
                return one[at].CompareTo(other[at]);
            }
        }

        return 0;
    }

    private static Version? Read(string tag) =>
        Pattern().Match(tag) is not { Success: true } match ? null
            : new Version(
                tag,
                match.Groups["prefix"].Value,
                [.. match.Groups["numbers"].Value.Split('.')
                    .Select(part => int.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture))],
                match.Groups["suffix"].Value);

    [GeneratedRegex(@"\A(?<prefix>v?)(?<numbers>[0-9]{1,9}(\.[0-9]{1,9}){0,3})(?<suffix>-[A-Za-z0-9_.-]*)?\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();

    private sealed record Version(string Text, string Prefix, int[] Numbers, string Suffix);
}
