using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Reporting;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Measuring images.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Measures an image: its layers, files and packages, wasted space and leftovers, the stages it was made from, and what the final stage
    /// saved. All sizes are bytes of uncompressed files in layers.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image, as <c>MultiStageBuild</c> returned it.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone, or can't be read.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello"));
    /// var measured = MultiStageMeasure(image);
    /// Information("{0}, {1} saved, {2} wasted", measured.Size, measured.Saved, measured.Waste.Size);
    ///
    /// Information("A pull costs {0}", MultiStageMeasure(image, measure => measure.Compressed = true).CompressedSize);
    ///
    /// Task("Measure").Does(async () =>
    /// {
    ///     var measured = await MultiStageMeasureAsync(image, new MultiStageMeasureSettings { Hash = false });
    ///     Information("{0}", measured.Size);
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static MeasuredImage MultiStageMeasure(
        this ICakeContext context, BuiltImage image, MultiStageMeasureSettings? settings = null) =>
        AliasSession.Run(context, Measure(context, image, settings));

    /// <inheritdoc cref="MultiStageMeasure(ICakeContext, BuiltImage, MultiStageMeasureSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static MeasuredImage MultiStageMeasure(
        this ICakeContext context, BuiltImage image, Action<MultiStageMeasureSettings> configure) =>
        MultiStageMeasure(context, image, Configured(configure));

    /// <inheritdoc cref="MultiStageMeasure(ICakeContext, BuiltImage, MultiStageMeasureSettings)"/>
    /// <param name="cancellationToken">Stops measuring.</param>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static Task<MeasuredImage> MultiStageMeasureAsync(
        this ICakeContext context,
        BuiltImage image,
        MultiStageMeasureSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Measure(context, image, settings), cancellationToken);

    /// <summary>Measures any image of the engine. It counts as one stage.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="reference">The image's name or id, such as <c>debian:trixie-slim</c>.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The engine doesn't have the image, or it can't be read.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure("debian:trixie-slim");
    /// Information("{0} in {1} layers", measured.Size, measured.Layers.Count);
    ///
    /// var hello = MultiStageMeasure("hello:1.0", measure => measure.BaseImage = "debian:trixie-slim");
    /// Information("{0} of its own", hello.OwnSize);
    ///
    /// var elsewhere = new MultiStageMeasureSettings { Host = "tcp://build:2375" };
    /// Task("Measure").Does(async () => await MultiStageMeasureAsync("hello:1.0", elsewhere));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static MeasuredImage MultiStageMeasure(
        this ICakeContext context, string reference, MultiStageMeasureSettings? settings = null) =>
        AliasSession.Run(context, Measure(context, reference, settings));

    /// <inheritdoc cref="MultiStageMeasure(ICakeContext, string, MultiStageMeasureSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static MeasuredImage MultiStageMeasure(
        this ICakeContext context, string reference, Action<MultiStageMeasureSettings> configure) =>
        MultiStageMeasure(context, reference, Configured(configure));

    /// <inheritdoc cref="MultiStageMeasure(ICakeContext, string, MultiStageMeasureSettings)"/>
    /// <param name="cancellationToken">Stops measuring.</param>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static Task<MeasuredImage> MultiStageMeasureAsync(
        this ICakeContext context,
        string reference,
        MultiStageMeasureSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Measure(context, reference, settings), cancellationToken);

    private static AliasWork<MeasuredImage> Measure(ICakeContext context, BuiltImage image, MultiStageMeasureSettings? settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(image);
        return Measure(
            context,
            image.ToString(),
            _ => image.Engine,
            (measurer, session) => measurer.MeasureAsync(image, session.Token),
            settings);
    }

    private static AliasWork<MeasuredImage> Measure(ICakeContext context, string reference, MultiStageMeasureSettings? settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(reference);
        return Measure(
            context,
            reference,
            session => session.Endpoint(settings?.Host),
            (measurer, session) => measurer.MeasureAsync(reference, settings?.BaseImage, session.Token),
            settings);
    }

    private static AliasWork<MeasuredImage> Measure(
        ICakeContext context,
        string what,
        Func<AliasSession, EngineEndpoint> engine,
        Func<ImageMeasurer, AliasSession, Task<MeasuredImage>> measure,
        MultiStageMeasureSettings? settings) =>
        new($"Measuring {what}", session =>
        {
            session.Logger.LogInformation("{Measuring}", $"Measuring {what}");
            return session.WithEngineAsync(
                engine(session),
                connection => measure(Measurer(context, connection, settings ?? new()), session));
        });

    // Checks look at content that only passes by while the layers are read.
    private static ImageMeasurer Measurer(ICakeContext context, EngineConnection connection, MultiStageMeasureSettings settings) => new(
        connection,
        Layers(context, connection, settings),
        new MeasureOptions
        {
            Hash = settings.Hash,
            Compressed = settings.Compressed,
            StageContents = settings.StageContents,
            Selectors = [new PackageContent(), new CheckedContent()],
        },
        new QuietBuildLog(connection.Logger));

    private static ILayerSource Layers(ICakeContext context, EngineConnection connection, MultiStageMeasureSettings settings)
    {
        var source = new EngineLayers(connection);
        var folder = settings.CacheFolder is { } given
            ? Absolute(context, given)
            : UserCache.Folder(context.Environment.GetEnvironmentVariable);
        return settings.NoCache || folder is null
            ? source
            : new KeptLayers(source, new LayerCache(System.IO.Path.Combine(folder, "layers")));
    }
}
