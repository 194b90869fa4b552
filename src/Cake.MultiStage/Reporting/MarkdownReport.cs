using System.Globalization;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>
/// The report as Markdown (GitHub's flavor), for the summaries of CI providers, which take a megabyte: of what may be long it has the
/// first.
/// </summary>
internal static class MarkdownReport
{
    private const int Shown = 10;
    private const int MostRows = 50;
    private const int Brief = 80;

    public static string Text(ImageReport report)
    {
        var text = new MarkdownWriter();
        var layers = report.Image.Layers;
        var count = $"{Number(layers.Count)} {(layers.Count == 1 ? "layer" : "layers")}";
        text.Heading($"{MarkdownWriter.Text(report.Image.Name)}: {report.Image.Size} in {count}");
        text.Paragraph(Sums(report));
        text.Table(
            ["To save most", "How", "Instruction", "#Size"],
            (report.Smaller ?? []).Take(Shown).Select(saving => (string[])[
                MarkdownWriter.Text(saving.What),
                MarkdownWriter.Text(saving.How),
                Instruction(saving.Instruction ?? ""),
                saving.Bytes is { } bytes ? $"{bytes}" : "not known"]),
            Shown);
        Findings(text, report);
        text.Table(
            ["Test", "Result"],
            (report.Tests ?? []).OrderBy(test => test.Passed).Select(test => (string[])[
                MarkdownWriter.Text(test.Name),
                test.Failure is { } failure ? "❌ " + MarkdownWriter.Text(failure) : "✅ passed"]),
            MostRows);
        text.Table(
            ["Assumed", "Doubtful"],
            (report.Assumptions ?? []).Select(assumption => (string[])[
                MarkdownWriter.Text(assumption.Text),
                assumption.Doubtful ? "⚠️ yes" : "no"]),
            MostRows);
        text.Table(
            ["Stage", "From", "#Size"],
            report.Stages.Select(stage => (string[])[
                MarkdownWriter.Text(stage.Name),
                MarkdownWriter.Text(stage.Base),
                stage.SizeInWords()]),
            MostRows);
        text.Table(
            ["Layer", "Instruction", "#Size"],
            layers.Select(layer => (string[])[layer.Digest.Abbreviated, MarkdownWriter.Code(layer.CreatedBy), $"{layer.Size}"]),
            MostRows);
        text.Table(
            ["Attested", "Made from", "Statement", "#Size"],
            (report.Attestations ?? []).Select(attestation => (string[])[
                MarkdownWriter.Text(AttestationWords.Of(attestation)),
                string.Join("<br>", attestation.Sources.Take(Shown).Select(source => MarkdownWriter.Code(source))),
                MarkdownWriter.Text(attestation.Predicate),
                $"{attestation.Size}"]),
            MostRows);
        if (report.Comparison is { } comparison)
        {
            Comparison(text, comparison);
        }

        if (report.History is { } history)
        {
            History(text, history);
        }

        Waste(text, report);
        text.Details("Packages, duplicates, types of files", () => Contents(text, report));
        return text.ToString();
    }

    private static IEnumerable<string> Sums(ImageReport report) =>
    [
        report.Saved is { } saved ? $"**{MarkdownWriter.Text(char.ToUpperInvariant(saved.Summary[0]) + saved.Summary[1..])}.**" : "",
        string.Create(CultureInfo.InvariantCulture, $"Wasted {report.Waste.Bytes} (efficiency {100 * report.Waste.Efficiency:0.0} %)."),
        report.Image.CompressedSize is { } compressed ? $"A pull costs {compressed}." : "",
        report.Unlisted > 0 ? $"{Number(report.Unlisted)} entries of layers are not listed: they are more than is held." : "",
        report.UnlistedPackages > 0 ? $"{Number(report.UnlistedPackages)} packages are not listed: they are more than is held." : "",
    ];

    private static void Findings(MarkdownWriter text, ImageReport report)
    {
        if (report.Findings is not { } findings)
        {
            return;
        }

        text.Paragraph(
            $"**Checked: {FindingWords.Count(findings)}.**",
            report.Start is { } started ? $"Started: {MarkdownWriter.Text(started.Outcome)}." : "");
        text.Table(
            ["Level", "Finding", "What to do", "Instruction"],
            FindingGroup.Of(findings).Select(group => (string[])[
                Mark(group.Level),
                string.Join("<br>", group.Messages(Shown).Select(MarkdownWriter.Text)),
                MarkdownWriter.Text(group.Fix),
                Instructions(group)]),
            MostRows);
        if (report.Start is { } start)
        {
            text.Details("What it wrote", () => text.Output(start.Output));
        }
    }

    private static string Mark(FindingLevel level) =>
        (level switch { FindingLevel.Error => "❌ ", FindingLevel.Warning => "⚠️ ", _ => "ℹ️ " }) + FindingWords.Of(level);

    private static string Instructions(FindingGroup group) =>
        string.Join("<br>", group.Findings
            .Select(finding => Instruction(finding.Instruction ?? "") + (finding.Line is { } line ? $" (line {Number(line)})" : ""))
            .Concat(group.Findings.Select(finding => finding.Address).OfType<string>()
                .Select(page => $"[more]({MarkdownWriter.Link(page)})"))
            .Distinct(StringComparer.Ordinal)
            .Take(Shown));

    private static void Comparison(MarkdownWriter text, ReportedComparison comparison)
    {
        text.Paragraph($"**Compared: {MarkdownWriter.Text(ComparisonReport.Sentence(comparison))}.**");
        text.Table(
            ["File", "Path", "Instruction", "#Before", "#After", "#Difference"],
            comparison.Files.Take(Shown).Select(file => (string[])[
                ComparisonReport.Word(file.Change),
                MarkdownWriter.Code(file.Path),
                Instruction(file.CreatedBy),
                $"{file.Before}",
                $"{file.After}",
                ComparisonReport.Signed(ComparisonReport.Difference(file.Before, file.After))]),
            Shown);
        text.Table(
            ["Directory", "#Before", "#After", "#Difference"],
            comparison.Directories.Take(Shown).Select(directory => (string[])[
                MarkdownWriter.Code(directory.Path),
                $"{directory.Before}",
                $"{directory.After}",
                ComparisonReport.Signed(ComparisonReport.Difference(directory.Before, directory.After))]),
            Shown);
    }

    private static void History(MarkdownWriter text, IReadOnlyList<ReportedRun> history)
    {
        var runs = history.Select((run, index) =>
            (Run: run, Growth: index == 0 ? "" : ComparisonReport.Signed(run.Size.Bytes - history[index - 1].Size.Bytes)));
        text.Table(
            ["Run", "Image", "Commit", "#Size", "#Difference", "#Wasted"],
            runs.TakeLast(Shown).Reverse().Select(run => (string[])[
                Date(run.Run.Date),
                MarkdownWriter.Text(run.Run.Name),
                MarkdownWriter.Code(Abbreviated(run.Run.Commit)),
                $"{run.Run.Size}",
                run.Growth,
                $"{run.Run.Wasted}"]),
            Shown);
    }

    private static void Waste(MarkdownWriter text, ImageReport report)
    {
        text.Table(
            ["Wasted", "Brought by", "Removed by", "#Size"],
            report.Waste.Files.Take(Shown).Select(file => (string[])[
                MarkdownWriter.Code(file.Path),
                Instruction(report.InstructionOf(file.Layer)),
                Instruction(report.InstructionOf(file.RemovedInLayer)),
                $"{file.Size}"]),
            Shown);
        text.Table(
            ["Left over", "Where", "Instruction", "#Size"],
            report.Leftovers.Where(leftover => !leftover.FromBase).Take(Shown).Select(leftover => (string[])[
                MarkdownWriter.Text(leftover.Kind),
                MarkdownWriter.Code(leftover.Path),
                Instruction(report.InstructionOf(leftover.Layer)),
                $"{leftover.Size}"]),
            Shown);
    }

    private static void Contents(MarkdownWriter text, ImageReport report)
    {
        text.Table(
            ["Package", "From", "Version", "License", "#Size"],
            report.Packages.Take(Shown).Select(package => (string[])[
                MarkdownWriter.Text(package.Name),
                MarkdownWriter.Text(package.Manager),
                MarkdownWriter.Text(package.Version),
                MarkdownWriter.Text(string.Join(", ", package.Licenses ?? [])),
                $"{(package.InstalledSize.Bytes > 0 ? package.InstalledSize : package.Size)}"]),
            Shown);
        text.Table(
            ["License", "#Packages"],
            report.Licenses.Take(Shown).Select(license => (string[])[
                license.License.Length > 0 ? MarkdownWriter.Text(license.License) : "(none declared)",
                Number(license.Packages)]),
            Shown);
        text.Table(
            ["Duplicate", "#Copies", "#Wasted"],
            report.Duplicates.Sets.Take(Shown).Select(files => (string[])[
                MarkdownWriter.Code(files.Paths[0]),
                Number(files.Copies),
                $"{files.Wasted}"]),
            Shown);
        text.Table(
            ["Type", "#Files", "#Size"],
            report.FileTypes.Take(Shown).Select(type => (string[])[MarkdownWriter.Text(type.Type), Number(type.Files), $"{type.Size}"]),
            Shown);
    }

    /// <summary>Returns an instruction beside what it brought: its start says which it is.</summary>
    private static string Instruction(string text) => MarkdownWriter.Code(text, Brief);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Date(DateTimeOffset? date) => date?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";

    private static string Abbreviated(string? commit) => commit is { Length: > 12 } ? commit[..12] : commit ?? "";
}
