using System.Runtime.CompilerServices;
using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Comparing images.</content>
public static partial class MultiStageAliases
{
    /// <summary>Compares two measured images, such as two variants, and shows the difference in the log.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="before">The image to compare with.</param>
    /// <param name="after">The image.</param>
    /// <returns>The comparison.</returns>
    /// <example>
    /// <code>
    /// var comparison = MultiStageCompare(MultiStageMeasure("hello:debug"), MultiStageMeasure("hello:release"));
    /// Information("{0} files differ", comparison.Files.Count);
    ///
    /// Task("Compare").Does(async () =>
    /// {
    ///     var debug = await MultiStageMeasureAsync("hello:debug");
    ///     await MultiStageCompareAsync(debug, await MultiStageMeasureAsync("hello:release"));
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static ImageComparison MultiStageCompare(this ICakeContext context, MeasuredImage before, MeasuredImage after) =>
        AliasSession.Run(context, Compare(context, Baseline(before), Baseline(after)));

    /// <inheritdoc cref="MultiStageCompare(ICakeContext, MeasuredImage, MeasuredImage)"/>
    /// <param name="cancellationToken">Stops comparing.</param>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static Task<ImageComparison> MultiStageCompareAsync(
        this ICakeContext context, MeasuredImage before, MeasuredImage after, CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Compare(context, Baseline(before), Baseline(after)), cancellationToken);

    /// <summary>Compares a measured image with a stored report or another image, and shows the difference in the log.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="before">
    /// The image to compare with: a stored <c>report.json</c> (a text that ends in <c>.json</c>), or the name or id of an image in the
    /// engine.
    /// </param>
    /// <param name="after">The image.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="MultiStageException">An image or report can't be read.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// var comparison = MultiStageCompare("./baseline/report.json", measured);
    /// Information("Grown by {0}", comparison.Growth);
    ///
    /// Task("Compare").Does(async () => await MultiStageCompareAsync("hello:1.0", measured));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static ImageComparison MultiStageCompare(this ICakeContext context, string before, MeasuredImage after) =>
        AliasSession.Run(context, Compare(context, Baseline(context, before, after), Baseline(after)));

    /// <inheritdoc cref="MultiStageCompare(ICakeContext, string, MeasuredImage)"/>
    /// <param name="cancellationToken">Stops comparing.</param>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static Task<ImageComparison> MultiStageCompareAsync(
        this ICakeContext context, string before, MeasuredImage after, CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Compare(context, Baseline(context, before, after), Baseline(after)), cancellationToken);

    /// <summary>Compares two images of the engine, or stored reports, and shows the difference in the log.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="before">
    /// The image to compare with: a stored <c>report.json</c> (a text that ends in <c>.json</c>), or the name or id of an image in the
    /// engine.
    /// </param>
    /// <param name="after">The image: a stored <c>report.json</c>, or the name or id of an image in the engine.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="MultiStageException">An image or report can't be read.</exception>
    /// <example>
    /// <code>
    /// var comparison = MultiStageCompare("debian:bookworm-slim", "debian:trixie-slim");
    /// Information("{0} layers shared", comparison.SharedLayers.Count);
    ///
    /// Task("Compare").Does(async () => await MultiStageCompareAsync("./baseline/report.json", "hello:1.1"));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static ImageComparison MultiStageCompare(this ICakeContext context, string before, string after) =>
        AliasSession.Run(context, Compare(context, Baseline(context, before), Baseline(context, after)));

    /// <inheritdoc cref="MultiStageCompare(ICakeContext, string, string)"/>
    /// <param name="cancellationToken">Stops comparing.</param>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static Task<ImageComparison> MultiStageCompareAsync(
        this ICakeContext context, string before, string after, CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Compare(context, Baseline(context, before), Baseline(context, after)), cancellationToken);

    private static AliasWork<ImageComparison> Compare(
        ICakeContext context, Func<AliasSession, Task<ImageBaseline>> before, Func<AliasSession, Task<ImageBaseline>> after)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new("Comparing images", async session =>
        {
            var older = await before(session);
            var comparison = ImageComparer.Compare(older, await after(session));
            foreach (var line in ComparisonReport.Lines(ReportedComparison.Of(comparison)))
            {
                session.Logger.LogInformation("{Line}", line);
            }

            return comparison;
        });
    }

    private static Func<AliasSession, Task<ImageBaseline>> Baseline(
        MeasuredImage image, [CallerArgumentExpression(nameof(image))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(image, name);
        return _ => Task.FromResult(ImageBaseline.Of(image));
    }

    /// <summary>Reads a stored report, or measures an image in the engine of the other one.</summary>
    private static Func<AliasSession, Task<ImageBaseline>> Baseline(
        ICakeContext context, string image, MeasuredImage? beside = null, [CallerArgumentExpression(nameof(image))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(image, name);
        return async session =>
        {
            if (image.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            {
                return await StoredReport.ReadAsync(Absolute(context, new FilePath(image)), session.Token);
            }

            if (IsOutside(image))
            {
                return ImageBaseline.Of(await OutsideAsync(context, image, new(), session));
            }

            session.Logger.LogInformation("{Measuring}", $"Measuring {image}");
            return ImageBaseline.Of(await session.WithEngineAsync(
                beside?.Image.Engine ?? session.Endpoint(host: null),
                connection => Measurer(context, connection, new()).MeasureAsync(image, baseImage: null, session.Token)));
        };
    }
}
