using System.Text.Json;
using System.Text.Json.Nodes;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Reporting.Sarif;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

public sealed class SarifTests
{
    private static JsonElement Run(params Finding[] findings) => Run(ReportTests.Measured().Image, findings);

    private static JsonElement Run(BuiltImage image, params Finding[] findings)
    {
        using var stream = new MemoryStream();
        SarifReport.WriteAsync(
            ImageReport.Of(new ReportSource(ReportTests.Measured() with { Image = image })
                { Check = new CheckResult("hello:1.0", findings) }), stream, CancellationToken.None).GetAwaiter().GetResult();
        return JsonElement.Parse(stream.ToArray()).GetProperty("runs")[0];
    }

    private static string Fingerprint(JsonElement run, int result = 0) =>
        run.GetProperty("results")[result].GetProperty("partialFingerprints").GetProperty("primaryLocationLineHash").GetString()!;

    private static string? Location(Finding finding) =>
        Run(finding).GetProperty("results")[0].GetProperty("locations")[0]
            .GetProperty("physicalLocation")
            .GetProperty("artifactLocation")
            .GetProperty("uri")
            .GetString();

    [Test]
    public void A_result_has_the_message_the_place_and_the_instruction() => Assert.That(
        JsonNode.DeepEquals(JsonNode.Parse(Run(ReportSamples.Loader).GetProperty("results")[0].GetRawText()), JsonNode.Parse(
            """
            {
              "ruleId": "start-loader", "ruleIndex": 0, "level": "error", "occurrenceCount": 1,
              "message": {
                "text": "'/bin/hello' is linked dynamically, and its loader '/lib/ld.so' is not in the image. Link it statically." },
              "locations": [{
                "physicalLocation": { "artifactLocation": { "uri": "bin/hello" }, "region": { "startLine": 1 } },
                "logicalLocations": [{ "fullyQualifiedName": "COPY /bin/hello /bin/hello", "kind": "instruction" }]
              }],
              "partialFingerprints": { "primaryLocationLineHash": "FINGERPRINT" }
            }
            """.Replace("FINGERPRINT", Fingerprint(Run(ReportSamples.Loader)), StringComparison.Ordinal))));

    [Test]
    public void Each_rule_is_described_once_and_results_point_to_it()
    {
        var run = Run([.. ReportSamples.Full.Check!.Findings]);
        var rules = run.GetProperty("tool")
            .GetProperty("driver")
            .GetProperty("rules")
            .EnumerateArray()
            .Select(rule => rule.GetProperty("id").GetString())
            .ToList();
        Assert.That(rules, Is.EqualTo(["safe-setuid", "small-waste", "start-loader"]));
        Assert.That(run.GetProperty("results").EnumerateArray().Select(result => rules[result.GetProperty("ruleIndex").GetInt32()]),
            Is.EqualTo(["start-loader", "safe-setuid", "safe-setuid", "small-waste"]));
        Assert.That(run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[2]
            .GetProperty("shortDescription")
            .GetProperty("text")
            .GetString(), Is.EqualTo(ReportSamples.Loader.Reason));
    }

    [TestCase("/etc/a b#c.key", "etc/a%20b%23c.key")]
    [TestCase("/ü", "%C3%BC")]
    [TestCase("/", "Dockerfile")]
    [TestCase(null, "Dockerfile")]
    public void A_place_is_a_relative_reference(string? path, string uri) =>
        Assert.That(Location(ReportSamples.Loader with { Path = path }), Is.EqualTo(uri));

    [Test]
    public void A_finding_about_the_Dockerfile_has_its_line_and_the_page_that_explains_it()
    {
        var run = Run(ReportSamples.Loader with { Line = 7, Address = new Uri("https://docs.example/a%20b") });
        var place = run.GetProperty("results")[0].GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.That(place.GetProperty("artifactLocation").GetProperty("uri").GetString(), Is.EqualTo("Dockerfile"));
        Assert.That(place.GetProperty("region").GetProperty("startLine").GetInt32(), Is.EqualTo(7));
        Assert.That(run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[0].GetProperty("helpUri").GetString(),
            Is.EqualTo("https://docs.example/a%20b"));
    }

    [TestCase("javascript:alert(1)")]
    [TestCase("file:///etc/passwd")]
    [TestCase("unix:///d.sock")]
    public void Nothing_but_a_page_is_linked(string address) =>
        Assert.That(ReportedFinding.Of(ReportSamples.Loader with { Address = new Uri(address) }).Address, Is.Null);

    [Test]
    public void A_finding_is_known_again_though_its_words_change()
    {
        var before = Fingerprint(Run(ReportSamples.Loader));
        Assert.That(Fingerprint(Run(ReportSamples.Loader with { Message = "It takes 5 MB.", Fix = "" })), Is.EqualTo(before));
        Assert.That(Fingerprint(Run(ReportSamples.Loader with { Path = "/bin/other" })), Is.Not.EqualTo(before));
        Assert.That(Fingerprint(Run(ReportSamples.Loader, ReportSamples.Loader), 1), Is.Not.EqualTo(before));
    }

    [Test]
    public void Images_do_not_replace_each_others_findings_and_versions_of_one_do()
    {
        static string? Category(string tag) =>
            Run(ReportTests.Measured(tag: tag).Image, ReportSamples.Loader).GetProperty("automationDetails").GetProperty("id").GetString();
        Assert.That((Category("hello:1.0"), Category("hello:1.1"), Category("team/other:1.0")),
            Is.EqualTo(("Cake.MultiStage/hello/", "Cake.MultiStage/hello/", "Cake.MultiStage/team/other/")));
    }

    [Test]
    public async Task It_is_written_where_the_image_was_checked_and_goes_away_where_it_was_not()
    {
        using var folder = new TemporaryFolder();
        await Forms.WriteAsync(new ReportFolder(folder.Path), ReportSamples.Full, CancellationToken.None);
        var first = await File.ReadAllBytesAsync(folder["report.sarif"]);
        await Forms.WriteAsync(new ReportFolder(folder.Path), ReportSamples.Full, CancellationToken.None);
        Assert.That(await File.ReadAllBytesAsync(folder["report.sarif"]), Is.EqualTo(first));
        await Forms.WriteAsync(new ReportFolder(folder.Path), ReportSamples.Bare, CancellationToken.None);
        Assert.That(File.Exists(folder["report.sarif"]), Is.False);
    }
}
