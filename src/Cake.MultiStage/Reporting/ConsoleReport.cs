using System.Globalization;
using Cake.MultiStage.Images;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>The report as tables of plain text.</summary>
internal static class ConsoleReport
{
    private const int Shown = 5;
    private const int Groups = 10;

    public static IReadOnlyList<string> Lines(ImageReport report)
    {
        using var tables = new ConsoleTables();
        tables.Table(["Stage", "From", "Size"], report.Stages.Select(stage => (string[])[stage.Name, stage.Base, stage.SizeInWords()]));
        tables.Table(
            ["Layer", "Instruction", "Size"],
            report.Image.Layers.Select(layer => (string[])[layer.Digest.Abbreviated, layer.CreatedBy, $"{layer.Size}"]));
        tables.Table(
            ["Left over", "Where, by", "Size"],
            report.Leftovers.Where(leftover => !leftover.FromBase).Take(Shown).Select(leftover => (string[])[
                leftover.Kind,
                Lines(ReportPath.Short(leftover.Path, 44), report.InstructionOf(leftover.Layer)),
                $"{leftover.Size}"]),
            most: 1);
        tables.Table(
            ["Wasted", "Brought and removed by", "Size"],
            report.Waste.Files.Take(Shown).Select(file => (string[])[
                ReportPath.Short(file.Path, 28),
                Lines(report.InstructionOf(file.Layer), report.InstructionOf(file.RemovedInLayer)),
                $"{file.Size}"]),
            most: 1);
        Findings(tables, report);
        tables.Table(
            ["To save", "What, and how", "Size"],
            (report.Smaller ?? []).Take(Shown).Select((saving, index) => (string[])[
                string.Create(CultureInfo.InvariantCulture, $"{index + 1}."),
                Lines(saving.What, "→ " + saving.How, saving.Instruction ?? ""),
                saving.Bytes is { } bytes ? $"{bytes}" : "not known"]),
            most: 2);
        foreach (var line in Sums(report))
        {
            tables.Line(line);
        }

        return tables.Lines;
    }

    private static void Findings(ConsoleTables tables, ImageReport report)
    {
        tables.Table(
            ["Level", "Finding, and what to do"],
            FindingGroup.Of(report.Findings ?? []).Take(Groups).Select(group => (string[])[
                FindingWords.Of(group.Level),
                Lines([.. group.Messages(Shown), "→ " + group.Fix])]),
            most: 4);
        if (report.Start is { } start)
        {
            tables.Line($"started: {start.Outcome}");
            foreach (var line in StartWords.OutputLines(start.Output).TakeLast(Shown))
            {
                tables.Cut("| " + line);
            }
        }
    }

    private static IEnumerable<string> Sums(ImageReport report)
    {
        if (report.Findings is { } findings)
        {
            var rest = FindingGroup.Of(findings).Count > Groups ? $"; the most severe are shown, all are in {ReportFolder.JsonName}" : "";
            yield return $"checked: {FindingWords.Count(findings)}{rest}";
        }

        if (report.Tests is { } tests)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"tests: {tests.Count(test => test.Passed)} passed, {tests.Count(test => !test.Passed)} failed");
        }

        foreach (var fact in Facts(report))
        {
            yield return fact;
        }

        if (report.Comparison is { } comparison)
        {
            yield return $"compared: {ComparisonReport.Sentence(comparison)}";
        }

        if (report.History is { } history)
        {
            yield return HistoryTrend.Line(history);
        }

        var image = $"{Name(report.Image)}: {report.Image.Size} in {Layers(report.Image.Layers.Count)}";
        yield return report.Saved is { } saved ? $"{image}; {saved.Summary}" : image;
    }

    private static IEnumerable<string> Facts(ImageReport report)
    {
        var waste = report.Waste;
        if (waste.Total.Bytes > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"wasted: {waste.Bytes} of {waste.Total}, efficiency {100 * waste.Efficiency:0.0} % ")
                + string.Create(CultureInfo.InvariantCulture, $"(dive: {waste.Dive.Wasted}, {100 * waste.Dive.Efficiency:0.0} %)");
        }

        if (report.Leftovers.Count > 0)
        {
            var (own, ofBase) = (Sum(report, ofBase: false), Sum(report, ofBase: true));
            var rest = ofBase.Bytes > 0 ? $", and {ofBase} in the base" : "";
            yield return $"left over: {(own.Bytes > 0 ? own.ToString() : "nothing")}{rest}";
        }

        foreach (var attestation in report.Attestations ?? [])
        {
            yield return $"attested: {AttestationWords.Of(attestation)}";
        }

        if (report.Duplicates.Sets is [var largest, ..])
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"duplicates: {report.Duplicates.Bytes}; the largest: {ReportPath.Short(largest.Paths[0], 28)}, {largest.Copies} times");
        }

        if (report.Image.Base is { Layers: > 0 } from)
        {
            yield return $"base: {from.Size} in {Layers(from.Layers)} of {from.Name}; own: {report.Image.OwnSize}";
        }

        if (report.Unlisted > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"not listed: {report.Unlisted} entries of layers, more than is held");
        }

        if (report.UnlistedPackages > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"not listed: {report.UnlistedPackages} packages, more than is held");
        }

        if (report.Image.CompressedSize is { } compressed)
        {
            yield return $"compressed: {compressed}";
        }
    }

    /// <summary>An image without a name is told by the start of its id.</summary>
    private static string Name(ReportedImage image) => image.Name == image.Id.ToString() ? image.Id.Abbreviated : image.Name;

    private static ByteSize Sum(ImageReport report, bool ofBase) =>
        new(report.Leftovers.Where(leftover => leftover.FromBase == ofBase).Sum(leftover => leftover.Size.Bytes));

    /// <summary>Makes a cell of several lines, of what is known.</summary>
    private static string Lines(params IEnumerable<string> texts) =>
        string.Join('\n', texts.Where(text => text.Length > 0).Select(text => text.ReplaceLineEndings(" ")));

    private static string Layers(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "layer" : "layers")}");
}
