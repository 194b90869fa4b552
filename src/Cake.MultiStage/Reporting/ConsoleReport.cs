using System.Globalization;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting;

/// <summary>The measurement as tables of plain text.</summary>
internal static class ConsoleReport
{
    private const int Shown = 5;

    public static IReadOnlyList<string> Lines(ImageReport report)
    {
        var measured = report.Measured;
        using var tables = new ConsoleTables();
        tables.Table(["Stage", "From", "Size"], measured.Stages.Select(stage => (string[])[stage.Name, stage.Base, stage.Size.ToString()]));
        tables.Table(["Layer", "Instruction", "Size"], measured.Layers.Select(layer => (string[])[layer.DiffId.Abbreviated, layer.CreatedBy, layer.Size.ToString()]));
        var own = measured.Leftovers.Where(leftover => !leftover.IsFromBase).ToList();
        tables.Table(["Left over", "Where, by", "Size"], own.Take(Shown).Select(leftover => (string[])[leftover.Kind, $"{leftover.Path}, {leftover.CreatedBy}", leftover.Size.ToString()]));
        tables.Table(["Wasted", "Brought and taken away by", "Size"], measured.Waste.Files.Take(Shown).Select(file => (string[])[Short(file.Path), $"{file.CreatedBy}, {file.RemovedBy}", file.Size.ToString()]));
        foreach (var line in Facts(measured, own))
        {
            tables.Line(line);
        }

        if (report.History.Count > 0)
        {
            tables.Line(HistoryTrend.Line(report.History));
        }

        tables.Line(Savings(measured));
        return tables.Lines;
    }

    private static IEnumerable<string> Facts(MeasuredImage measured, List<Leftover> own)
    {
        if (measured.Waste.Total.Bytes > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"wasted: {measured.Waste.Size} of {measured.Waste.Total}, efficiency {100 * measured.Waste.Efficiency:0.0} % (dive: {measured.Waste.Dive.Wasted}, {100 * measured.Waste.Dive.Efficiency:0.0} %)");
        }

        if (measured.Leftovers.Count > 0)
        {
            yield return $"left over: {Sum(own)}{(own.Count < measured.Leftovers.Count ? $", and {Sum(measured.Leftovers.Where(leftover => leftover.IsFromBase))} in the base" : "")}";
        }

        if (measured.Duplicates.Count > 0)
        {
            yield return $"duplicates: {new ByteSize(measured.Duplicates.Sum(files => files.Wasted.Bytes))}; the largest: {Short(measured.Duplicates[0].Paths[0])}, {measured.Duplicates[0].Paths.Count} times";
        }

        if (measured.Base is { Layers: > 0 } from)
        {
            yield return $"base: {from.Size} in {Layers(from.Layers)} of {from.Name}; own: {measured.OwnSize}";
        }

        if (measured.CompressedSize is { } compressed)
        {
            yield return $"compressed: {compressed}";
        }
    }

    private static ByteSize Sum(IEnumerable<Leftover> leftovers) => new(leftovers.Sum(leftover => leftover.Size.Bytes));

    /// <summary>Keeps the end of a path, which tells more.</summary>
    private static string Short(string path) => path.Length <= 28 ? path : "…" + path[^27..];

    private static string Layers(int count) => $"{count} {(count == 1 ? "layer" : "layers")}";

    private static string Savings(MeasuredImage measured)
    {
        var image = $"{measured.Image}: {measured.Size} in {Layers(measured.Layers.Count)}";
        return measured.Stages.Count < 2
            ? image
            : string.Create(CultureInfo.InvariantCulture, $"{image}; left behind {measured.Saved} of stage '{measured.SingleStage.Name}' ({measured.SavedPercent:0.0} %)");
    }
}
