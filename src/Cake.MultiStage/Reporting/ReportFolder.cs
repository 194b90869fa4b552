using System.Text;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Reporting.Html;
using Cake.MultiStage.Reporting.Sarif;

namespace Cake.MultiStage.Reporting;

/// <summary>The folder with all forms of a report.</summary>
internal sealed class ReportFolder(string path)
{
    public const string JsonName = "report.json";

    private const string MarkdownName = "report.md";
    private const string HtmlName = "report.html";
    private const string SarifName = "report.sarif";
    private const string CodeQualityName = "report.codequality.json";

    public string Markdown => Path.Combine(path, MarkdownName);

    /// <summary>Writes all forms, or none of them.</summary>
    /// <returns>The names of the files.</returns>
    /// <exception cref="MultiStageException">One of them can't be written. What was in the folder is as it was.</exception>
    public async Task<IReadOnlyList<string>> WriteAsync(ImageReport report, CancellationToken cancellationToken)
    {
        using var files = new FileSet(path);
        await files.WriteAsync(JsonName, stream => ReportJson.WriteAsync(report, json => json.ImageReport, stream, cancellationToken));
        await files.WriteAsync(MarkdownName, stream => WriteAsync(stream, MarkdownReport.Text(report), cancellationToken));
        await files.WriteAsync(HtmlName, stream => HtmlReport.WriteAsync(report, stream, cancellationToken));
        if (report.Findings is not null)
        {
            await files.WriteAsync(SarifName, stream => SarifReport.WriteAsync(report, stream, cancellationToken));
            await files.WriteAsync(CodeQualityName, stream => CodeQuality.WriteAsync(report, stream, cancellationToken));
        }
        else
        {
            // Those of an earlier report would tell of another image.
            files.Remove(SarifName);
            files.Remove(CodeQualityName);
        }

        cancellationToken.ThrowIfCancellationRequested();
        files.Publish();
        return [JsonName, MarkdownName, HtmlName, .. report.Findings is null ? (string[])[] : [SarifName, CodeQualityName]];
    }

    private static Task WriteAsync(Stream stream, string text, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();
}
