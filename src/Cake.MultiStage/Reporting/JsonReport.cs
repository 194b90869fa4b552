using System.Text.Json;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Reporting;

/// <summary>
/// The report as JSON. Sizes are bytes of uncompressed files in layers, times are seconds. The entries of long lists are a
/// line each; of wasted, duplicate and changed files the largest are listed, of runs the last, of everything else all.
/// </summary>
internal sealed class JsonReport : IDisposable
{
    public const int SchemaVersion = 1;

    /// <summary>The schema in <c>Schemas/report.schema.json</c>.</summary>
    public const string Schema = "urn:cake-multistage:report:1";

    private const int Listed = 100;

    private readonly JsonLists _json;
    private readonly Utf8JsonWriter _writer;

    private JsonReport(Stream stream)
    {
        _json = new JsonLists(stream);
        _writer = _json.Writer;
    }

    public static async Task WriteAsync(ImageReport image, Stream stream, CancellationToken cancellationToken)
    {
        using var report = new JsonReport(stream);
        await report.WriteAsync(image, cancellationToken);
        stream.WriteByte((byte)'\n');
    }

    public void Dispose() => _json.Dispose();

    private async Task WriteAsync(ImageReport report, CancellationToken cancellationToken)
    {
        var measured = report.Measured;
        _writer.WriteStartObject();
        _writer.WriteString("$schema", Schema);
        _writer.WriteNumber("schemaVersion", SchemaVersion);
        WriteImage(measured);
        WriteStages(measured);
        WriteWaste(measured.Waste);
        JsonFindings.Write(_json, report);
        JsonContents.Write(_json, measured);
        WriteBuild(measured);
        await _json.WriteListAsync("files", ImageBaseline.FilesOf(measured.Files), JsonContents.Write, cancellationToken);
        _writer.WriteEndObject();
        await _writer.FlushAsync(cancellationToken);
    }

    private void WriteImage(MeasuredImage measured)
    {
        _writer.WriteStartObject("image");
        _writer.WriteString("id", measured.Image.Id.ToString());
        _writer.WriteStrings("tags", measured.Image.Tags.Select(tag => tag.ToString()));
        _writer.WriteString("platform", measured.Image.Platform.ToString());
        _writer.WriteNumber("size", measured.Size.Bytes);
        _writer.WriteKnown("compressedSize", measured.CompressedSize);
        _writer.WriteKnown("ownSize", measured.OwnSize);
        if (measured.Base is { } from)
        {
            _writer.WriteStartObject("base");
            _writer.WriteString("name", from.Name);
            _writer.WriteNumber("layers", from.Layers);
            _writer.WriteNumber("size", from.Size.Bytes);
            _writer.WriteEndObject();
        }

        _writer.WriteStartArray("layers");
        foreach (var layer in measured.Layers)
        {
            _writer.WriteStartObject();
            _writer.WriteString("digest", layer.DiffId.ToString());
            _writer.WriteNumber("size", layer.Size.Bytes);
            _writer.WriteKnown("compressedSize", layer.CompressedSize);
            _writer.WriteNumber("files", layer.Files);
            _writer.WriteString("createdBy", layer.CreatedBy);
            _writer.WriteBoolean("fromBase", layer.IsFromBase);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        _writer.WriteEndObject();
    }

    private void WriteStages(MeasuredImage measured)
    {
        _writer.WriteStartArray("stages");
        foreach (var stage in measured.Stages)
        {
            _writer.WriteStartObject();
            _writer.WriteString("name", stage.Name);
            _writer.WriteString("base", stage.Base);
            _writer.WriteNumber("size", stage.Size.Bytes);
            _writer.WriteKnown("added", stage.Added);
            _writer.WriteNumber("layers", stage.Layers);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        _writer.WriteStartObject("saved");
        _writer.WriteNumber("bytes", measured.Saved.Bytes);
        _writer.WriteNumber("percent", Math.Round(measured.SavedPercent, 2));
        _writer.WriteString("comparedWith", measured.SingleStage.Name);
        _writer.WriteNumber("artifacts", measured.Artifacts.Bytes);
        _writer.WriteEndObject();
    }

    private void WriteWaste(ImageWaste waste)
    {
        _writer.WriteStartObject("waste");
        _writer.WriteNumber("bytes", waste.Size.Bytes);
        _writer.WriteNumber("efficiency", Math.Round(waste.Efficiency, 4));
        _writer.WriteStartObject("dive");
        _writer.WriteNumber("efficiency", Math.Round(waste.Dive.Efficiency, 4));
        _writer.WriteNumber("wasted", waste.Dive.Wasted.Bytes);
        _writer.WriteNumber("userSize", waste.Dive.UserSize.Bytes);
        _writer.WriteNumber("wastedPercent", Math.Round(waste.Dive.WastedPercent, 2));
        _writer.WriteEndObject();
        _json.WriteList("files", waste.Files.Take(Listed), static (writer, file) =>
        {
            writer.WriteString("path", file.Path);
            writer.WriteNumber("size", file.Size.Bytes);
            writer.WriteNumber("layer", file.Layer);
            writer.WriteNumber("removedInLayer", file.RemovedInLayer);
        });
        _writer.WriteEndObject();
    }

    private void WriteBuild(MeasuredImage measured)
    {
        _writer.WriteStartObject("build");
        _writer.WriteNumber("seconds", Math.Round(measured.Image.Duration.TotalSeconds, 3));
        _writer.WriteStartArray("baseImages");
        foreach (var image in measured.Image.BaseImages)
        {
            _writer.WriteStartObject();
            _writer.WriteString("stage", image.Stage);
            _writer.WriteString("reference", image.Reference.ToString());
            _writer.WriteString("digest", image.Digest?.ToString());
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        _writer.WriteStartArray("steps");
        foreach (var step in measured.Image.Steps)
        {
            _writer.WriteStartObject();
            _writer.WriteString("name", step.Name);
            _writer.WriteString("stage", step.Stage);
            _writer.WriteBoolean("cached", step.Cached);
            _writer.WriteNumber("seconds", Math.Round(step.Duration.TotalSeconds, 3));
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        _writer.WriteEndObject();
    }
}
