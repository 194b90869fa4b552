using System.Text.Json;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Reporting.Html;

/// <summary>The data that says how good the image is: what checking found, how it grew, how it differs from another.</summary>
internal sealed class HtmlVerdict(Utf8JsonWriter writer)
{
    public void Write(ImageReport report)
    {
        if (report.Check is { } check)
        {
            writer.WriteRows("findings", check.Findings, Write);
            if (check.Start is { } start)
            {
                Write(start);
            }
        }

        if (report.History.Count > 0)
        {
            writer.WriteRows("history", report.History, Write);
        }

        if (report.Comparison is { } comparison)
        {
            Write(comparison);
        }
    }

    private void Write(Finding finding)
    {
        writer.WriteString("level", LevelName(finding.Level));
        writer.WriteString("rule", finding.Rule);
        writer.WriteString("message", finding.Message);
        writer.WriteString("fix", finding.Fix);
        writer.WriteString("reason", finding.Reason);
        writer.WriteString("path", finding.Path);
        writer.WriteString("instruction", finding.Instruction);
    }

    private void Write(StartProof start)
    {
        writer.WriteStartObject("start");
        if (start.ExitCode is { } code)
        {
            writer.WriteNumber("exitCode", code);
        }

        writer.WriteString("output", start.Output);
        WriteSeconds("firstOutput", start.FirstOutput);
        writer.WriteString("waitedFor", start.WaitedFor);
        WriteSeconds("ready", start.Ready);
        WriteSeconds("duration", start.Duration);
        writer.WriteEndObject();
    }

    private void Write(HistoryEntry entry)
    {
        writer.WriteString("name", entry.Name);
        writer.WriteString("id", entry.Id.Abbreviated);
        if (entry.Date is { } date)
        {
            writer.WriteString("date", date);
        }

        writer.WriteString("commit", entry.Commit);
        writer.WriteNumber("size", entry.Size.Bytes);
        writer.WriteSize("compressed", entry.CompressedSize);
        writer.WriteNumber("layers", entry.Layers);
        writer.WriteNumber("wasted", entry.Wasted.Bytes);
        writer.WriteNumber("saved", entry.Saved.Bytes);
    }

    private void Write(ImageComparison comparison)
    {
        writer.WriteStartObject("comparison");
        WriteSide("before", comparison.Before);
        WriteSide("after", comparison.After);
        writer.WriteNumber("growth", comparison.Growth.Bytes);
        writer.WriteNumber("percent", comparison.GrowthPercent);
        foreach (var kind in Enum.GetValues<FileChangeKind>())
        {
            writer.WriteNumber(KindName(kind), comparison.Files.Count(file => file.Kind == kind));
        }

        writer.WriteHead("files", comparison.Files, file =>
        {
            writer.WriteString("kind", KindName(file.Kind));
            writer.WriteString("path", file.Path);
            writer.WriteString("by", file.CreatedBy);
            WriteChange(file.Before, file.After);
        });
        writer.WriteHead("directories", comparison.Directories, directory =>
        {
            writer.WriteString("path", directory.Path);
            WriteChange(directory.Before, directory.After);
        });
        writer.WriteRows("layers", Layers(comparison), layer =>
        {
            writer.WriteString("state", layer.State);
            writer.WriteString("by", layer.Layer.CreatedBy);
            writer.WriteString("digest", layer.Layer.DiffId.ToString());
            writer.WriteNumber("size", layer.Layer.Size.Bytes);
        });
        writer.WriteEndObject();
    }

    private void WriteSide(string name, ImageBaseline side)
    {
        writer.WriteStartObject(name);
        writer.WriteString("name", side.Name);
        writer.WriteString("id", side.Id.ToString());
        writer.WriteNumber("size", side.Size.Bytes);
        writer.WriteEndObject();
    }

    private void WriteChange(ByteSize before, ByteSize after)
    {
        writer.WriteNumber("before", before.Bytes);
        writer.WriteNumber("after", after.Bytes);
    }

    private void WriteSeconds(string name, TimeSpan? time)
    {
        if (time is { } known)
        {
            writer.WriteNumber(name, Math.Round(known.TotalSeconds, 3));
        }
    }

    private static IEnumerable<(string State, MeasuredLayer Layer)> Layers(ImageComparison comparison) =>
        [
            .. comparison.SharedLayers.Select(layer => ("shared", layer)),
            .. comparison.AddedLayers.Select(layer => ("added", layer)),
            .. comparison.RemovedLayers.Select(layer => ("removed", layer)),
        ];

    private static string LevelName(FindingLevel level) => level switch { FindingLevel.Error => "error", FindingLevel.Warning => "warning", _ => "note" };

    private static string KindName(FileChangeKind kind) => kind switch { FileChangeKind.Added => "added", FileChangeKind.Removed => "removed", _ => "changed" };
}
