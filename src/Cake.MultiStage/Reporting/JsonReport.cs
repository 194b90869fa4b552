using System.Text.Encodings.Web;
using System.Text.Json;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting;

/// <summary>The measurement as JSON. Sizes are bytes of uncompressed files in layers, times are seconds.</summary>
internal static class JsonReport
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the report beside its place first, so that a reader never sees half of one.</summary>
    public static async Task WriteAsync(MeasuredImage measured, string file, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var partial = file + ".partial";
        await using (var stream = File.Create(partial))
        {
            await using var writer = new Utf8JsonWriter(stream, Options);
            Write(writer, measured);
            await writer.FlushAsync(cancellationToken);
            stream.WriteByte((byte)'\n');
        }

        File.Move(partial, file, overwrite: true);
    }

    private static void Write(Utf8JsonWriter writer, MeasuredImage measured)
    {
        writer.WriteStartObject();
        WriteImage(writer, measured);
        writer.WriteStartArray("stages");
        foreach (var stage in measured.Stages)
        {
            writer.WriteStartObject();
            writer.WriteString("name", stage.Name);
            writer.WriteString("base", stage.Base);
            writer.WriteNumber("size", stage.Size.Bytes);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("saved");
        writer.WriteNumber("bytes", measured.Saved.Bytes);
        writer.WriteNumber("percent", Math.Round(measured.SavedPercent, 2));
        writer.WriteString("comparedWith", measured.SingleStage.Name);
        writer.WriteEndObject();
        WriteBuild(writer, measured);
        writer.WriteEndObject();
    }

    private static void WriteImage(Utf8JsonWriter writer, MeasuredImage measured)
    {
        writer.WriteStartObject("image");
        writer.WriteString("id", measured.Image.Id.ToString());
        writer.WriteStartArray("tags");
        foreach (var tag in measured.Image.Tags)
        {
            writer.WriteStringValue(tag.ToString());
        }

        writer.WriteEndArray();
        writer.WriteString("platform", measured.Image.Platform.ToString());
        writer.WriteNumber("size", measured.Size.Bytes);
        writer.WriteStartArray("layers");
        foreach (var layer in measured.Layers)
        {
            writer.WriteStartObject();
            writer.WriteString("digest", layer.DiffId.ToString());
            writer.WriteNumber("size", layer.Size.Bytes);
            writer.WriteNumber("files", layer.Files);
            writer.WriteString("createdBy", layer.CreatedBy);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteBuild(Utf8JsonWriter writer, MeasuredImage measured)
    {
        writer.WriteStartObject("build");
        writer.WriteNumber("seconds", Math.Round(measured.Image.Duration.TotalSeconds, 3));
        writer.WriteStartArray("baseImages");
        foreach (var image in measured.Image.BaseImages)
        {
            writer.WriteStartObject();
            writer.WriteString("stage", image.Stage);
            writer.WriteString("reference", image.Reference.ToString());
            writer.WriteString("digest", image.Digest?.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("steps");
        foreach (var step in measured.Image.Steps)
        {
            writer.WriteStartObject();
            writer.WriteString("name", step.Name);
            writer.WriteString("stage", step.Stage);
            writer.WriteBoolean("cached", step.Cached);
            writer.WriteNumber("seconds", Math.Round(step.Duration.TotalSeconds, 3));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
