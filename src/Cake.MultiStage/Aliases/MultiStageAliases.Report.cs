using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

public static partial class MultiStageAliases
{
    /// <summary>Reports a measurement: a table in the log, <c>report.json</c> and <c>report.md</c> in <c>./artifacts/image</c>, and the summary of GitHub Actions or Azure Pipelines where the script runs there.</summary>
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
        var logger = new CakeLogger(context.Log);
        foreach (var line in ConsoleReport.Lines(measured))
        {
            logger.LogInformation("{Line}", line);
        }

        var token = cancellationToken ?? CancellationToken.None;
        if (settings.History is not null)
        {
            var history = new HistoryFile(Absolute(context, settings.History), TimeProvider.System);
            await history.AppendAsync(HistoryEntry.Of(measured, settings.Date ?? DateTimeOffset.UtcNow, settings.Commit), token);
            logger.LogInformation("{Trend}", HistoryTrend.Line(await history.ReadAsync(token)));
        }

        var file = Absolute(context, settings.Directory.CombineWithFilePath("report.json"));
        await JsonReport.WriteAsync(measured, file, token);
        var (summary, markdown) = (settings.Directory.CombineWithFilePath("report.md").MakeAbsolute(context.Environment), MarkdownReport.Text(measured));
        await File.WriteAllTextAsync(summary.FullPath, markdown, token);
        if (settings.Summary)
        {
            PipelineSummary.Show(context, summary, markdown);
        }

        logger.LogInformation("{Written}", $"Report: {file}");
    }
}
