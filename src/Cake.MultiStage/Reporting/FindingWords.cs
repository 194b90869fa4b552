using Cake.MultiStage.Checking;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>Findings in words, the same in each form of the report.</summary>
internal static class FindingWords
{
    public static string Of(FindingLevel level) =>
        level switch { FindingLevel.Error => "error", FindingLevel.Warning => "warning", _ => "note" };

    /// <summary>Says how many findings there are of each level, the most severe first.</summary>
    public static string Count(IReadOnlyList<ReportedFinding> findings) =>
        findings.Count == 0
            ? "no findings"
            : string.Join(", ", Enum.GetValues<FindingLevel>().Reverse()
                .Select(level => (Word: Of(level), Count: findings.Count(finding => finding.Level == level)))
                .Where(level => level.Count > 0)
                .Select(level => $"{level.Count} {level.Word}{(level.Count == 1 ? "" : "s")}"));
}
