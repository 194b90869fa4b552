using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Reporting;

/// <summary>
/// The measurement as JSON. Sizes are bytes of uncompressed files in layers, times are seconds. The entries of long lists
/// are a line each; of the wasted and the duplicate files the largest are listed, of everything else all.
/// </summary>
internal sealed class JsonReport : IDisposable
{
    public const int SchemaVersion = 1;

    private const int Listed = 100;
    private const int FlushAt = 1 << 20;

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions LineOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Utf8JsonWriter _writer;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _lineWriter;

    private JsonReport(Stream stream)
    {
        _writer = new Utf8JsonWriter(stream, Options);
        _lineWriter = new Utf8JsonWriter(_line, LineOptions);
    }

    public static async Task WriteAsync(ImageReport image, Stream stream, CancellationToken cancellationToken)
    {
        using var report = new JsonReport(stream);
        await report.WriteAsync(image.Measured, cancellationToken);
        stream.WriteByte((byte)'\n');
    }

    public void Dispose()
    {
        _writer.Dispose();
        _lineWriter.Dispose();
    }

    private async Task WriteAsync(MeasuredImage measured, CancellationToken cancellationToken)
    {
        _writer.WriteStartObject();
        _writer.WriteNumber("schemaVersion", SchemaVersion);
        WriteImage(measured);
        WriteStages(measured);
        WriteWaste(measured.Waste);
        WriteFindings(measured);
        WriteBuild(measured);
        _writer.WriteStartArray("files");
        foreach (var file in ImageBaseline.FilesOf(measured.Files))
        {
            WriteLine(writer => Write(writer, file));
            if (_writer.BytesPending > FlushAt)
            {
                await _writer.FlushAsync(cancellationToken);
            }
        }

        _writer.WriteEndArray();
        _writer.WriteEndObject();
        await _writer.FlushAsync(cancellationToken);
    }

    private void WriteImage(MeasuredImage measured)
    {
        _writer.WriteStartObject("image");
        _writer.WriteString("id", measured.Image.Id.ToString());
        _writer.WriteStartArray("tags");
        foreach (var tag in measured.Image.Tags)
        {
            _writer.WriteStringValue(tag.ToString());
        }

        _writer.WriteEndArray();
        _writer.WriteString("platform", measured.Image.Platform.ToString());
        _writer.WriteNumber("size", measured.Size.Bytes);
        WriteSize(_writer, "compressedSize", measured.CompressedSize);
        WriteSize(_writer, "ownSize", measured.OwnSize);
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
            WriteSize(_writer, "compressedSize", layer.CompressedSize);
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
            WriteSize(_writer, "added", stage.Added);
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
        WriteList("files", waste.Files.Take(Listed), static (writer, file) =>
        {
            writer.WriteString("path", file.Path);
            writer.WriteNumber("size", file.Size.Bytes);
            writer.WriteNumber("layer", file.Layer);
            writer.WriteNumber("removedInLayer", file.RemovedInLayer);
        });
        _writer.WriteEndObject();
    }

    private void WriteFindings(MeasuredImage measured)
    {
        WriteList("duplicates", measured.Duplicates.Take(Listed), static (writer, files) =>
        {
            writer.WriteNumber("wasted", files.Wasted.Bytes);
            writer.WriteNumber("size", files.Size.Bytes);
            writer.WriteString("sha256", files.Hash.ToString());
            writer.WriteStartArray("paths");
            foreach (var path in files.Paths)
            {
                writer.WriteStringValue(path);
            }

            writer.WriteEndArray();
        });
        WriteList("leftovers", measured.Leftovers, static (writer, leftover) =>
        {
            writer.WriteString("kind", leftover.Kind);
            writer.WriteString("path", leftover.Path);
            writer.WriteNumber("size", leftover.Size.Bytes);
            writer.WriteNumber("files", leftover.Files);
            writer.WriteNumber("layer", leftover.Layer);
        });
        WriteList("packages", measured.Packages, static (writer, package) =>
        {
            writer.WriteString("manager", package.Manager);
            writer.WriteString("name", package.Name);
            writer.WriteString("version", package.Version);
            writer.WriteNumber("installedSize", package.InstalledSize.Bytes);
            writer.WriteNumber("size", package.Size.Bytes);
            writer.WriteNumber("layer", package.Layer);
        });
        WriteList("fileTypes", measured.FileTypes, static (writer, type) =>
        {
            writer.WriteString("type", type.Type);
            writer.WriteNumber("files", type.Files);
            writer.WriteNumber("size", type.Size.Bytes);
        });
        WriteList("directories", measured.Directories, static (writer, directory) =>
        {
            writer.WriteString("path", directory.Path);
            writer.WriteNumber("files", directory.Files);
            writer.WriteNumber("size", directory.Size.Bytes);
        });
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

    /// <summary>Writes a file; what is as with most files is left out.</summary>
    private static void Write(Utf8JsonWriter writer, BaselineFile file)
    {
        writer.WriteString("path", file.Path);
        if (file.Type != ImageFileType.File)
        {
            writer.WriteString("type", ReportNames.Of(file.Type));
        }

        writer.WriteNumber("size", file.Size.Bytes);
        writer.WriteString("mode", Convert.ToString(file.Mode, 8));
        if (file.UserId != 0)
        {
            writer.WriteNumber("uid", file.UserId);
        }

        if (file.GroupId != 0)
        {
            writer.WriteNumber("gid", file.GroupId);
        }

        if (file.LinkTarget is not null)
        {
            writer.WriteString("target", file.LinkTarget);
        }

        writer.WriteNumber("layer", file.Layer);
        if (file.Hash is { } hash)
        {
            writer.WriteString("sha256", hash.ToString());
        }
    }

    private static void WriteSize(Utf8JsonWriter writer, string name, ByteSize? size)
    {
        if (size is { } known)
        {
            writer.WriteNumber(name, known.Bytes);
        }
    }

    private void WriteList<T>(string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        _writer.WriteStartArray(name);
        foreach (var item in items)
        {
            WriteLine(writer => write(writer, item));
        }

        _writer.WriteEndArray();
    }

    private void WriteLine(Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        _lineWriter.Reset();
        _lineWriter.WriteStartObject();
        write(_lineWriter);
        _lineWriter.WriteEndObject();
        _lineWriter.Flush();
        _writer.WriteRawValue(_line.WrittenSpan, skipInputValidation: true);
    }
}
