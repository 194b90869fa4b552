using Cake.MultiStage.Checking;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Reporting;

/// <summary>The members of the JSON report that are there only where the image was checked, compared, or has a history.</summary>
internal static class JsonFindings
{
    private const int Listed = 100;

    public static void Write(JsonLists json, ImageReport report)
    {
        if (report.Check is { } check)
        {
            json.WriteList("findings", check.Findings, static (writer, finding) =>
            {
                writer.WriteString("rule", finding.Rule);
                writer.WriteString("level", FindingWords.Of(finding.Level));
                writer.WriteString("message", finding.Message);
                writer.WriteString("fix", finding.Fix);
                writer.WriteString("reason", finding.Reason);
                writer.WriteKnown("path", finding.Path);
                writer.WriteKnown("instruction", finding.Instruction);
            });
        }

        if (report.Check?.Start is { } start)
        {
            json.WriteObject("start", () => WriteStart(json, start));
        }

        if (report.Comparison is { } comparison)
        {
            json.WriteObject("comparison", () => WriteComparison(json, comparison));
        }

        if (report.History.Count > 0)
        {
            json.WriteList("history", report.History.TakeLast(Listed), HistoryLine.Write);
        }
    }

    private static void WriteStart(JsonLists json, StartProof start)
    {
        json.Writer.WriteKnown("refusal", start.Refusal);
        if (start.ExitCode is { } code)
        {
            json.Writer.WriteNumber("exitCode", code);
        }

        json.Writer.WriteKnown("waitedFor", start.WaitedFor);
        json.Writer.WriteSeconds("readySeconds", start.Ready);
        json.Writer.WriteSeconds("firstOutputSeconds", start.FirstOutput);
        json.Writer.WriteSeconds("seconds", start.Duration);
        json.Writer.WriteString("output", start.Output);
    }

    private static void WriteComparison(JsonLists json, ImageComparison comparison)
    {
        var (writer, before) = (json.Writer, comparison.Before);
        json.WriteObject("before", () =>
        {
            writer.WriteString("name", before.Name);
            writer.WriteString("id", before.Id.ToString());
            writer.WriteNumber("size", before.Size.Bytes);
            writer.WriteNumber("wasted", before.Wasted.Bytes);
        });
        writer.WriteNumber("growth", comparison.Growth.Bytes);
        writer.WriteNumber("growthPercent", Math.Round(comparison.GrowthPercent, 2));
        json.WriteObject("layers", () =>
        {
            writer.WriteStrings("shared", comparison.SharedLayers.Select(layer => layer.DiffId.ToString()));
            writer.WriteStrings("added", comparison.AddedLayers.Select(layer => layer.DiffId.ToString()));
            writer.WriteStrings("removed", comparison.RemovedLayers.Select(layer => layer.DiffId.ToString()));
        });
        json.WriteObject("changes", () =>
        {
            foreach (var kind in Enum.GetValues<FileChangeKind>())
            {
                writer.WriteNumber(ComparisonReport.Word(kind), comparison.Files.Count(file => file.Kind == kind));
            }
        });
        json.WriteList("files", comparison.Files.Take(Listed), static (line, file) =>
        {
            line.WriteString("path", file.Path);
            line.WriteString("change", ComparisonReport.Word(file.Kind));
            line.WriteKnown("before", file.Kind == FileChangeKind.Added ? null : file.Before);
            line.WriteKnown("after", file.Kind == FileChangeKind.Removed ? null : (ByteSize?)file.After);
            line.WriteString("createdBy", file.CreatedBy);
        });
        json.WriteList("directories", comparison.Directories.Take(Listed), static (line, directory) =>
        {
            line.WriteString("path", directory.Path);
            line.WriteNumber("before", directory.Before.Bytes);
            line.WriteNumber("after", directory.After.Bytes);
        });
    }
}
