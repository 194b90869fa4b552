using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Reporting;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

public static partial class MultiStageAliases
{
    /// <summary>Measures an image: its layers, the stages it was made from, and what the final stage left behind. All sizes are bytes of uncompressed files in layers.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image, as <c>MultiStageBuild</c> returned it.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone, or can't be read.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// Information("{0}, {1} left behind", measured.Size, measured.Saved);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static MeasuredImage MultiStageMeasure(this ICakeContext context, BuiltImage image) =>
        AliasSession.Run(token => MultiStageMeasureAsync(context, image, token));

    /// <summary>As <c>MultiStageMeasure</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image, as <c>MultiStageBuild</c> returned it.</param>
    /// <param name="cancellationToken">Stops measuring.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone, or can't be read.</exception>
    /// <example>
    /// <code>
    /// Task("Measure").Does(async () =>
    /// {
    ///     var image = await MultiStageBuildAsync(MultiStageGo("./hello"));
    ///     var measured = await MultiStageMeasureAsync(image);
    ///     Information("{0}", measured.Size);
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static async Task<MeasuredImage> MultiStageMeasureAsync(this ICakeContext context, BuiltImage image, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(image);
        var token = cancellationToken ?? CancellationToken.None;
        var session = new AliasSession(context);
        session.Logger.LogInformation("{Measuring}", $"Measuring {image} and its stages");
        return await session.WithEngineAsync(
            image.Engine,
            connection => new ImageMeasurer(connection).MeasureAsync(image, new QuietBuildLog(session.Logger), token),
            token);
    }

    /// <summary>Reports a measurement: a table in the log, and <c>report.json</c> in <c>./artifacts/image</c>.</summary>
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

        var file = Absolute(context, settings.Directory.CombineWithFilePath("report.json"));
        await JsonReport.WriteAsync(measured, file, cancellationToken ?? CancellationToken.None);
        logger.LogInformation("{Written}", $"Report: {file}");
    }
}
