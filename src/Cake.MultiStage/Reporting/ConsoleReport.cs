using System.Globalization;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting;

/// <summary>The report as tables of plain text.</summary>
internal static class ConsoleReport
{
    private const int Shown = 5;
    private const int Groups = 10;

    public static IReadOnlyList<string> Lines(ImageReport report)
    {
        var measured = report.Measured;
        using var tables = new ConsoleTables();
        tables.Table(["Stage", "From", "Size"], measured.Stages.Select(stage => (string[])[stage.Name, stage.Base, stage.Size.ToString()]));
        tables.Table(["Layer", "Instruction", "Size"], measured.Layers.Select(layer => (string[])[layer.DiffId.Abbreviated, layer.CreatedBy, layer.Size.ToString()]));
        var own = measured.Leftovers.Where(leftover => !leftover.IsFromBase).ToList();
        tables.Table(["Left over", "Where, by", "Size"], own.Take(Shown).Select(leftover => (string[])[leftover.Kind, Lines(ReportPath.Short(leftover.Path, 44), leftover.CreatedBy), leftover.Size.ToString()]), most: 1);
        tables.Table(["Wasted", "Brought and taken away by", "Size"], measured.Waste.Files.Take(Shown).Select(file => (string[])[ReportPath.Short(file.Path, 28), Lines(file.CreatedBy, file.RemovedBy), file.Size.ToString()]), most: 1);
        var lines = Findings(tables, report.Check)
            .Concat(Facts(measured, own))
            .Concat(report.Comparison is { } comparison ? [$"compared: {ComparisonReport.Sentence(comparison)}"] : [])
            .Concat(report.History.Count > 0 ? [HistoryTrend.Line(report.History)] : []);
        foreach (var line in lines.Append(Savings(measured)))
        {
            tables.Line(line);
        }

        return tables.Lines;
    }

    /// <summary>Writes what was found and how it started; returns the lines that sum it up.</summary>
    private static IEnumerable<string> Findings(ConsoleTables tables, CheckResult? check)
    {
        if (check is null)
        {
            return [];
        }

        var groups = FindingGroup.Of(check.Findings);
        tables.Table(["Level", "Finding, and what to do"], groups.Take(Groups).Select(group => (string[])[FindingWords.Of(group.Level), Lines([.. group.Messages(Shown), "→ " + group.Fix])]), most: 4);
        if (check.Start is { } start)
        {
            tables.Line($"started: {StartWords.Of(start)}");
            foreach (var line in StartWords.OutputLines(start).TakeLast(Shown))
            {
                tables.Cut("| " + line);
            }
        }

        return [$"checked: {FindingWords.Count(check.Findings)}{(groups.Count > Groups ? $"; the gravest are shown, all are in {ReportFolder.JsonName}" : "")}"];
    }

    private static IEnumerable<string> Facts(MeasuredImage measured, List<Leftover> own)
    {
        if (measured.Waste.Total.Bytes > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"wasted: {measured.Waste.Size} of {measured.Waste.Total}, efficiency {100 * measured.Waste.Efficiency:0.0} % (dive: {measured.Waste.Dive.Wasted}, {100 * measured.Waste.Dive.Efficiency:0.0} %)");
        }

        if (measured.Leftovers.Count > 0)
        {
            yield return $"left over: {(own.Count > 0 ? Sum(own).ToString() : "nothing")}{(own.Count < measured.Leftovers.Count ? $", and {Sum(measured.Leftovers.Where(leftover => leftover.IsFromBase))} in the base" : "")}";
        }

        if (measured.Duplicates.Count > 0)
        {
            yield return $"duplicates: {new ByteSize(measured.Duplicates.Sum(files => files.Wasted.Bytes))}; the largest: {ReportPath.Short(measured.Duplicates[0].Paths[0], 28)}, {measured.Duplicates[0].Paths.Count} times";
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

    /// <summary>An image without a name is told by the start of its id.</summary>
    private static string Name(BuiltImage image) => image.ToString() == image.Id.ToString() ? image.Id.Abbreviated : image.ToString();

    private static ByteSize Sum(IEnumerable<Leftover> leftovers) => new(leftovers.Sum(leftover => leftover.Size.Bytes));

    /// <summary>Makes a cell of several lines, of what is known.</summary>
    private static string Lines(params IEnumerable<string> texts) => string.Join('\n', texts.Where(text => text.Length > 0).Select(text => text.ReplaceLineEndings(" ")));

    private static string Layers(int count) => $"{count} {(count == 1 ? "layer" : "layers")}";

    private static string Savings(MeasuredImage measured)
    {
        var image = $"{Name(measured.Image)}: {measured.Size} in {Layers(measured.Layers.Count)}";
        return measured.Stages.Count < 2 ? image : $"{image}; {SavingWords.Of(measured, stage => $"'{stage}'")}";
    }
}
