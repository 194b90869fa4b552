using System.Globalization;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>A comparison as tables of plain text.</summary>
internal static class ComparisonReport
{
    private const int Shown = 10;

    public static IReadOnlyList<string> Lines(ReportedComparison comparison)
    {
        using var tables = new ConsoleTables();
        tables.Table(
            ["File", "Path, by", "Before", "After", "Difference"],
            comparison.Files.Take(Shown).Select(file => (string[])[
                Word(file.Change),
                $"{ReportPath.Short(file.Path, 30)}\n{file.CreatedBy.ReplaceLineEndings(" ")}".TrimEnd('\n'),
                $"{file.Before}",
                $"{file.After}",
                Signed(Difference(file.Before, file.After))]),
            most: 1);
        tables.Table(
            ["", "Directory", "Before", "After", "Difference"],
            comparison.Directories.Take(Shown).Select(directory => (string[])[
                "",
                directory.Path,
                $"{directory.Before}",
                $"{directory.After}",
                Signed(Difference(directory.Before, directory.After))]));
        tables.Line($"files: {Files(comparison)}");
        tables.Line($"layers: {Layers(comparison)}");
        var (before, after) = (comparison.Before, comparison.After);
        tables.Line($"{after.Name}: {after.Size}, {Growth(comparison)} against {before.Name}: {before.Size}");
        return tables.Lines;
    }

    /// <summary>Returns what the tables add up to.</summary>
    public static string Sentence(ReportedComparison comparison) =>
        $"{Growth(comparison)} against {comparison.Before.Name} ({comparison.Before.Size}); "
        + $"files: {Files(comparison)}; layers: {Layers(comparison)}";

    public static string Word(FileChangeKind kind) =>
        kind switch { FileChangeKind.Added => "added", FileChangeKind.Removed => "removed", _ => "changed" };

    public static string Signed(long bytes) => (bytes > 0 ? "+" : "") + new ByteSize(bytes);

    public static long Difference(ByteSize? before, ByteSize? after) => (after?.Bytes ?? 0) - (before?.Bytes ?? 0);

    private static string Growth(ReportedComparison comparison) =>
        string.Create(CultureInfo.InvariantCulture, $"{Signed(comparison.Growth)} ({comparison.GrowthPercent:+0.0;-0.0;0.0} %)");

    private static string Files(ReportedComparison comparison) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{comparison.Changes.Added} added, {comparison.Changes.Changed} changed, {comparison.Changes.Removed} removed");

    private static string Layers(ReportedComparison comparison)
    {
        var layers = comparison.Layers.ToLookup(layer => layer.Change);
        var added = new ByteSize(layers[LayerChangeKind.Added].Sum(layer => layer.Size.Bytes));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{layers[LayerChangeKind.Shared].Count()} shared, {layers[LayerChangeKind.Added].Count()} added ({added}), ")
            + string.Create(CultureInfo.InvariantCulture, $"{layers[LayerChangeKind.Removed].Count()} removed");
    }
}
