using System.Globalization;
using System.Text;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Reporting;

/// <summary>The measurement as Markdown (GitHub's flavor), for the summaries of CI providers.</summary>
internal static class MarkdownReport
{
    private const int Shown = 10;

    public static string Text(ImageReport report)
    {
        var measured = report.Measured;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"### {Cell(measured.Image.ToString())}: {measured.Size} in {measured.Layers.Count} {(measured.Layers.Count == 1 ? "layer" : "layers")}\n\n");
        if (measured.Stages.Count > 1)
        {
            text.Append(CultureInfo.InvariantCulture, $"Left behind **{measured.Saved}** of stage `{measured.SingleStage.Name}` ({measured.SavedPercent:0.0} %).");
        }

        text.Append(CultureInfo.InvariantCulture, $" Wasted {measured.Waste.Size} (efficiency {100 * measured.Waste.Efficiency:0.0} %).{(measured.CompressedSize is { } compressed ? $" A pull costs {compressed}." : "")}\n");
        Table(text, ["Stage", "From", "Size"], measured.Stages.Select(stage => (stage.Name, stage.Base, stage.Size)));
        Table(text, ["Layer", "Instruction", "Size"], measured.Layers.Select(layer => (layer.DiffId.Abbreviated, layer.CreatedBy, layer.Size)));
        Table(text, ["Wasted", "By", "Size"], measured.Waste.Files.Take(Shown).Select(file => (file.Path, $"{file.CreatedBy}, {file.RemovedBy}", file.Size)));
        Table(text, ["Left over", "By", "Size"], measured.Leftovers.Where(leftover => !leftover.IsFromBase).Take(Shown).Select(leftover => ($"{leftover.Kind}: {leftover.Path}", leftover.CreatedBy, leftover.Size)));
        return text.ToString();
    }

    private static void Table(StringBuilder text, string[] columns, IEnumerable<(string First, string Second, ByteSize Size)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"\n| {string.Join(" | ", columns)} |\n|---|---|--:|\n");
        foreach (var (first, second, size) in all)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(first)} | {Cell(second)} | {size} |\n");
        }
    }

    /// <summary>Writes a text that may hold anything into a cell: in a table a bar ends a cell, a line's end the row, and HTML is taken for HTML.</summary>
    private static string Cell(string text) => text
        .ReplaceLineEndings(" ")
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("`", "\\`", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal);
}
