using Cake.MultiStage.Images;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting.Sarif;

/// <summary>
/// The findings as SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), with what GitHub's code scanning asks for
/// beyond it: a line of a file for each finding, texts for each rule, and fingerprints by which it knows a finding again.
/// </summary>
internal static class SarifReport
{
    private const string Tool = "Cake.MultiStage";

    public static Task WriteAsync(ImageReport report, Stream stream, CancellationToken cancellationToken) =>
        ReportJson.WriteAsync(Log(report), json => json.SarifLog, stream, cancellationToken);

    private static SarifLog Log(ImageReport report)
    {
        var findings = report.Findings ?? [];
        List<ReportedFinding> rules =
        [
            .. findings
                .DistinctBy(finding => finding.Rule, StringComparer.Ordinal)
                .OrderBy(finding => finding.Rule, StringComparer.Ordinal),
        ];
        var indexes = rules.Index().ToDictionary(rule => rule.Item.Rule, rule => rule.Index, StringComparer.Ordinal);
        var marks = new FindingMarks();
        return new SarifLog([
            new SarifRun(
                new SarifTool(new SarifDriver(Tool, ReportJson.ToolVersion, [.. rules.Select(Rule)])),
                new SarifAutomation(Category(report.Image)),
                [.. findings.Select(finding => Result(finding, indexes[finding.Rule], marks.Of(finding)))],
                new SarifImage(report.Image.Name, report.Image.Id.ToString(), report.Image.Platform)),
        ]);
    }

    private static SarifRule Rule(ReportedFinding rule) =>
        new(rule.Rule, new SarifText(rule.Reason), new SarifText(rule.Reason), new SarifText(rule.Fix), new SarifConfiguration(rule.Level),
            rule.Address);

    private static SarifResult Result(ReportedFinding finding, int rule, string fingerprint) => new(
        finding.Rule,
        rule,
        finding.Level,
        finding.Count,
        new SarifText($"{finding.Message} {finding.Fix}"),
        [
            new SarifLocation(
                new SarifPhysicalLocation(new SarifArtifact(FindingMarks.Place(finding)), new SarifRegion(FindingMarks.Line(finding))),
                finding.Instruction is { } instruction ? [new SarifLogicalLocation(instruction, "instruction")] : null),
        ],
        new SarifFingerprints(fingerprint));

    /// <summary>
    /// Returns what GitHub takes for the category: findings of one replace those before, so it is the image's name without its tag.
    /// </summary>
    private static string Category(ReportedImage image) =>
        image.Tags is [var first, ..] && ImageReference.TryParse(first, out var reference)
            ? $"{Tool}/{reference.FamiliarName}/"
            : $"{Tool}/";
}
