using System.Text;
using Cake.MultiStage.Reporting.Html;

namespace Cake.MultiStage.Reporting;

/// <summary>The folder with the reports of several images, and the page that has them beside each other.</summary>
internal sealed class OverviewFolder(string path)
{
    private const string HtmlName = "index.html";
    private const string MarkdownName = "index.md";

    public string Page => Path.Combine(path, HtmlName);

    public string Markdown => Path.Combine(path, MarkdownName);

    /// <summary>Writes the report of each image, and then what leads to them.</summary>
    /// <exception cref="MultiStageException">
    /// A file can't be written. What leads to the reports is as it was, and each image's own is whole.
    /// </exception>
    public async Task WriteAsync(Overview overview, CancellationToken cancellationToken)
    {
        foreach (var image in overview.Images)
        {
            await new ReportFolder(Path.Combine(path, image.Folder)).WriteAsync(image.Report, cancellationToken);
        }

        using var files = new FileSet(path);
        await files.WriteAsync(HtmlName, stream => WriteAsync(stream, OverviewPage.Text(overview), cancellationToken));
        await files.WriteAsync(MarkdownName, stream => WriteAsync(stream, overview.Markdown(), cancellationToken));
        files.Publish();
    }

    private static Task WriteAsync(Stream stream, string text, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();
}
