using System.Text.Json.Serialization;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>
/// A finding as GitLab's merge requests show it: an entry of a code quality report
/// (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).
/// </summary>
internal sealed record CodeQualityIssue(
    string Description,
    [property: JsonPropertyName("check_name")] string CheckName,
    string Fingerprint,
    string Severity,
    CodeQualityLocation Location);

internal sealed record CodeQualityLocation(string Path, CodeQualityLines Lines);

internal sealed record CodeQualityLines(int Begin);

internal static class CodeQuality
{
    public static Task WriteAsync(ImageReport report, Stream stream, CancellationToken cancellationToken) =>
        ReportJson.WriteAsync(Issues(report), json => json.IReadOnlyListCodeQualityIssue, stream, cancellationToken);

    private static IReadOnlyList<CodeQualityIssue> Issues(ImageReport report)
    {
        var marks = new FindingMarks();
        return
        [
            .. (report.Findings ?? []).Select(finding => new CodeQualityIssue(
                $"{report.Image.Name}: {finding.Message} {finding.Fix}",
                finding.Rule,
                marks.Of(finding),
                Severity(finding.Level),
                new CodeQualityLocation(FindingMarks.Place(finding), new CodeQualityLines(FindingMarks.Line(finding))))),
        ];
    }

    private static string Severity(FindingLevel level) => level switch
    {
        FindingLevel.Error => "critical",
        FindingLevel.Warning => "minor",
        _ => "info",
    };
}
