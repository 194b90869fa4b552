using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Engine;

namespace Cake.MultiStage.Reporting;

/// <summary>
/// The findings as SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), with what GitHub's code scanning asks for
/// beyond it: a line of a file for each finding, texts for each rule, and fingerprints by which it knows a finding again.
/// </summary>
internal static class SarifReport
{
    private const string Tool = "Cake.MultiStage";
    // Where a finding is about no file of the image, it is about what made the image.
    private const string NoFile = "Dockerfile";

    public static void Write(BuiltImage image, CheckResult check, Stream stream)
    {
        using var json = new JsonLists(stream);
        var writer = json.Writer;
        var rules = check.Findings.DistinctBy(finding => finding.Rule, StringComparer.Ordinal).OrderBy(finding => finding.Rule, StringComparer.Ordinal).ToList();
        var indexes = rules.Index().ToDictionary(rule => rule.Item.Rule, rule => rule.Index, StringComparer.Ordinal);
        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        writer.WriteString("version", "2.1.0");
        writer.WriteStartArray("runs");
        writer.WriteStartObject();
        json.WriteObject("tool", () => json.WriteObject("driver", () =>
        {
            writer.WriteString("name", Tool);
            writer.WriteString("semanticVersion", Version());
            WriteAll(writer, "rules", rules, rule => WriteRule(json, rule));
        }));
        json.WriteObject("automationDetails", () => writer.WriteString("id", Category(image)));
        var occurrences = new Dictionary<string, int>(StringComparer.Ordinal);
        WriteAll(writer, "results", check.Findings, finding => WriteResult(json, finding, indexes[finding.Rule], Fingerprint(finding, occurrences)));
        json.WriteObject("properties", () =>
        {
            writer.WriteString("image", image.ToString());
            writer.WriteString("imageId", image.Id.ToString());
            writer.WriteString("platform", image.Platform.ToString());
        });
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        stream.WriteByte((byte)'\n');
    }

    private static void WriteRule(JsonLists json, Finding rule)
    {
        json.Writer.WriteString("id", rule.Rule);
        WriteText(json, "shortDescription", rule.Reason);
        WriteText(json, "fullDescription", rule.Reason);
        WriteText(json, "help", rule.Fix);
        json.WriteObject("defaultConfiguration", () => json.Writer.WriteString("level", FindingWords.Of(rule.Level)));
    }

    private static void WriteResult(JsonLists json, Finding finding, int rule, string fingerprint)
    {
        var writer = json.Writer;
        writer.WriteString("ruleId", finding.Rule);
        writer.WriteNumber("ruleIndex", rule);
        writer.WriteString("level", FindingWords.Of(finding.Level));
        WriteText(json, "message", $"{finding.Message} {finding.Fix}");
        WriteAll(writer, "locations", [finding], _ =>
        {
            json.WriteObject("physicalLocation", () =>
            {
                json.WriteObject("artifactLocation", () => writer.WriteString("uri", Location(finding.Path)));
                json.WriteObject("region", () => writer.WriteNumber("startLine", 1));
            });
            if (finding.Instruction is { } instruction)
            {
                WriteAll(writer, "logicalLocations", [instruction], text =>
                {
                    writer.WriteString("fullyQualifiedName", text);
                    writer.WriteString("kind", "instruction");
                });
            }
        });
        json.WriteObject("partialFingerprints", () => writer.WriteString("primaryLocationLineHash", fingerprint));
    }

    private static void WriteText(JsonLists json, string name, string text) => json.WriteObject(name, () => json.Writer.WriteString("text", text));

    private static void WriteAll<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            write(item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Returns the path within the image as a relative reference (RFC 3986, section 4.2).</summary>
    private static string Location(string? path) =>
        path?.Trim('/') is { Length: > 0 } relative ? string.Join('/', relative.Split('/').Select(Uri.EscapeDataString)) : NoFile;

    /// <summary>Returns what names a finding from build to build: the rule and the file, or where there is none the instruction; neither sizes nor digests.</summary>
    private static string Fingerprint(Finding finding, Dictionary<string, int> occurrences)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{finding.Rule}\n{finding.Path ?? finding.Instruction}")))[..16];
        occurrences[hash] = occurrences.GetValueOrDefault(hash) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{hash}:{occurrences[hash]}");
    }

    /// <summary>Returns what GitHub takes for the category: findings of one replace those before, so it is the image's name without its tag.</summary>
    private static string Category(BuiltImage image) => image.Tags is [var first, ..] ? $"{Tool}/{first.FamiliarName}/" : $"{Tool}/";

    private static string Version() => (typeof(SarifReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];
}
