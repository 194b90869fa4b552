using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

public static partial class MultiStageAliases
{
    /// <summary>Compares two measured images, such as two variants, and shows the difference in the log.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="before">The image to compare with.</param>
    /// <param name="after">The image.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="MultiStageException">An image or report can't be read.</exception>
    /// <example>
    /// <code>
    /// var debug = MultiStageMeasure("hello:debug");
    /// var release = MultiStageMeasure("hello:release");
    /// var comparison = MultiStageCompare(debug, release);
    /// Information("{0} files differ", comparison.Files.Count);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static ImageComparison MultiStageCompare(this ICakeContext context, MeasuredImage before, MeasuredImage after)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return Shown(context, ImageComparer.Compare(ImageBaseline.Of(before), ImageBaseline.Of(after)));
    }

    /// <summary>Compares a measured image with a stored report or another image, and shows the difference in the log.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="before">The image to compare with: a stored <c>report.json</c> (a text that ends in <c>.json</c>), or the name or id of an image in the engine.</param>
    /// <param name="after">The image.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="MultiStageException">An image or report can't be read.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// var comparison = MultiStageCompare("./baseline/report.json", measured);
    /// Information("Grown by {0}", comparison.Growth);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static ImageComparison MultiStageCompare(this ICakeContext context, string before, MeasuredImage after) =>
        AliasSession.Run(token => MultiStageCompareAsync(context, before, after, token));

    /// <summary>Compares two images of the engine, or stored reports, and shows the difference in the log.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="before">The image to compare with: a stored <c>report.json</c> (a text that ends in <c>.json</c>), or the name or id of an image in the engine.</param>
    /// <param name="after">The image: a stored <c>report.json</c>, or the name or id of an image in the engine.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="MultiStageException">An image or report can't be read.</exception>
    /// <example>
    /// <code>
    /// var comparison = MultiStageCompare("debian:bookworm-slim", "debian:trixie-slim");
    /// Information("{0} layers shared", comparison.SharedLayers.Count);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static ImageComparison MultiStageCompare(this ICakeContext context, string before, string after) =>
        AliasSession.Run(token => MultiStageCompareAsync(context, before, after, token));

    /// <summary>As <c>MultiStageCompare</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="before">The image to compare with: a stored <c>report.json</c> (a text that ends in <c>.json</c>), or the name or id of an image in the engine.</param>
    /// <param name="after">The image.</param>
    /// <param name="cancellationToken">Stops comparing.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="MultiStageException">An image or report can't be read.</exception>
    /// <example>
    /// <code>
    /// Task("Compare").Does(async () =>
    /// {
    ///     var measured = await MultiStageMeasureAsync("hello:1.1", new MultiStageMeasureSettings());
    ///     await MultiStageCompareAsync("hello:1.0", measured);
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static async Task<ImageComparison> MultiStageCompareAsync(this ICakeContext context, string before, MeasuredImage after, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var baseline = await BaselineAsync(context, before, after, cancellationToken ?? CancellationToken.None);
        return Shown(context, ImageComparer.Compare(baseline, ImageBaseline.Of(after)));
    }

    /// <summary>As <c>MultiStageCompare</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="before">The image to compare with: a stored <c>report.json</c> (a text that ends in <c>.json</c>), or the name or id of an image in the engine.</param>
    /// <param name="after">The image: a stored <c>report.json</c>, or the name or id of an image in the engine.</param>
    /// <param name="cancellationToken">Stops comparing.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="MultiStageException">An image or report can't be read.</exception>
    /// <example>
    /// <code>
    /// Task("Compare").Does(async () =>
    /// {
    ///     var comparison = await MultiStageCompareAsync("hello:1.0", "hello:1.1");
    ///     Information("{0}", comparison.Growth);
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static async Task<ImageComparison> MultiStageCompareAsync(this ICakeContext context, string before, string after, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var token = cancellationToken ?? CancellationToken.None;
        var older = await BaselineAsync(context, before, beside: null, token);
        return Shown(context, ImageComparer.Compare(older, await BaselineAsync(context, after, beside: null, token)));
    }

    /// <summary>Holds a measurement against a budget. A broken limit fails the task, and the error names the three largest causes.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="configure">Sets the limits.</param>
    /// <exception cref="BudgetExceededException">A limit is broken.</exception>
    /// <exception cref="MultiStageException">A limit can't be read, or what it needs was not measured.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// MultiStageBudget(measured, budget =>
    /// {
    ///     budget.MaxSize = "20 MB";
    ///     budget.MaxWaste = "1 %";
    ///     budget.MaxLayers = 10;
    ///     budget.Stages["builder"] = "2 GB";
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static void MultiStageBudget(this ICakeContext context, MeasuredImage measured, Action<MultiStageBudgetSettings> configure) => MultiStageBudget(context, measured, Configured(new MultiStageBudgetSettings(), configure));

    /// <summary>Holds a measurement against a budget.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="settings">The limits.</param>
    /// <exception cref="BudgetExceededException">A limit is broken.</exception>
    /// <exception cref="MultiStageException">A limit can't be read, or what it needs was not measured.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// MultiStageBudget(measured, new MultiStageBudgetSettings { MaxGrowth = "5 %", Baseline = "./baseline/report.json" });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static void MultiStageBudget(this ICakeContext context, MeasuredImage measured, MultiStageBudgetSettings settings) =>
        AliasSession.Run(async token =>
        {
            await MultiStageBudgetAsync(context, measured, settings, token);
            return true;
        });

    /// <summary>As <c>MultiStageBudget</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="settings">The limits.</param>
    /// <param name="cancellationToken">Stops reading the baseline.</param>
    /// <returns>The work.</returns>
    /// <exception cref="BudgetExceededException">A limit is broken.</exception>
    /// <exception cref="MultiStageException">A limit can't be read, or what it needs was not measured.</exception>
    /// <example>
    /// <code>
    /// Task("Budget").Does(async () =>
    /// {
    ///     var measured = await MultiStageMeasureAsync("hello:1.0", new MultiStageMeasureSettings());
    ///     await MultiStageBudgetAsync(measured, new MultiStageBudgetSettings { MaxSize = "20 MB" });
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static async Task MultiStageBudgetAsync(this ICakeContext context, MeasuredImage measured, MultiStageBudgetSettings settings, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(settings);
        var budget = settings.ToBudget();
        var baseline = settings.Baseline is null ? null : await BaselineAsync(context, settings.Baseline, measured, cancellationToken ?? CancellationToken.None);
        new BudgetCheck(measured, budget, baseline).Run();
        new CakeLogger(context.Log).LogInformation("{Kept}", $"{measured.Image} keeps its budget");
    }

    /// <summary>Reads a stored report, or measures an image where the other one is.</summary>
    private static async Task<ImageBaseline> BaselineAsync(ICakeContext context, string text, MeasuredImage? beside, CancellationToken cancellationToken)
    {
        if (text.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return await StoredReport.ReadAsync(Absolute(context, new FilePath(text)), cancellationToken);
        }

        var session = new AliasSession(context);
        session.Logger.LogInformation("{Measuring}", $"Measuring {text}");
        return ImageBaseline.Of(await session.WithEngineAsync(
            beside?.Image.Engine ?? session.Endpoint(host: null),
            connection => new ImageMeasurer(connection, new MeasureOptions()).MeasureAsync(text, baseImage: null, cancellationToken),
            cancellationToken));
    }

    private static ImageComparison Shown(ICakeContext context, ImageComparison comparison)
    {
        var logger = new CakeLogger(context.Log);
        foreach (var line in ComparisonReport.Lines(comparison))
        {
            logger.LogInformation("{Line}", line);
        }

        return comparison;
    }
}
