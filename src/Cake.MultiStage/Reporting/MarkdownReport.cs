using System.Globalization;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Reporting;

/// <summary>The report as Markdown (GitHub's flavor), for the summaries of CI providers, which take a megabyte: of what may be long it has the first.</summary>
internal static class MarkdownReport
{
    private const int Shown = 10;
    private const int MostRows = 50;
    private const int Brief = 80;

    public static string Text(ImageReport report)
    {
        var measured = report.Measured;
        var text = new MarkdownWriter();
        text.Heading($"{MarkdownWriter.Text(measured.Image.ToString())}: {measured.Size} in {measured.Layers.Count} {(measured.Layers.Count == 1 ? "layer" : "layers")}");
        text.Paragraph(Sums(measured));
        if (report.Check is { } check)
        {
            Findings(text, check);
        }

        text.Table(["Stage", "From", "#Size"], measured.Stages.Select(stage => (string[])[MarkdownWriter.Text(stage.Name), MarkdownWriter.Text(stage.Base), $"{stage.Size}"]), MostRows);
        text.Table(["Layer", "Instruction", "#Size"], measured.Layers.Select(layer => (string[])[layer.DiffId.Abbreviated, MarkdownWriter.Code(layer.CreatedBy), $"{layer.Size}"]), MostRows);
        if (report.Comparison is { } comparison)
        {
            Comparison(text, comparison);
        }

        if (report.History.Count > 0)
        {
            History(text, report.History);
        }

        Contents(text, measured);
        return text.ToString();
    }

    private static IEnumerable<string> Sums(MeasuredImage measured) =>
    [
        measured.Stages.Count > 1 ? $"**{SavingWords.Capital(SavingWords.Of(measured, stage => MarkdownWriter.Code(stage)))}**." : "",
        string.Create(CultureInfo.InvariantCulture, $"Wasted {measured.Waste.Size} (efficiency {100 * measured.Waste.Efficiency:0.0} %)."),
        measured.CompressedSize is { } compressed ? $"A pull costs {compressed}." : "",
    ];

    private static void Findings(MarkdownWriter text, CheckResult check)
    {
        text.Paragraph($"**Checked: {FindingWords.Count(check.Findings)}.**", check.Start is { } started ? $"Started: {MarkdownWriter.Text(StartWords.Of(started))}." : "");
        text.Table(
            ["Level", "Finding", "What to do", "Instruction"],
            FindingGroup.Of(check.Findings).Select(group => (string[])[Mark(group.Level), string.Join("<br>", group.Messages(Shown).Select(MarkdownWriter.Text)), MarkdownWriter.Text(group.Fix), string.Join("<br>", group.Findings.Select(finding => finding.Instruction ?? "").Distinct(StringComparer.Ordinal).Take(Shown).Select(Instruction))]),
            MostRows);
        if (check.Start is { } start)
        {
            text.Details("What it wrote", () => text.Output(start.Output));
        }
    }

    private static string Mark(FindingLevel level) => (level switch { FindingLevel.Error => "❌ ", FindingLevel.Warning => "⚠️ ", _ => "ℹ️ " }) + FindingWords.Of(level);

    private static void Comparison(MarkdownWriter text, ImageComparison comparison)
    {
        text.Paragraph($"**Compared: {MarkdownWriter.Text(ComparisonReport.Sentence(comparison))}.**");
        text.Table(["File", "Path", "Instruction", "#Before", "#After", "#Difference"], comparison.Files.Take(Shown).Select(file => (string[])[ComparisonReport.Word(file.Kind), MarkdownWriter.Code(file.Path), Instruction(file.CreatedBy), ComparisonReport.Size(file.Before, file.Kind == FileChangeKind.Added), ComparisonReport.Size(file.After, file.Kind == FileChangeKind.Removed), ComparisonReport.Signed(file.Difference)]), Shown);
        text.Table(["Directory", "#Before", "#After", "#Difference"], comparison.Directories.Take(Shown).Select(directory => (string[])[MarkdownWriter.Code(directory.Path), $"{directory.Before}", $"{directory.After}", ComparisonReport.Signed(directory.Difference)]), Shown);
    }

    private static void History(MarkdownWriter text, IReadOnlyList<HistoryEntry> history)
    {
        var runs = history.Select((run, index) => (Run: run, Growth: index == 0 ? "" : ComparisonReport.Signed(run.Size - history[index - 1].Size)));
        text.Table(
            ["Run", "Image", "Commit", "#Size", "#Difference", "#Wasted"],
            runs.TakeLast(Shown).Reverse().Select(run => (string[])[Date(run.Run.Date), MarkdownWriter.Text(run.Run.Name), MarkdownWriter.Code(Abbreviated(run.Run.Commit)), $"{run.Run.Size}", run.Growth, $"{run.Run.Wasted}"]),
            Shown);
    }

    private static void Contents(MarkdownWriter text, MeasuredImage measured)
    {
        text.Table(["Wasted", "Brought by", "Taken away by", "#Size"], measured.Waste.Files.Take(Shown).Select(file => (string[])[MarkdownWriter.Code(file.Path), Instruction(file.CreatedBy), Instruction(file.RemovedBy), $"{file.Size}"]), Shown);
        text.Table(["Left over", "Where", "Instruction", "#Size"], measured.Leftovers.Where(leftover => !leftover.IsFromBase).Take(Shown).Select(leftover => (string[])[MarkdownWriter.Text(leftover.Kind), MarkdownWriter.Code(leftover.Path), Instruction(leftover.CreatedBy), $"{leftover.Size}"]), Shown);
        text.Details(
            "Packages, duplicates, types of files",
            () =>
            {
                text.Table(["Package", "Version", "#Size"], measured.Packages.Take(Shown).Select(package => (string[])[MarkdownWriter.Text(package.Name), MarkdownWriter.Text(package.Version), $"{package.InstalledSize}"]), Shown);
                text.Table(["Duplicate", "#Copies", "#Wasted"], measured.Duplicates.Take(Shown).Select(files => (string[])[MarkdownWriter.Code(files.Paths[0]), files.Paths.Count.ToString(CultureInfo.InvariantCulture), $"{files.Wasted}"]), Shown);
                text.Table(["Type", "#Files", "#Size"], measured.FileTypes.Take(Shown).Select(type => (string[])[MarkdownWriter.Text(type.Type), type.Files.ToString(CultureInfo.InvariantCulture), $"{type.Size}"]), Shown);
            });
    }

    /// <summary>Returns an instruction beside what it brought: its start says which it is.</summary>
    private static string Instruction(string text) => MarkdownWriter.Code(text, Brief);

    private static string Date(DateTimeOffset? date) => date?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";

    private static string Abbreviated(string? commit) => commit is { Length: > 12 } ? commit[..12] : commit ?? "";
}
