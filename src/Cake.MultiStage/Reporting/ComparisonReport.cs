using System.Globalization;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Reporting;

/// <summary>A comparison as tables of plain text.</summary>
internal static class ComparisonReport
{
    private const int Shown = 10;

    public static IReadOnlyList<string> Lines(ImageComparison comparison)
    {
        using var tables = new ConsoleTables();
        tables.Table(["File", "Path, by", "Before", "After", "Difference"], comparison.Files.Take(Shown).Select(file => (string[])[Word(file.Kind), $"{ReportPath.Short(file.Path, 30)}\n{file.CreatedBy.ReplaceLineEndings(" ")}".TrimEnd('\n'), Size(file.Before, file.Kind == FileChangeKind.Added), Size(file.After, file.Kind == FileChangeKind.Removed), Signed(file.Difference)]), most: 1);
        tables.Table(["", "Directory", "Before", "After", "Difference"], comparison.Directories.Take(Shown).Select(directory => (string[])["", directory.Path, directory.Before.ToString(), directory.After.ToString(), Signed(directory.Difference)]));
        tables.Line($"files: {Files(comparison)}");
        tables.Line($"layers: {Layers(comparison)}");
        tables.Line(string.Create(CultureInfo.InvariantCulture, $"{comparison.After.Name}: {comparison.After.Size}, {Growth(comparison)} against {comparison.Before.Name}: {comparison.Before.Size}"));
        return tables.Lines;
    }

    /// <summary>Returns what the tables add up to.</summary>
    public static string Sentence(ImageComparison comparison) =>
        $"{Growth(comparison)} against {comparison.Before.Name} ({comparison.Before.Size}); files: {Files(comparison)}; layers: {Layers(comparison)}";

    public static string Growth(ImageComparison comparison) => string.Create(CultureInfo.InvariantCulture, $"{Signed(comparison.Growth)} ({comparison.GrowthPercent:+0.0;-0.0;0.0} %)");

    public static string Word(FileChangeKind kind) => kind switch { FileChangeKind.Added => "added", FileChangeKind.Removed => "removed", _ => "changed" };

    public static string Size(ByteSize size, bool missing) => missing ? "" : size.ToString();

    public static string Signed(ByteSize size) => size.Bytes > 0 ? "+" + size : size.ToString();

    private static string Files(ImageComparison comparison) => $"{Count(comparison, FileChangeKind.Added)} added, {Count(comparison, FileChangeKind.Changed)} changed, {Count(comparison, FileChangeKind.Removed)} removed";

    private static string Layers(ImageComparison comparison) => $"{comparison.SharedLayers.Count} shared, {comparison.AddedLayers.Count} added ({new ByteSize(comparison.AddedLayers.Sum(layer => layer.Size.Bytes))}), {comparison.RemovedLayers.Count} removed";

    private static int Count(ImageComparison comparison, FileChangeKind kind) => comparison.Files.Count(file => file.Kind == kind);
}
