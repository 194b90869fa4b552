using System.Globalization;

namespace Cake.MultiStage.Checking;

/// <summary>
/// Makes one finding of those of a rule that are of one kind: a hundred lines that say the same hide the one that says something else.
/// </summary>
internal static class FindingMerger
{
    private const int MostNames = 3;

    /// <summary>Merges findings, in the order of the first of each kind.</summary>
    public static IEnumerable<Finding> Merge(IEnumerable<Finding> findings) => findings
        .Index()
        .GroupBy(one => (one.Item.Rule, one.Item.Level, one.Item.Kind, Alone: one.Item.Kind is null ? one.Index : -1))
        .Select(group => Merged([.. group.Select(one => one.Item)]));

    private static Finding Merged(IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 1)
        {
            return findings[0];
        }

        var others = findings.Skip(1).Select(NameOf).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var names = string.Join(", ", others.Take(MostNames).Select(name => $"'{name}'")) + (others.Count > MostNames ? ", …" : "");
        var count = findings.Sum(finding => finding.Count);
        return findings[0] with
        {
            Message = string.Create(CultureInfo.InvariantCulture,
                $"{findings[0].Message} There are {count} like it{(others.Count > 0 ? ", also " + names : "")}."),
            Count = count,
        };
    }

    private static string? NameOf(Finding finding) => finding.Subject ?? finding.Path;
}
