using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting.Sarif;
using Cake.MultiStage.Reporting.Sbom;

namespace Cake.MultiStage.Reporting.Document;

/// <summary>How the report's records are written as JSON, and read back.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(ByteSizeConverter), typeof(DigestConverter), typeof(ContentHashConverter),
        typeof(LowerCaseConverter<FindingLevel>), typeof(LowerCaseConverter<FileChangeKind>), typeof(LowerCaseConverter<LayerChangeKind>),
        typeof(LowerCaseConverter<ReportedFileKind>),
    ])]
[JsonSerializable(typeof(ImageReport))]
[JsonSerializable(typeof(StoredReport))]
[JsonSerializable(typeof(HistoryLine))]
[JsonSerializable(typeof(SarifLog))]
[JsonSerializable(typeof(IReadOnlyList<CodeQualityIssue>))]
[JsonSerializable(typeof(CycloneDxBom))]
[JsonSerializable(typeof(SpdxDocument))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>Makes a context that writes letters of all languages as they are; what no text file should hold stays escaped.</summary>
    public static ReportJson Create() =>
        new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Gets the version of this assembly as documents name it.</summary>
    public static string ToolVersion =>
        typeof(ReportJson).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "0.0.0";

    /// <summary>Writes a document for people too: a member per line, and an entry of a list per line.</summary>
    public static async Task WriteAsync<T>(
        T document,
        Func<ReportJson, JsonTypeInfo<T>> type,
        Stream stream,
        CancellationToken cancellationToken)
    {
        await using (var layout = new JsonLayout(stream))
        {
            await JsonSerializer.SerializeAsync(layout, document, type(Create()), cancellationToken);
        }

        stream.WriteByte((byte)'\n');
    }
}
