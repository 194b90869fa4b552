using System.Globalization;
using Cake.MultiStage.Images;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>Several images beside each other, the largest first.</summary>
internal sealed record Overview
{
    private const int MostRows = 200;

    /// <summary>Gets the images.</summary>
    public required IReadOnlyList<OverviewImage> Images { get; init; }

    /// <summary>Gets what all come to, in words.</summary>
    public string Summary
    {
        get
        {
            var layers = Images.SelectMany(image => image.Report.Image.Layers).ToList();
            var together = new ByteSize(layers.Sum(layer => layer.Size.Bytes));
            var once = new ByteSize(layers.DistinctBy(layer => layer.Digest).Sum(layer => layer.Size.Bytes));
            var count = string.Create(CultureInfo.InvariantCulture, $"{Images.Count} {(Images.Count == 1 ? "image" : "images")}");
            return $"{count}, {together} together" + (once == together ? "" : $"; {once} with shared layers counted once");
        }
    }

    /// <summary>Puts images beside each other.</summary>
    /// <param name="reports">Their reports, in any order.</param>
    public static Overview Of(IEnumerable<ImageReport> reports)
    {
        List<OverviewImage> images = [];
        foreach (var report in reports.OrderByDescending(report => report.Image.Size.Bytes)
            .ThenBy(report => report.Image.Name, StringComparer.Ordinal))
        {
            var name = FolderOf(report.Image.Name);
            var folder = Enumerable.Range(1, int.MaxValue)
                .Select(number => number == 1 ? name : FormattableString.Invariant($"{name}-{number}"))
                .First(free => !images.Exists(image => image.Folder.Equals(free, StringComparison.OrdinalIgnoreCase)));
            images.Add(new OverviewImage(folder, report));
        }

        return new Overview { Images = images };
    }

    /// <summary>Returns it as tables of plain text, of 80 columns.</summary>
    public IReadOnlyList<string> ConsoleLines()
    {
        using var tables = new ConsoleTables();
        tables.Table(
            ["Image", "Findings, start", "Size"],
            Images.Select(image => (string[])[image.Report.Image.Name, Words(image), $"{image.Report.Image.Size}"]));
        tables.Line(Summary);
        return tables.Lines;
    }

    /// <summary>Returns it as Markdown (GitHub's flavor).</summary>
    public string Markdown()
    {
        var text = new MarkdownWriter();
        text.Heading(MarkdownWriter.Text(Summary));
        text.Table(
            ["Image", .. OverviewImage.Columns],
            Images.Select(image => (string[])[
                MarkdownWriter.Text(image.Report.Image.Name), .. image.Cells.Select(MarkdownWriter.Text)]),
            MostRows);
        return text.ToString();
    }

    private static string Words(OverviewImage image) =>
        string.Join('\n', ((string[])[image.Findings, image.Start, image.Growth]).Where(text => text.Length > 0));

    private static string FolderOf(string name)
    {
        var folder = string.Concat(name.Select(character =>
            char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' ? character : '-')).Trim('.', '-');
        return folder.Length > 0 ? folder : "image";
    }
}

/// <summary>An image among others.</summary>
/// <param name="Folder">The name of the folder of its own report.</param>
/// <param name="Report">Its own report.</param>
internal sealed record OverviewImage(string Folder, ImageReport Report)
{
    /// <summary>Gets the titles of what is told of each; those of numbers begin with <c>#</c>.</summary>
    public static IReadOnlyList<string> Columns =>
        ["Platform", "#Size", "#Of its own", "#A pull", "Against before", "Saved", "#Wasted", "Findings", "Started", "#Built in"];

    /// <summary>Gets what is told of it, by <see cref="Columns"/>; empty where it is not known.</summary>
    public IReadOnlyList<string> Cells =>
    [
        Report.Image.Platform, $"{Report.Image.Size}", $"{Report.Image.OwnSize}", $"{Report.Image.CompressedSize}", Growth,
        Report.Saved?.Summary ?? "", $"{Report.Waste.Bytes}", Findings, Start,
        string.Create(CultureInfo.InvariantCulture, $"{Report.Build.Seconds:0.0} s"),
    ];

    /// <summary>Gets how many findings there are of each level, and how many tests failed.</summary>
    public string Findings => string.Join(", ", ((string[])
    [
        Report.Findings is { } findings ? FindingWords.Count(findings) : "not checked",
        Report.Tests is { } tests && tests.Count(test => !test.Passed) is > 0 and var failed
            ? string.Create(CultureInfo.InvariantCulture, $"{failed} of {tests.Count} tests failed") : "",
    ]).Where(text => text.Length > 0));

    /// <summary>Gets how it started; empty where that was not tried.</summary>
    public string Start => Report.Start?.Outcome ?? "";

    /// <summary>Gets how it grew against what it was compared with; empty where it was not.</summary>
    public string Growth => Report.Comparison is { } comparison ? ComparisonReport.Signed(comparison.Growth) : "";
}
