using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

public static partial class MultiStageAliases
{
    /// <summary>Reports a measurement: a table in the log, <c>report.json</c>, <c>report.md</c> and <c>report.html</c> in <c>./artifacts/image</c>, and the summary of GitHub Actions or Azure Pipelines where the script runs there.</summary>
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

    /// <summary>Reports a measurement.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// MultiStageReport(measured, report => report.Directory = "./artifacts/hello");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Report")]
    public static void MultiStageReport(this ICakeContext context, MeasuredImage measured, Action<MultiStageReportSettings> configure) => MultiStageReport(context, measured, Configured(new MultiStageReportSettings(), configure));

    /// <summary>Reports a measurement.</summary>
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
        await folder.WriteAsync(report, token);
        if (settings.Summary)
        {
            PipelineSummary.Show(context, folder.Markdown, MarkdownReport.Text(report));
        }

        logger.LogInformation("{Written}", $"Report: {folder.Json}");
    }

    private static async Task<IReadOnlyList<HistoryEntry>> RecordAsync(HistoryFile history, MeasuredImage measured, MultiStageReportSettings settings, CancellationToken cancellationToken)
    {
        await history.AppendAsync(HistoryEntry.Of(measured, settings.Date ?? DateTimeOffset.UtcNow, settings.Commit), cancellationToken);
        return await history.ReadAsync(cancellationToken);
    }
}
