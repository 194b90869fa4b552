using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;
using Cake.MultiStage.Reporting;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

public static partial class MultiStageAliases
{
    /// <summary>Measures an image: its layers, files and packages, waste and leftovers, the stages it was made from, and what was saved. All sizes are bytes of uncompressed files in layers.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image, as <c>MultiStageBuild</c> returned it.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone, or can't be read.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// Information("{0}, {1} saved, {2} wasted", measured.Size, measured.Saved, measured.Waste.Size);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static MeasuredImage MultiStageMeasure(this ICakeContext context, BuiltImage image) => MultiStageMeasure(context, image, new MultiStageMeasureSettings());

    /// <summary>Measures an image and its stages.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image, as <c>MultiStageBuild</c> returned it.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone, or can't be read.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello"));
    /// var measured = MultiStageMeasure(image, measure => measure.Compressed = true);
    /// Information("A pull costs {0}", measured.CompressedSize);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static MeasuredImage MultiStageMeasure(this ICakeContext context, BuiltImage image, Action<MultiStageMeasureSettings> configure) => MultiStageMeasure(context, image, Configured(new MultiStageMeasureSettings(), configure));

    /// <summary>Measures an image and its stages.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image, as <c>MultiStageBuild</c> returned it.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone, or can't be read.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello"));
    /// var measured = MultiStageMeasure(image, new MultiStageMeasureSettings { Hash = false });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static MeasuredImage MultiStageMeasure(this ICakeContext context, BuiltImage image, MultiStageMeasureSettings settings) =>
        AliasSession.Run(token => MultiStageMeasureAsync(context, image, settings, token));

    /// <summary>Measures any image of the engine. It counts as one stage.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="reference">The image's name or id, such as <c>debian:trixie-slim</c>.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone, or can't be read.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure("debian:trixie-slim");
    /// Information("{0} in {1} layers", measured.Size, measured.Layers.Count);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static MeasuredImage MultiStageMeasure(this ICakeContext context, string reference) => MultiStageMeasure(context, reference, new MultiStageMeasureSettings());

    /// <summary>Measures any image of the engine.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="reference">The image's name or id, such as <c>debian:trixie-slim</c>.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone, or can't be read.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure("hello:1.0", measure => measure.BaseImage = "debian:trixie-slim");
    /// Information("{0} of its own", measured.OwnSize);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static MeasuredImage MultiStageMeasure(this ICakeContext context, string reference, Action<MultiStageMeasureSettings> configure) => MultiStageMeasure(context, reference, Configured(new MultiStageMeasureSettings(), configure));

    /// <summary>Measures any image of the engine.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="reference">The image's name or id, such as <c>debian:trixie-slim</c>.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone, or can't be read.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure("hello:1.0", new MultiStageMeasureSettings { Host = "tcp://build:2375" });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static MeasuredImage MultiStageMeasure(this ICakeContext context, string reference, MultiStageMeasureSettings settings) =>
        AliasSession.Run(token => MultiStageMeasureAsync(context, reference, settings, token));

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
    public static Task<MeasuredImage> MultiStageMeasureAsync(this ICakeContext context, BuiltImage image, CancellationToken? cancellationToken = null) =>
        MultiStageMeasureAsync(context, image, new MultiStageMeasureSettings(), cancellationToken);

    /// <summary>As <c>MultiStageMeasure</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image, as <c>MultiStageBuild</c> returned it.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Stops measuring.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone, or can't be read.</exception>
    /// <example>
    /// <code>
    /// Task("Measure").Does(async () =>
    /// {
    ///     var image = await MultiStageBuildAsync(MultiStageGo("./hello"));
    ///     var measured = await MultiStageMeasureAsync(image, new MultiStageMeasureSettings { Compressed = true });
    ///     Information("{0}", measured.CompressedSize);
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static async Task<MeasuredImage> MultiStageMeasureAsync(this ICakeContext context, BuiltImage image, MultiStageMeasureSettings settings, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(settings);
        var token = cancellationToken ?? CancellationToken.None;
        var session = new AliasSession(context);
        session.Logger.LogInformation("{Measuring}", image.Request is null ? $"Measuring {image}" : $"Measuring {image} and its stages");
        return await session.WithEngineAsync(
            image.Engine,
            connection => new ImageMeasurer(connection, Options(settings)).MeasureAsync(image, new QuietBuildLog(session.Logger), token),
            token);
    }

    /// <summary>As <c>MultiStageMeasure</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="reference">The image's name or id, such as <c>debian:trixie-slim</c>.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Stops measuring.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone, or can't be read.</exception>
    /// <example>
    /// <code>
    /// Task("Measure").Does(async () =>
    /// {
    ///     var measured = await MultiStageMeasureAsync("debian:trixie-slim", new MultiStageMeasureSettings());
    ///     Information("{0}", measured.Size);
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Measure")]
    public static async Task<MeasuredImage> MultiStageMeasureAsync(this ICakeContext context, string reference, MultiStageMeasureSettings settings, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(settings);
        var token = cancellationToken ?? CancellationToken.None;
        var session = new AliasSession(context);
        session.Logger.LogInformation("{Measuring}", $"Measuring {reference}");
        return await session.WithEngineAsync(
            session.Endpoint(settings.Host),
            connection => new ImageMeasurer(connection, Options(settings)).MeasureAsync(reference, settings.BaseImage, token),
            token);
    }

    // Checks look at content that only passes by while the layers are read.
    private static MeasureOptions Options(MultiStageMeasureSettings settings) => new() { Hash = settings.Hash, Compressed = settings.Compressed, Selectors = [new PackageContent(), new CheckedContent()] };
}
