using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Reporting.Sarif;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

/// <summary>
/// Each member of the document is shown where <c>Shown.txt</c> says, and nowhere else: the member is changed, and the forms are looked at
/// for a difference. Whether the page shows it is looked at in a browser, by the tests of that.
/// </summary>
public sealed class ShownTests
{
    private static readonly ReportJson Json = ReportJson.Create();
    private static readonly string[] Neither = ["$schema", "schemaVersion"];

    private static IReadOnlyDictionary<string, string[]> Told =>
        File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Reporting", "Shown.txt"))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(line => line[0], line => line[1..], StringComparer.Ordinal);

    [Test]
    public async Task Every_member_is_shown_where_it_is_said_to_be()
    {
        var document = Document();
        var before = await RenderedAsync(document);
        var received = new StringBuilder();
        foreach (var (member, change) in Members(document, "").DistinctBy(found => found.Member, StringComparer.Ordinal).ToList())
        {
            var undo = change();
            var after = await RenderedAsync(document);
            undo();
            var forms = before.Keys.Where(form => before[form] != after[form])
                .Concat(Told.GetValueOrDefault(member, []).Where(form => form == "page"));
            received.Append($"{member,-40} {string.Join(' ', forms)}".TrimEnd()).Append('\n');
        }

        var accepted = await File.ReadAllTextAsync(Path.Combine(TestContext.CurrentContext.TestDirectory, "Reporting", "Shown.txt"));
        if (received.ToString() != accepted.ReplaceLineEndings("\n"))
        {
            var file = Path.Combine(TestContext.CurrentContext.TestDirectory, "Shown.received.txt");
            await File.WriteAllTextAsync(file, received.ToString());
            Assert.That(received.ToString(), Is.EqualTo(accepted),
                $"Members are shown elsewhere. If that is meant, copy '{file}' to tests/Cake.MultiStage.Tests/Reporting/Shown.txt.");
        }
    }

    [Test]
    public void The_sample_has_every_member_that_the_schema_has()
    {
        var sample = Members(Document(), "").Select(found => found.Member).ToHashSet(StringComparer.Ordinal);
        var schema = Described(JsonNode.Parse(SchemaTests.ReportText)!.AsObject(), "").ToHashSet(StringComparer.Ordinal);
        Assert.That(sample, Is.EquivalentTo(schema));
    }

    [Test]
    public void Every_member_is_shown_somewhere_and_on_the_page() =>
        Assert.That(Told.Where(member => !member.Value.Contains("page", StringComparer.Ordinal)).Select(member => member.Key),
            Is.EquivalentTo([.. Neither, "files[].sha256"]));

    private static JsonObject Document() => JsonSerializer.SerializeToNode(FilledReport.Document, Json.ImageReport)!.AsObject();

    private static async Task<SortedDictionary<string, string>> RenderedAsync(JsonObject document)
    {
        var report = document.Deserialize(Json.ImageReport)!;
        using var sarif = new MemoryStream();
        await SarifReport.WriteAsync(report, sarif, CancellationToken.None);
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["console"] = string.Join('\n', ConsoleReport.Lines(report)),
            ["markdown"] = MarkdownReport.Text(report),
            ["sarif"] = Encoding.UTF8.GetString(sarif.ToArray()),
        };
    }

    /// <summary>Lists the members that hold values, each with what changes it and returns what changes it back.</summary>
    private static IEnumerable<(string Member, Func<Action> Change)> Members(JsonNode node, string path) => node switch
    {
        JsonObject self => self.SelectMany(member => path.EndsWith(".stages", StringComparison.Ordinal)
            ? Members(member.Value!, path + ".*")
            : Members(member.Value!, path.Length == 0 ? member.Key : $"{path}.{member.Key}")),
        JsonArray list => list.SelectMany(item => Members(item!, path + "[]")),
        _ => [(path, () => Change(node.AsValue(), path))],
    };

    private static Action Change(JsonValue value, string path)
    {
        var changed = Changed(value, path[(path.LastIndexOf('.') + 1)..]);
        value.ReplaceWith(changed);
        return () => changed.ReplaceWith(value);
    }

    private static JsonValue Changed(JsonValue value, string name) => (value.GetValueKind(), name) switch
    {
        (JsonValueKind.True, _) => JsonValue.Create(false),
        (JsonValueKind.False, _) => JsonValue.Create(true),
        (JsonValueKind.Number, "layer" or "removedInLayer") => JsonValue.Create(1 - value.GetValue<int>()),
        (JsonValueKind.Number, _) when value.TryGetValue<long>(out var number) => JsonValue.Create(number + 987_654),
        (JsonValueKind.Number, _) => JsonValue.Create((2 * value.GetValue<double>()) + 0.1),
        (_, "level") => JsonValue.Create(value.GetValue<string>() == "error" ? "note" : "error"),
        (_, "change") => JsonValue.Create(value.GetValue<string>() == "added" ? "removed" : "added"),
        (_, "mode") => JsonValue.Create("711"),
        (_, "date" or "created") => JsonValue.Create("2001-02-03T04:05:06+00:00"),
        (_, "type") when value.GetValue<string>() is "symlink" => JsonValue.Create("fifo"),
        (_, "sha256") => JsonValue.Create(new string('e', 64)),
        (_, "id" or "digest") => JsonValue.Create("sha256:" + new string('e', 64)),
        _ => JsonValue.Create($"q{value.GetValue<string>()}q"),
    };

    /// <summary>Lists the members of a schema that hold values.</summary>
    private static IEnumerable<string> Described(JsonObject schema, string path)
    {
        if (schema["properties"] is JsonObject members)
        {
            return members.SelectMany(
                member => Described(member.Value!.AsObject(), path.Length == 0 ? member.Key : $"{path}.{member.Key}"));
        }

        return schema["items"] is JsonObject items ? Described(items, path + "[]")
            : schema["additionalProperties"] is JsonObject values ? Described(values, path + ".*")
            : [path];
    }
}
