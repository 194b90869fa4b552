using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Reports.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Reports a measurement, and what was found, compared and kept of runs before: tables in the log; <c>report.json</c> with all numbers,
    /// <c>report.html</c> to look at, <c>report.md</c>, and where the image was checked <c>report.sarif</c> and GitLab's
    /// <c>report.codequality.json</c>, in <c>./artifacts/image</c>; on GitHub Actions and Azure Pipelines the summary of the run, and on
    /// them and TeamCity findings as warnings and errors.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <exception cref="MultiStageException">The files can't be written.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// MultiStageReport(measured);
    ///
    /// var result = MultiStageCheck(measured, check => check.FailOn = null);
    /// MultiStageReport(measured, report =>
    /// {
    ///     report.Directory = "./artifacts/hello";
    ///     report.Check = result;
    /// });
    /// result.FailOn(FindingLevel.Error);
    ///
    /// Task("Report").Does(async () => await MultiStageReportAsync(measured, new MultiStageReportSettings { Summary = false }));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Report")]
    public static void MultiStageReport(this ICakeContext context, MeasuredImage measured, MultiStageReportSettings? settings = null) =>
        AliasSession.Run(context, Report(context, measured, settings));

    /// <inheritdoc cref="MultiStageReport(ICakeContext, MeasuredImage, MultiStageReportSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Report")]
    public static void MultiStageReport(this ICakeContext context, MeasuredImage measured, Action<MultiStageReportSettings> configure) =>
        MultiStageReport(context, measured, Configured(configure));

    /// <inheritdoc cref="MultiStageReport(ICakeContext, MeasuredImage, MultiStageReportSettings)"/>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>The work.</returns>
    [CakeMethodAlias, CakeAliasCategory("Report")]
    public static Task MultiStageReportAsync(
        this ICakeContext context,
        MeasuredImage measured,
        MultiStageReportSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Report(context, measured, settings), cancellationToken);

    private static AliasWork<bool> Report(ICakeContext context, MeasuredImage measured, MultiStageReportSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(measured);
        var settings = given ?? new MultiStageReportSettings();
        return new($"Reporting on {measured.Image}", async session =>
        {
            var report = ImageReport.Of(new ReportSource(measured)
            {
                Check = settings.Check,
                Comparison = settings.Comparison,
                History = await HistoryAsync(context, measured, settings, session.Token),
            });
            foreach (var line in ConsoleReport.Lines(report))
            {
                session.Logger.LogInformation("{Line}", line);
            }

            var folder = new ReportFolder(Absolute(context, settings.Directory));
            var written = await folder.WriteAsync(report, session.Token);
            var pipeline = new PipelineReport(context);
            if (settings.Summary)
            {
                pipeline.ShowSummary(folder.Markdown, MarkdownReport.Text(report));
            }

            if (settings.Warnings)
            {
                pipeline.ShowFindings(report);
            }

            session.Logger.LogInformation(
                "{Written}", $"Report in {Absolute(context, settings.Directory)}: {string.Join(", ", written)}");
            return true;
        });
    }

    private static async Task<IReadOnlyList<ReportedRun>> HistoryAsync(
        ICakeContext context, MeasuredImage measured, MultiStageReportSettings settings, CancellationToken cancellationToken)
    {
        if (settings.History is null)
        {
            return [];
        }

        var history = new HistoryFile(Absolute(context, settings.History), TimeProvider.System);
        await history.AppendAsync(HistoryLine.Of(measured, settings.Date ?? DateTimeOffset.UtcNow, settings.Commit), cancellationToken);
        return await history.ReadAsync(cancellationToken);
    }
}
