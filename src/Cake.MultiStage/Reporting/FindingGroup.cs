using Cake.MultiStage.Checking;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>Findings of a rule that are fixed alike, told together where many would hide the others.</summary>
internal sealed record FindingGroup(string Rule, FindingLevel Level, string Fix, IReadOnlyList<ReportedFinding> Findings)
{
    /// <summary>Groups findings, in the order of the first of each.</summary>
    public static IReadOnlyList<FindingGroup> Of(IReadOnlyList<ReportedFinding> findings) =>
        [.. findings
            .GroupBy(finding => (finding.Rule, finding.Level, finding.Fix))
            .Select(group => new FindingGroup(group.Key.Rule, group.Key.Level, group.Key.Fix, [.. group]))];

    /// <summary>Returns the first messages, with the rule, and how many more there are.</summary>
    public IEnumerable<string> Messages(int most)
    {
        var lines = Findings.Take(most).Select((finding, index) => index == 0 ? $"{Rule}: {finding.Message}" : finding.Message);
        return Findings.Count > most ? lines.Append($"and {Findings.Count - most} more") : lines;
    }
}
