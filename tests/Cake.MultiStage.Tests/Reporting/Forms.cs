using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Tests.Reporting;

/// <summary>The forms of a report, straight from what it is made from.</summary>
internal static class Forms
{
    public static IReadOnlyList<string> Console(ReportSource source) => ConsoleReport.Lines(ImageReport.Of(source));

    public static string Markdown(ReportSource source) => MarkdownReport.Text(ImageReport.Of(source));

    public static Task WriteAsync(ReportFolder folder, ReportSource source, CancellationToken cancellationToken) =>
        folder.WriteAsync(ImageReport.Of(source), cancellationToken);
}
