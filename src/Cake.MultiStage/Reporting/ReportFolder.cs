using System.Text;
using Cake.MultiStage.Reporting.Html;

namespace Cake.MultiStage.Reporting;

/// <summary>The folder with all forms of a report.</summary>
internal sealed class ReportFolder(string path)
{
    public const string JsonName = "report.json";

    private readonly List<string> _written = [];

    public string Json => Path.Combine(path, JsonName);

    public string Markdown => Path.Combine(path, "report.md");

    public string Html => Path.Combine(path, "report.html");

    public string Sarif => Path.Combine(path, "report.sarif");

    /// <summary>Gets the names of the files that were written.</summary>
    public IReadOnlyList<string> Written => _written;

    /// <summary>Writes all forms, each beside its place first, so that a reader never sees half of one.</summary>
    public async Task WriteAsync(ImageReport report, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(path);
        await WriteAsync(Json, stream => JsonReport.WriteAsync(report, stream, cancellationToken));
        await WriteAsync(Markdown, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(MarkdownReport.Text(report)), cancellationToken).AsTask());
        await WriteAsync(Html, stream => HtmlReport.WriteAsync(report, stream, cancellationToken));
        if (report.Check is { } check)
        {
            await WriteAsync(Sarif, stream =>
            {
                SarifReport.Write(report.Measured.Image, check, stream);
                return Task.CompletedTask;
            });
        }
        else
        {
            // One from an earlier report would tell of another image.
            File.Delete(Sarif);
        }
    }

    private async Task WriteAsync(string file, Func<Stream, Task> write)
    {
        var partial = file + ".partial";
        await using (var stream = File.Create(partial))
        {
            await write(stream);
        }

        File.Move(partial, file, overwrite: true);
        _written.Add(Path.GetFileName(file));
    }
}
