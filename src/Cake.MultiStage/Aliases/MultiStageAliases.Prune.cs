using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Pruning;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Aliases;

/// <content>Removing the images of earlier builds.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Removes images of earlier builds from an engine: all but the newest of each repository. Only images that this addin has built are
    /// looked at, by their label <c>org.cake-multistage.project</c>, and none is removed that a container uses, running or not. Labels are
    /// handed down: an image that something else built on top of one of these has the label too, and stays where its names and layers show
    /// that it is another. Each image that is removed is a line of the log, with a total at the end.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="MultiStageException">
    /// The engine can't be reached, or a setting isn't valid, or bounds for a build cache are given that the engine doesn't have.
    /// </exception>
    /// <example>
    /// <code>
    /// // The five newest of each repository stay.
    /// MultiStagePrune();
    ///
    /// // On a build server: the last ten, and all of two weeks; and a build cache of at most 20 GB.
    /// var pruned = MultiStagePrune(prune =>
    /// {
    ///     prune.Keep = 10;
    ///     prune.KeepYounger = TimeSpan.FromDays(14);
    ///     prune.BuildCacheSize = "20 GB";
    /// });
    /// Information("{0} images removed", pruned.Removed.Count);
    ///
    /// Task("What would go").Does(async () => await MultiStagePruneAsync(new MultiStagePruneSettings { DryRun = true }));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Keep")]
    public static PruneResult MultiStagePrune(this ICakeContext context, MultiStagePruneSettings? settings = null) =>
        AliasSession.Run(context, Prune(settings ?? new MultiStagePruneSettings()));

    /// <inheritdoc cref="MultiStagePrune(ICakeContext, MultiStagePruneSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Keep")]
    public static PruneResult MultiStagePrune(this ICakeContext context, Action<MultiStagePruneSettings> configure) =>
        MultiStagePrune(context, Configured(configure));

    /// <inheritdoc cref="MultiStagePrune(ICakeContext, MultiStagePruneSettings)"/>
    /// <param name="cancellationToken">Stops removing.</param>
    [CakeMethodAlias, CakeAliasCategory("Keep")]
    public static Task<PruneResult> MultiStagePruneAsync(
        this ICakeContext context, MultiStagePruneSettings? settings = null, CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Prune(settings ?? new MultiStagePruneSettings()), cancellationToken);

    private static AliasWork<PruneResult> Prune(MultiStagePruneSettings settings)
    {
        if (settings.Keep < 0)
        {
            throw new MultiStageException($"Nothing was removed: prune.Keep is {settings.Keep}; it is a number of images, 0 or more.");
        }

        foreach (var (name, time) in ((string, TimeSpan?)[])
            [(nameof(settings.KeepYounger), settings.KeepYounger), (nameof(settings.BuildCacheAge), settings.BuildCacheAge)])
        {
            if (time < TimeSpan.Zero)
            {
                throw new MultiStageException($"Nothing was removed: prune.{name} is {time}; it is an age, such as TimeSpan.FromDays(14).");
            }
        }

        var request = new PruneRequest
        {
            Keep = settings.Keep,
            KeepYounger = settings.KeepYounger ?? TimeSpan.Zero,
            Projects = [.. settings.Projects],
            DryRun = settings.DryRun,
            BuildCacheSize = settings.BuildCacheSize is { } size ? ByteSize.Parse(size) : null,
            BuildCacheAge = settings.BuildCacheAge,
        };
        return new("Removing images of earlier builds", session => session.WithEngineAsync(
            session.Endpoint(settings.Host),
            connection => new ImagePruner(connection, TimeProvider.System).PruneAsync(request, session.Token)))
        {
            AfterStop = "What the log names is removed, and nothing else.",
        };
    }
}
