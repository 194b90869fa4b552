using System.Text.Json.Nodes;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

public sealed class CodeQualityTests
{
    private static JsonArray Issues(params Finding[] findings)
    {
        using var stream = new MemoryStream();
        CodeQuality.WriteAsync(
            ImageReport.Of(new ReportSource(ReportTests.Measured()) { Check = new CheckResult("hello:1.0", findings) }), stream,
            CancellationToken.None).GetAwaiter().GetResult();
        return JsonNode.Parse(stream.ToArray())!.AsArray();
    }

    private static string Fingerprint(JsonNode? issue) => issue!["fingerprint"]!.GetValue<string>();

    [Test]
    public void An_issue_has_what_GitLab_asks_for() => Assert.That(
        JsonNode.DeepEquals(Issues(ReportSamples.Loader)[0], JsonNode.Parse(
            """
            {
              "description": "hello:1.0: MESSAGE",
              "check_name": "start-loader", "fingerprint": "FINGERPRINT", "severity": "critical",
              "location": { "path": "bin/hello", "lines": { "begin": 1 } }
            }
            """.Replace("MESSAGE", $"{ReportSamples.Loader.Message} {ReportSamples.Loader.Fix}", StringComparison.Ordinal)
                .Replace("FINGERPRINT", Fingerprint(Issues(ReportSamples.Loader)[0]), StringComparison.Ordinal))));

    [TestCase(FindingLevel.Error, "critical")]
    [TestCase(FindingLevel.Warning, "minor")]
    [TestCase(FindingLevel.Note, "info")]
    public void A_level_is_a_severity(FindingLevel level, string severity) =>
        Assert.That(Issues(ReportSamples.Loader with { Level = level })[0]!["severity"]!.GetValue<string>(), Is.EqualTo(severity));

    [Test]
    public void No_two_issues_have_one_fingerprint_and_words_are_not_in_it()
    {
        var issues = Issues(ReportSamples.Loader, ReportSamples.Loader with { Message = "It takes 5 MB." });
        Assert.That(Fingerprint(issues[1]), Is.Not.EqualTo(Fingerprint(issues[0])));
        Assert.That(Fingerprint(Issues(ReportSamples.Loader with { Message = "Other words." })[0]), Is.EqualTo(Fingerprint(issues[0])));
    }

    [Test]
    public async Task It_is_written_where_the_image_was_checked_and_goes_away_where_it_was_not()
    {
        using var folder = new TemporaryFolder();
        await Forms.WriteAsync(new ReportFolder(folder.Path), ReportSamples.Full, CancellationToken.None);
        Assert.That(JsonNode.Parse(await File.ReadAllTextAsync(folder["report.codequality.json"]))!.AsArray(), Is.Not.Empty);
        await Forms.WriteAsync(new ReportFolder(folder.Path), ReportSamples.Bare, CancellationToken.None);
        Assert.That(File.Exists(folder["report.codequality.json"]), Is.False);
    }
}
