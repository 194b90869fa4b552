using System.Text;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Reporting.Html;
using Cake.MultiStage.Reporting.Sarif;
using Cake.MultiStage.Reporting.Sbom;

namespace Cake.MultiStage.Reporting;

/// <summary>The folder with all forms of a report.</summary>
internal sealed class ReportFolder(string path)
{
    public const string JsonName = "report.json";
    public const string HtmlName = "report.html";

    private const string MarkdownName = "report.md";
    private const string SarifName = "report.sarif";
    private const string CodeQualityName = "report.codequality.json";
    private const string JUnitName = "report.junit.xml";
    private const string CycloneDxName = "sbom.cdx.json";
    private const string SpdxName = "sbom.spdx.json";

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
        await files.WriteAsync(CycloneDxName, stream => CycloneDxReport.WriteAsync(report, stream, cancellationToken));
        await files.WriteAsync(SpdxName, stream => SpdxReport.WriteAsync(report, stream, cancellationToken));
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

        if (report.Tests is not null)
        {
            await files.WriteAsync(JUnitName, stream => JUnitReport.WriteAsync(report, stream, cancellationToken));
        }
        else
        {
            files.Remove(JUnitName);
        }

        cancellationToken.ThrowIfCancellationRequested();
        files.Publish();
        return
        [
            JsonName, MarkdownName, HtmlName, CycloneDxName, SpdxName,
            .. report.Findings is null ? (string[])[] : [SarifName, CodeQualityName],
            .. report.Tests is null ? (string[])[] : [JUnitName],
        ];
    }

    private static Task WriteAsync(Stream stream, string text, CancellationToken cancellationToken) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();
}
