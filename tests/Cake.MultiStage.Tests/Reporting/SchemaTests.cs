using System.Text.Json;
using System.Text.Json.Nodes;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Tests.Contexts;
using Json.Schema;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

/// <summary>What is written is what the published schemas describe; they allow no other members.</summary>
public sealed class SchemaTests
{
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };
    internal static readonly string ReportText = Resource("report.schema.json");
    private static readonly JsonSchema Report = JsonSchema.FromText(ReportText);
    private static readonly JsonSchema History = JsonSchema.FromText(Resource("history.schema.json"));
    private static readonly JsonSchema Sarif = ReadSarif();

    internal static ReportSource Sample(string name) => name switch
    {
        "Bare" => ReportSamples.Bare,
        "Clean" => ReportSamples.Clean,
        "Full" => ReportSamples.Full,
        "Refused" =>
            ReportSamples.Clean with { Check = new CheckResult("hello:1.0", []) { Start = new StartProof { Refusal = "no such file" } } },
        "Broken" => ReportSamples.Broken,
        _ => ReportSamples.Large,
    };

    private static Task<JsonElement> WrittenAsync(ReportSource source, string file) => WrittenAsync(ImageReport.Of(source), file);

    private static async Task<JsonElement> WrittenAsync(ImageReport report, string file)
    {
        using var folder = new TemporaryFolder();
        await new ReportFolder(folder.Path).WriteAsync(report, CancellationToken.None);
        return JsonElement.Parse(await File.ReadAllTextAsync(folder[file]));
    }

    private static IEnumerable<string> Errors(JsonSchema schema, JsonElement document) =>
        schema.Evaluate(document, Options) is { IsValid: false } result
            ? [.. result.Details!
                .Where(detail => detail.Errors is not null)
                .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))]
            : [];

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(MultiStageAliases).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static string Document(string name) => Path.Combine(TestContext.CurrentContext.TestDirectory, "Reporting", "Schemas", name);

    /// <summary>The standard's schema is of draft 4, which differs from draft 7 in its own name alone.</summary>
    private static JsonSchema ReadSarif()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Document("sarif-2.1.0-rtm.5.json")))!.AsObject();
        schema["$schema"] = "http://json-schema.org/draft-07/schema#";
        schema.Remove("id");
        return JsonSchema.FromText(schema.ToJsonString());
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject self => self.SelectMany(member => Objects(member.Value)).Prepend(self),
        JsonArray array => array.SelectMany(Objects),
        _ => [],
    };

    [Test]
    public async Task A_report_is_what_its_schema_says([Values("Bare", "Clean", "Full", "Refused", "Broken", "Large")] string sample) =>
        Assert.That(Errors(Report, await WrittenAsync(Sample(sample), "report.json")), Is.Empty);

    /// <summary>
    /// What reads a report today can read one of tomorrow: a schema of this version takes nothing away from what it was first.
    /// </summary>
    [Test]
    public void What_was_a_report_when_the_schema_was_published_still_is()
    {
        Assert.That(Errors(Report, JsonElement.Parse(File.ReadAllText(Document("report-2.json")))), Is.Empty);
        Assert.That(File.ReadAllLines(Document("history-1.jsonl")).SelectMany(line => Errors(History, JsonElement.Parse(line))), Is.Empty);
    }

    [Test]
    public async Task A_report_has_every_member_that_it_had_when_the_schema_was_published()
    {
        static IEnumerable<string> Members(JsonNode? node, string path) => node switch
        {
            JsonObject self => self.SelectMany(member => Members(member.Value, $"{path}/{member.Key}").Prepend($"{path}/{member.Key}")),
            JsonArray array => array.SelectMany(item => Members(item, path + "/*")),
            _ => [],
        };
        var then = Members(JsonNode.Parse(await File.ReadAllTextAsync(Document("report-2.json"))), "");
        var now = Members(JsonNode.Parse((await WrittenAsync(FilledReport.Document, "report.json")).GetRawText()), "");
        Assert.That(then.Except(now, StringComparer.Ordinal), Is.Empty);
    }

    [Test]
    public async Task A_report_with_anything_else_is_none()
    {
        var report = JsonNode.Parse((await WrittenAsync(FilledReport.Document, "report.json")).GetRawText())!.AsObject();
        foreach (var part in Objects(report)
            .Where(part => part.Count > 0 && part.GetPath() is var path && !path.EndsWith(".stages", StringComparison.Ordinal))
            .ToList())
        {
            part["surplus"] = 1;
            Assert.That(Errors(Report, JsonElement.Parse(report.ToJsonString())), Is.Not.Empty, part.GetPath());
            part.Remove("surplus");
        }
    }

    [Test]
    public void Every_member_is_described() =>
        Assert.That(Objects(JsonNode.Parse(ReportText))
            .Where(part => part["properties"] is JsonObject)
            .SelectMany(part => part["properties"]!.AsObject())
            .Where(member => member.Value!["description"]?.GetValue<string>().EndsWith('.') != true)
            .Select(member => member.Key), Is.Empty);

    private static readonly ReportJson Json = ReportJson.Create();

    private static string Made(string name) => name == "report.schema.json"
        ? ReportSchema.Of(Json.ImageReport, ImageReport.SchemaName, ImageReport.Version, "Report of an image")
        : ReportSchema.Of(Json.HistoryLine, "urn:cake-multistage:history:1", HistoryLine.Version, "Run in the history of an image");

    [Test]
    public void A_schema_is_made_from_the_records([Values("report.schema.json", "history.schema.json")] string name)
    {
        var made = Made(name);
        var file = Path.Combine(TestContext.CurrentContext.TestDirectory, name + ".received");
        File.WriteAllText(file, made);
        Assert.That(made, Is.EqualTo(Resource(name).ReplaceLineEndings("\n")),
            $"The records have changed. If that is meant, copy '{file}' to src/Cake.MultiStage/Reporting/Schemas/{name}.");
    }

    [Test]
    public void The_name_of_the_schema_has_its_version() =>
        Assert.That($":{ImageReport.Version}", Is.EqualTo(ImageReport.SchemaName[ImageReport.SchemaName.LastIndexOf(':')..]));

    /// <summary>What a later build is compared with may have been stored by an earlier version.</summary>
    [Test]
    public async Task A_report_of_the_first_version_is_still_read()
    {
        var baseline = await StoredReport.ReadAsync(Document("report-1.json"), CancellationToken.None);
        Assert.That((baseline.Name, baseline.Size.Bytes, baseline.Wasted.Bytes), Is.EqualTo(("hello:1.0", 907L, 100L)));
        Assert.That(baseline.Layers.Select(layer => (layer.Files, layer.CreatedBy)), Is.EqualTo([(4, "RUN 0"), (2, "RUN 1")]));
        Assert.That(ImageComparer.Compare(baseline, ImageBaseline.Of(ReportSamples.Full.Measured)).Files, Is.Empty);
    }

    [Test]
    public async Task A_line_of_the_history_is_what_its_schema_says()
    {
        using var folder = new TemporaryFolder();
        var file = new HistoryFile(folder["history.jsonl"], TimeProvider.System);
        foreach (var entry in ReportSamples.Runs.Append(HistoryLine.Of(ReportTests.Measured(), date: null, commit: null)))
        {
            await file.AppendAsync(entry, CancellationToken.None);
        }

        Assert.That((await File.ReadAllLinesAsync(folder["history.jsonl"])).SelectMany(line => Errors(History, JsonElement.Parse(line))),
            Is.Empty);
    }

    [Test]
    public async Task The_members_that_were_asked_for_are_there_and_no_others()
    {
        string[] asked = ["findings", "start", "comparison", "history"];
        Assert.That((await WrittenAsync(ReportSamples.Full, "report.json")).EnumerateObject().Select(member => member.Name),
            Is.SupersetOf(asked));
        Assert.That((await WrittenAsync(ReportSamples.Bare, "report.json"))
            .EnumerateObject()
            .Select(member => member.Name)
            .Intersect(asked, StringComparer.Ordinal), Is.Empty);
        Assert.That((await WrittenAsync(ReportSamples.Clean, "report.json")).GetProperty("findings").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Findings_are_valid_SARIF([Values("Clean", "Full", "Broken", "Large")] string sample) =>
        Assert.That(Errors(Sarif, await WrittenAsync(Sample(sample), "report.sarif")), Is.Empty);

    [Test]
    public async Task What_is_no_SARIF_is_noticed()
    {
        var sarif = JsonNode.Parse((await WrittenAsync(ReportSamples.Full, "report.sarif")).GetRawText())!;
        sarif["runs"]![0]!["results"]![0]!["level"] = "grave";
        Assert.That(Errors(Sarif, JsonElement.Parse(sarif.ToJsonString())), Is.Not.Empty);
    }
}
