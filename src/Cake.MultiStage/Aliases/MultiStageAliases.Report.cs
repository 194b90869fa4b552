using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

public static partial class MultiStageAliases
{
    /// <summary>
    /// Reports a measurement, and what was found, compared and kept of runs before: tables in the log; <c>report.json</c> with all numbers,
    /// <c>report.html</c> to look at, <c>report.md</c>, and where the image was checked <c>report.sarif</c>, in <c>./artifacts/image</c>; on GitHub Actions
    /// and Azure Pipelines the summary of the run, and findings as warnings and errors.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <example>
    /// <code>
    /// MultiStageReport(MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello"))));
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Report")]
    public static void MultiStageReport(this ICakeContext context, MeasuredImage measured) => MultiStageReport(context, measured, new MultiStageReportSettings());

    /// <summary>Reports a measurement, and what was found, compared and kept of runs before.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// var result = MultiStageCheck(measured, check => check.FailOn = null);
    /// MultiStageReport(measured, report =>
    /// {
    ///     report.Directory = "./artifacts/hello";
    ///     report.Check = result;
    /// });
    /// result.FailOn(FindingLevel.Error);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Report")]
    public static void MultiStageReport(this ICakeContext context, MeasuredImage measured, Action<MultiStageReportSettings> configure) => MultiStageReport(context, measured, Configured(new MultiStageReportSettings(), configure));

    /// <summary>Reports a measurement, and what was found, compared and kept of runs before.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="settings">The settings.</param>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// MultiStageReport(measured, new MultiStageReportSettings { Directory = "./artifacts/hello" });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Report")]
    public static void MultiStageReport(this ICakeContext context, MeasuredImage measured, MultiStageReportSettings settings) =>
        AliasSession.Run(async token =>
        {
            await MultiStageReportAsync(context, measured, settings, token);
            return true;
        });

    /// <summary>As <c>MultiStageReport</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>The work.</returns>
    /// <example>
    /// <code>
    /// Task("Report").Does(async () =>
    /// {
    ///     var image = await MultiStageBuildAsync(MultiStageGo("./hello"));
    ///     await MultiStageReportAsync(await MultiStageMeasureAsync(image), new MultiStageReportSettings());
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Report")]
    public static async Task MultiStageReportAsync(this ICakeContext context, MeasuredImage measured, MultiStageReportSettings settings, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(settings);
        var token = cancellationToken ?? CancellationToken.None;
        var logger = new CakeLogger(context.Log);
        var report = new ImageReport(measured)
        {
            Check = settings.Check,
            Comparison = settings.Comparison,
            History = settings.History is { } history ? await RecordAsync(new HistoryFile(Absolute(context, history), TimeProvider.System), measured, settings, token) : [],
        };
        foreach (var line in ConsoleReport.Lines(report))
        {
            logger.LogInformation("{Line}", line);
        }

        var folder = new ReportFolder(settings.Directory.MakeAbsolute(context.Environment).FullPath);
        var written = await folder.WriteAsync(report, token);
        var pipeline = new PipelineReport(context);
        if (settings.Summary)
        {
            pipeline.ShowSummary(folder.Markdown, MarkdownReport.Text(report));
        }

        if (settings.Warnings && settings.Check is { } check)
        {
            pipeline.ShowFindings(check);
        }

        logger.LogInformation("{Written}", $"Report in {settings.Directory.MakeAbsolute(context.Environment)}: {string.Join(", ", written)}");
    }

    private static async Task<IReadOnlyList<HistoryEntry>> RecordAsync(HistoryFile history, MeasuredImage measured, MultiStageReportSettings settings, CancellationToken cancellationToken)
    {
        await history.AppendAsync(HistoryEntry.Of(measured, settings.Date ?? DateTimeOffset.UtcNow, settings.Commit), cancellationToken);
        return await history.ReadAsync(cancellationToken);
    }
}
