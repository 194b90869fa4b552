using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Packages;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Progress;
using Cake.MultiStage.Registries;
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

    /// <summary>Measures any image, wherever it lies: in the engine, a registry, a folder or an archive. It counts as one stage.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="reference">
    /// The image's name or id in the engine, such as <c>debian:trixie-slim</c>; or <c>registry://</c> and its name in a registry; or the
    /// path of an OCI layout, an OCI archive or what <c>docker save</c> wrote, which begins with <c>./</c>, <c>../</c> or <c>/</c> and may
    /// end in <c>#</c> and the name of one of several images in it.
    /// </param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The measurement.</returns>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image isn't there, or can't be read; a registry can't be reached, or refuses.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure("debian:trixie-slim");
    /// Information("{0} in {1} layers", measured.Size, measured.Layers.Count);
    ///
    /// var hello = MultiStageMeasure("hello:1.0", measure => measure.BaseImage = "debian:trixie-slim");
    /// Information("{0} of its own", hello.OwnSize);
    ///
    /// MultiStageMeasure("registry://registry.example.com/team/hello:1.0", measure => measure.Platform = "linux/arm64");
    /// MultiStageMeasure("./artifacts/hello.tar");
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
        if (image is { Engine: null, Place.Length: > 0, Record: not null })
        {
            return new($"Measuring {image}", session => OutsideAsync(context, image, settings ?? new(), session));
        }

        if (image.Platforms.Count > 1)
        {
            var one = OneOf(image, settings);
            return Measure(
                context,
                $"{image} for {one.Platform}",
                _ => image.EngineFor("measured"),
                (measurer, session) => measurer.MeasureAsync(one, session.Token),
                settings,
                one.Platform);
        }

        return Measure(
            context,
            image.ToString(),
            _ => image.EngineFor("measured"),
            (measurer, session) => measurer.MeasureAsync(image, session.Token),
            settings);
    }

    private static AliasWork<MeasuredImage> Measure(ICakeContext context, string reference, MultiStageMeasureSettings? settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(reference);
        if (IsOutside(reference))
        {
            return new($"Measuring {reference}", session => OutsideAsync(context, reference, settings ?? new(), session));
        }

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
        MultiStageMeasureSettings? settings,
        Platform? platform = null) =>
        new($"Measuring {what}", session =>
        {
            session.Logger.LogInformation("{Measuring}", $"Measuring {what}");
            return session.WithEngineAsync(
                engine(session),
                connection => measure(Measurer(context, connection, settings ?? new(), platform), session));
        });

    /// <summary>Takes one of the platforms that an index is for: the one asked for, or else the builder's own.</summary>
    private static BuiltImage OneOf(BuiltImage image, MultiStageMeasureSettings? settings)
    {
        var platform = settings?.Platform is { } text ? Platform.Parse(text) : image.Platform;
        return image.Platforms.Contains(platform) ? image with { Platform = platform, Platforms = [] }
            : throw new MultiStageException(
                $"'{image}' is not for {platform}; it is for {string.Join(", ", image.Platforms)}. Choose one of them, as in "
                    + $"measure.Platform = \"{image.Platforms[^1]}\".");
    }

    // Checks look at content that only passes by while the layers are read.
    private static ImageMeasurer Measurer(
        ICakeContext context, EngineConnection connection, MultiStageMeasureSettings settings, Platform? platform = null) => new(
        connection,
        Layers(context, connection, settings),
        Options(settings) with { Platform = platform },
        new QuietBuildLog(connection.Logger));

    private static MeasureOptions Options(MultiStageMeasureSettings settings) => new()
    {
        Hash = settings.Hash,
        Compressed = settings.Compressed,
        StageContents = settings.StageContents,
        Selectors = [new PackageContent(), new CheckedContent()],
    };

    /// <summary>
    /// Says whether an image lies outside of engines. No image's name begins with a dot, a slash or a drive.
    /// </summary>
    private static bool IsOutside(string reference) =>
        reference.StartsWith(RegistryPlace.Prefix, StringComparison.OrdinalIgnoreCase)
            || reference is ['.' or '/' or '\\', ..]
            || (OperatingSystem.IsWindows() && reference is [_, ':', '/' or '\\', ..]);

    private static async Task<MeasuredImage> OutsideAsync(
        ICakeContext context, string reference, MultiStageMeasureSettings settings, AliasSession session)
    {
        session.Logger.LogInformation("{Measuring}", $"Measuring {reference}");
#pragma warning disable CA2000 // checks read files of the measured image later, through it: it ends with the process
        var client = new RegistryClient(session.Keyring(settings.RegistryCredentials));
#pragma warning restore CA2000
        using var log = new BuildLog(session.Logger);
        var platform = settings.Platform is { } text ? Platform.Parse(text) : null;
        var rules = Mirror(settings);
        var measurer = new OutsideMeasurer(
            new OutsideLayers(Cache(context, settings)), Options(settings), session.Logger);
        var measured = await measurer.MeasureAsync(
            Place(context, reference, client, platform, log, rules),
            settings.BaseImage is { } name ? (name, Place(context, name, client, platform, log, rules)) : null,
            session.Token);
        session.Logger.LogInformation("{Measured}", $"Measured {measured.Image.Place} for {measured.Image.Platform}");
        return measured;
    }

    private static async Task<MeasuredImage> OutsideAsync(
        ICakeContext context, BuiltImage image, MultiStageMeasureSettings settings, AliasSession session)
    {
        session.Logger.LogInformation("{Measuring}", $"Measuring {image} at {image.Place}");
#pragma warning disable CA2000 // checks read files of the measured image later, through it: it ends with the process
        var client = new RegistryClient(session.Keyring(settings.RegistryCredentials));
#pragma warning restore CA2000
        using var log = new BuildLog(session.Logger);
        var platform = OneOf(image, settings).Platform;
        var others = image.Platforms.Where(other => other != platform).ToList();
        if (others.Count > 0)
        {
            session.Logger.LogInformation("{Platform}",
                $"It is measured for {platform}; measure.Platform = \"{others[0]}\" measures it for another platform.");
        }

        var measurer = new OutsideMeasurer(new OutsideLayers(Cache(context, settings)), Options(settings), session.Logger);
        return await measurer.MeasureAsync(
            image,
            Place(context, image.Place, client, platform, log, rules: null),
            name => new RegistryPlace(client, ImageReference.Parse(name).OrLatest(), platform, log, Mirror(settings)),
            session.Token);
    }

    /// <summary>Gets where images are read from. What is measured is the image that is named, and none in its place.</summary>
    private static BaseImageRules? Mirror(MultiStageMeasureSettings settings) =>
        settings.BaseImages?.ToRules() is { } rules
            ? rules with { Substitutions = new Dictionary<ImageReference, ImageReference>() }
            : null;

    private static IImagePlace Place(
        ICakeContext context, string reference, RegistryClient client, Platform? platform, IBuildObserver observer,
        BaseImageRules? rules)
    {
        if (!IsOutside(reference) || reference.StartsWith(RegistryPlace.Prefix, StringComparison.OrdinalIgnoreCase))
        {
            var name = IsOutside(reference) ? reference[RegistryPlace.Prefix.Length..] : reference;
            return new RegistryPlace(client, ImageReference.Parse(name).OrLatest(), platform, observer, rules);
        }

        // A '#' may be part of a file's name.
        var whole = Absolute(context, new FilePath(reference));
        var mark = System.IO.Path.Exists(whole) ? -1 : reference.LastIndexOf('#');
        var path = mark < 0 ? whole : Absolute(context, new FilePath(reference[..mark]));
        return System.IO.Path.Exists(path)
            ? new ArchivePlace(
                System.IO.Directory.Exists(path) ? new FolderTree(path) : new TarTree(path),
                path,
                mark < 0 ? null : reference[(mark + 1)..],
                platform)
            : throw new MultiStageException($"There is neither a folder nor an archive '{path}', which is to hold an image.");
    }

    private static ILayerSource Layers(ICakeContext context, EngineConnection connection, MultiStageMeasureSettings settings)
    {
        var source = new EngineLayers(connection);
        return Cache(context, settings) is { } cache ? new KeptLayers(source, cache) : source;
    }

    private static LayerCache? Cache(ICakeContext context, MultiStageMeasureSettings settings)
    {
        var folder = settings.CacheFolder is { } given
            ? Absolute(context, given)
            : UserCache.Folder(context.Environment.GetEnvironmentVariable);
        return settings.NoCache || folder is null ? null : new LayerCache(System.IO.Path.Combine(folder, "layers"));
    }
}
