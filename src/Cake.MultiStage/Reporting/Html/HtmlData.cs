using System.Text.Json;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting.Html;

/// <summary>The data of the page. Sizes are bytes, times seconds, layers indexes; of very long lists the head is given, with the number of all.</summary>
internal sealed class HtmlData(Utf8JsonWriter writer)
{
    /// <summary>How much of a list travels that can be as long as the image has files: more than anyone reads.</summary>
    public const int Longest = 1000;

    public async Task WriteAsync(ImageReport report, CancellationToken cancellationToken)
    {
        var measured = report.Measured;
        writer.WriteStartObject();
        WriteImage(measured);
        writer.WriteRows("stages", measured.Stages, stage =>
        {
            writer.WriteString("name", stage.Name);
            writer.WriteString("base", stage.Base);
            writer.WriteNumber("size", stage.Size.Bytes);
            writer.WriteSize("added", stage.Added);
            writer.WriteNumber("layers", stage.Layers);
        });
        writer.WriteRows("layers", measured.Layers, layer =>
        {
            writer.WriteString("digest", layer.DiffId.ToString());
            writer.WriteNumber("size", layer.Size.Bytes);
            writer.WriteSize("compressed", layer.CompressedSize);
            writer.WriteNumber("files", layer.Files);
            writer.WriteString("by", layer.CreatedBy);
            writer.WriteBoolean("base", layer.IsFromBase);
        });
        WriteWaste(measured);
        WriteContents(measured);
        await writer.FlushAsync(cancellationToken);
        await new HtmlTree(writer, measured).WriteAsync(cancellationToken);
        new HtmlVerdict(writer).Write(report);
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
    }

    private void WriteImage(MeasuredImage measured)
    {
        writer.WriteStartObject("image");
        writer.WriteString("name", measured.Image.ToString());
        writer.WriteString("id", measured.Image.Id.ToString());
        writer.WriteStrings("tags", measured.Image.Tags.Select(tag => tag.ToString()));
        writer.WriteString("platform", measured.Image.Platform.ToString());
        writer.WriteNumber("buildSeconds", Math.Round(measured.Image.Duration.TotalSeconds, 3));
        writer.WriteNumber("size", measured.Size.Bytes);
        writer.WriteSize("compressed", measured.CompressedSize);
        writer.WriteSize("own", measured.OwnSize);
        if (measured.Base is { } from)
        {
            writer.WriteStartObject("base");
            writer.WriteString("name", from.Name);
            writer.WriteNumber("layers", from.Layers);
            writer.WriteNumber("size", from.Size.Bytes);
            writer.WriteEndObject();
        }

        if (measured.Stages.Count > 1)
        {
            writer.WriteStartObject("saved");
            writer.WriteNumber("bytes", measured.Saved.Bytes);
            writer.WriteNumber("percent", measured.SavedPercent);
            writer.WriteString("from", measured.SingleStage.Name);
            writer.WriteNumber("largerBy", measured.LargerBy.Bytes);
            writer.WriteNumber("artifacts", measured.Artifacts.Bytes);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private void WriteWaste(MeasuredImage measured)
    {
        var waste = measured.Waste;
        writer.WriteStartObject("waste");
        writer.WriteNumber("bytes", waste.Size.Bytes);
        writer.WriteNumber("total", waste.Total.Bytes);
        writer.WriteNumber("efficiency", waste.Efficiency);
        writer.WriteNumber("diveBytes", waste.Dive.Wasted.Bytes);
        writer.WriteNumber("diveEfficiency", waste.Dive.Efficiency);
        writer.WriteNumber("divePercent", waste.Dive.WastedPercent);
        writer.WriteEndObject();
        writer.WriteHead("wasted", waste.Files, file =>
        {
            writer.WriteString("path", file.Path);
            writer.WriteNumber("size", file.Size.Bytes);
            writer.WriteNumber("layer", file.Layer);
            writer.WriteNumber("removedIn", file.RemovedInLayer);
        });
        writer.WriteHead("duplicates", measured.Duplicates, files =>
        {
            writer.WriteNumber("size", files.Size.Bytes);
            writer.WriteNumber("copies", files.Paths.Count);
            writer.WriteNumber("wasted", files.Wasted.Bytes);
            writer.WriteStrings("paths", files.Paths.Take(Longest / 10));
        });
        writer.WriteNumber("duplicateBytes", measured.Duplicates.Sum(files => files.Wasted.Bytes));
        writer.WriteHead("leftovers", measured.Leftovers, leftover =>
        {
            writer.WriteString("kind", leftover.Kind);
            writer.WriteString("path", leftover.Path);
            writer.WriteNumber("size", leftover.Size.Bytes);
            writer.WriteNumber("files", leftover.Files);
            writer.WriteNumber("layer", leftover.Layer);
        });
        writer.WriteNumber("leftoverBytes", Sum(measured.Leftovers, ofBase: false));
        writer.WriteNumber("leftoverBytesOfBase", Sum(measured.Leftovers, ofBase: true));
    }

    private void WriteContents(MeasuredImage measured)
    {
        writer.WriteRows("packages", measured.Packages, package =>
        {
            writer.WriteString("name", package.Name);
            writer.WriteString("version", package.Version);
            writer.WriteString("manager", package.Manager);
            writer.WriteNumber("installed", package.InstalledSize.Bytes);
            writer.WriteNumber("size", package.Size.Bytes);
            writer.WriteNumber("layer", package.Layer);
        });
        writer.WriteRows("types", measured.FileTypes, type =>
        {
            writer.WriteString("type", type.Type);
            writer.WriteNumber("files", type.Files);
            writer.WriteNumber("size", type.Size.Bytes);
        });
        writer.WriteHead("directories", measured.Directories, directory =>
        {
            writer.WriteString("path", directory.Path);
            writer.WriteNumber("files", directory.Files);
            writer.WriteNumber("size", directory.Size.Bytes);
        });
    }

    private static long Sum(IEnumerable<Leftover> leftovers, bool ofBase) => leftovers.Where(leftover => leftover.IsFromBase == ofBase).Sum(leftover => leftover.Size.Bytes);
}

/// <summary>What every part of the data writes.</summary>
internal static class HtmlDataWriting
{
    public static void WriteSize(this Utf8JsonWriter writer, string name, ByteSize? size)
    {
        if (size is { } known)
        {
            writer.WriteNumber(name, known.Bytes);
        }
    }

    public static void WriteStrings(this Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    public static void WriteRows<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> rows, Action<T> write)
    {
        writer.WriteStartArray(name);
        foreach (var row in rows)
        {
            writer.WriteStartObject();
            write(row);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes the head of a list, and the number of all.</summary>
    public static void WriteHead<T>(this Utf8JsonWriter writer, string name, IReadOnlyCollection<T> rows, Action<T> write)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("count", rows.Count);
        writer.WriteRows("rows", rows.Take(HtmlData.Longest), write);
        writer.WriteEndObject();
    }
}
