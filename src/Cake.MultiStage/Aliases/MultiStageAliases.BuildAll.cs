using System.Collections.Concurrent;
using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.CacheMounts;
using Cake.MultiStage.Progress;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Registries;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Building many images together.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Finds out what <c>MultiStageBuildAll</c> would build, in which order and why, without an engine: images that others start from, copy
    /// from or name as a context come first. With <c>UpToDate</c>, what changed since the last build here is told from the files and
    /// settings; whether a base image has moved, or the engine or the registry no longer has the image, shows only when it is built.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="projects">The descriptions, in any order.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="MultiStageException">
    /// A description can't be built, two give the same tag, or some wait for each other.
    /// </exception>
    /// <example>
    /// <code>
    /// var platform = MultiStageFromDockerfile("./platform/Dockerfile", docker => docker.Tags.Add("shop/platform:1"));
    /// var orders = MultiStageFromDockerfile("./orders/Dockerfile", docker => docker.Tags.Add("shop/orders:1"));   // FROM shop/platform:1
    /// Information(MultiStagePlan([orders, platform], all => all.Build = build => build.UpToDate = true).ToString());
    ///
    /// Task("Plan").Does(async () => Information("{0}", await MultiStagePlanAsync([orders, platform])));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static BuildPlan MultiStagePlan(
        this ICakeContext context, IEnumerable<ImageProject> projects, MultiStageBuildAllSettings? settings = null) =>
        AliasSession.Run(context, Plan(context, projects, settings));

    /// <inheritdoc cref="MultiStagePlan(ICakeContext, IEnumerable{ImageProject}, MultiStageBuildAllSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static BuildPlan MultiStagePlan(
        this ICakeContext context, IEnumerable<ImageProject> projects, Action<MultiStageBuildAllSettings> configure) =>
        MultiStagePlan(context, projects, Configured(configure));

    /// <inheritdoc cref="MultiStagePlan(ICakeContext, IEnumerable{ImageProject}, MultiStageBuildAllSettings)"/>
    /// <param name="cancellationToken">Stops reading the files.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<BuildPlan> MultiStagePlanAsync(
        this ICakeContext context,
        IEnumerable<ImageProject> projects,
        MultiStageBuildAllSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Plan(context, projects, settings), cancellationToken);

    /// <summary>
    /// Builds many images over one link with the engine: side by side, each after those that it starts from, copies from or names as a
    /// context. Each line of the log has its image, and the last lines tell what became of each.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="projects">The descriptions, in any order.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>What became of each, in the order of the plan.</returns>
    /// <exception cref="BuildAllFailedException">Some failed; it has what became of each.</exception>
    /// <exception cref="EngineException">No engine answers, it refuses, or it went away.</exception>
    /// <exception cref="MultiStageException">
    /// A description can't be built, two give the same tag, or some wait for each other: nothing is built then.
    /// </exception>
    /// <example>
    /// <code>
    /// var orders = MultiStageGo("./orders", go => go.Tags.Add("shop/orders:1"));
    /// var web = MultiStageDotNet("./web", dotnet => dotnet.Tags.Add("shop/web:1"));
    /// foreach (var outcome in MultiStageBuildAll([orders, web], all => all.Build = build => build.UpToDate = true))
    /// {
    ///     Information("{0}", outcome);
    /// }
    ///
    /// MultiStageBuildAll([orders, web], all =>
    /// {
    ///     all.Parallel = 8;
    ///     all.KeepGoing = true;
    ///     all.Platforms = ["linux/amd64", "linux/arm64"];
    ///     all.Each = (project, build) => build.NoCache = project.Name == "orders";
    /// });
    ///
    /// Task("Images").Does(async () => await MultiStageBuildAllAsync([orders, web]));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static IReadOnlyList<BuildOutcome> MultiStageBuildAll(
        this ICakeContext context, IEnumerable<ImageProject> projects, MultiStageBuildAllSettings? settings = null) =>
        AliasSession.Run(context, BuildAll(context, projects, settings));

    /// <inheritdoc cref="MultiStageBuildAll(ICakeContext, IEnumerable{ImageProject}, MultiStageBuildAllSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static IReadOnlyList<BuildOutcome> MultiStageBuildAll(
        this ICakeContext context, IEnumerable<ImageProject> projects, Action<MultiStageBuildAllSettings> configure) =>
        MultiStageBuildAll(context, projects, Configured(configure));

    /// <inheritdoc cref="MultiStageBuildAll(ICakeContext, IEnumerable{ImageProject}, MultiStageBuildAllSettings)"/>
    /// <param name="cancellationToken">Stops all builds, in the engine too.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<IReadOnlyList<BuildOutcome>> MultiStageBuildAllAsync(
        this ICakeContext context,
        IEnumerable<ImageProject> projects,
        MultiStageBuildAllSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, BuildAll(context, projects, settings), cancellationToken);

    private static AliasWork<BuildPlan> Plan(
        ICakeContext context, IEnumerable<ImageProject> projects, MultiStageBuildAllSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(projects);
        List<ImageProject> described = [.. projects];
        return new($"Planning {Names(described)}", async session =>
        {
            var builds = new PlannedBuilds(described, given ?? new(), context.Environment);
            var (hashes, kept) = Kept(context);
            var reasons = new PlanReasons(hashes, kept);
            List<PlannedBuild> explained = [];
            foreach (var planned in builds.Plan.Builds)
            {
                var (project, build) = builds.Of(planned);
                var request = await RequestOrigin.AddAsync(
                    planned.Request, build.OriginLabels ? project.Name : null, context, session.Logger, session.Token);
                request = build.CacheMounts is { } folder ? CacheMountKeeper.KeptOut(request, Absolute(context, folder)) : request;
                List<string> first =
                [
                    .. planned.Needs.Select(need => need.Build)
                        .Where(name => explained.Exists(other => other.Name == name && other.Reasons is { Count: > 0 })),
                ];
                explained.Add(planned with
                {
                    Reasons = await reasons.OfAsync(
                        request, new(build.UpToDate, build.UpToDateInRegistry, build.Force || build.NoCache),
                        SecretArguments.NamesIn(request), first, session.Token),
                });
            }

            return builds.Plan with { Builds = explained };
        });
    }

    private static string Names(IEnumerable<ImageProject> projects) =>
        string.Join(", ", projects.Select(project => $"'{project.Name}'"));

    private static AliasWork<IReadOnlyList<BuildOutcome>> BuildAll(
        ICakeContext context, IEnumerable<ImageProject> projects, MultiStageBuildAllSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(projects);
        var settings = given ?? new MultiStageBuildAllSettings();
        List<ImageProject> described = [.. projects];
        return new($"Building {Names(described)}", async session =>
        {
            var builds = new PlannedBuilds(described, settings, context.Environment);
            session.Logger.LogInformation("{Plan}", $"What is built, in steps:\n{builds.Plan.ToString().TrimEnd()}");
            var width = builds.Plan.Builds.Max(build => build.Name.Length);
            var made = new ConcurrentDictionary<string, BuiltImage>(StringComparer.Ordinal);
            var outcomes = await session.WithBuilderAsync(
                Builder(builds.Settings),
                async connection =>
                {
                    var keepers = new ConcurrentDictionary<(string?, string), CacheMountKeeper?>();
                    async Task<BuiltImage> OneAsync(PlannedBuild planned, ILogger logger, IBuildObserver observer, CancellationToken token)
                    {
                        var (project, build) = builds.Of(planned);
                        var request = await RequestOrigin.AddAsync(
                            Standing(planned, logger), build.OriginLabels ? project.Name : null, context, logger, token);
                        request = request with { Made = Made(planned, builds.Plan, made) };
                        // Builds that share a folder fill what they have in common once.
                        var mounts = keepers.GetOrAdd(
                            (build.CacheMounts?.FullPath, build.CacheMountLimit), _ => Mounts(connection, build, context));
                        var image = made[planned.Name] = await BuildOn(
                            connection, session.WithEngines(request, build), build, context, mounts, observer, token);
                        logger.LogInformation("{Built}", Told(image));
                        return image;
                    }

                    async Task<BuiltImage> ShownAsync(LivePlanView? view, PlannedBuild planned, CancellationToken token)
                    {
                        if (view is not null)
                        {
                            return await view.BuildAsync(
                                planned.Name, (logger, observer) => OneAsync(planned, logger, observer, token));
                        }

                        var prefix = $"[{planned.Name}]{new string(' ', width - planned.Name.Length)} ";
                        var logger = new PrefixedLogger(session.Logger, prefix);
                        using var log = new BuildLog(logger);
                        return await OneAsync(planned, logger, log, token);
                    }

                    var done = await session.ShowAllAsync(
                        builds.Plan.Builds.Select(build => build.Name),
                        view => new PlanRunner(settings.Parallel, settings.KeepGoing).RunAsync(
                            builds.Plan, (planned, token) => ShownAsync(view, planned, token), session.Token));
                    using var after = new BuildLog(session.Logger);
                    foreach (var keeper in keepers.Values.OfType<CacheMountKeeper>())
                    {
                        await keeper.KeepAsync(after, session.Token);
                    }

                    return done;
                },
                Credentials(builds.Settings));
            session.Logger.LogInformation("{Outcomes}", string.Join('\n', outcomes));
            return outcomes.All(outcome => outcome.Image is not null) ? outcomes : throw new BuildAllFailedException(outcomes);
        })
        {
            AfterStop = "Tags of images that were built stay.",
        };
    }

    /// <summary>Says of each image of this run that a build may use what it was made of, and where it is.</summary>
    private static Dictionary<string, MadeImage> Made(
        PlannedBuild planned, BuildPlan plan, ConcurrentDictionary<string, BuiltImage> made) =>
        planned.Needs.SelectMany(need => plan.Builds.First(build => build.Name == need.Build).Tags
                .Select(tag => (Tag: tag.OrLatest().ToString(), Image: made[need.Build])))
            .ToDictionary(
                needed => needed.Tag, needed => new MadeImage(needed.Image.Fingerprint, needed.Image.InRegistry), StringComparer.Ordinal);

    /// <summary>What was just built is in no registry: of a build that stands on it, no base image is pulled.</summary>
    private static BuildRequest Standing(PlannedBuild planned, ILogger logger)
    {
        if (!planned.Request.Pull || planned.Needs.Count == 0)
        {
            return planned.Request;
        }

        logger.LogInformation("{Pull}",
            $"Its base images are not pulled, since it uses {string.Join(", ", planned.Needs.Select(need => need.Image))} of this run.");
        return planned.Request with { Pull = false };
    }

    private static MultiStageBuildSettings Builder(IEnumerable<MultiStageBuildSettings> settings) =>
        settings.DistinctBy(build => (build.Builder?.Host ?? build.Host, build.Builder?.Address, build.Builder?.Certificates)).ToList()
            is [var only] ? only
            : throw new MultiStageException(
                "The builds name several engines or builders, by Host or Builder. Build with one MultiStageBuildAll for each.");

    private static Dictionary<string, RegistryCredentials> Credentials(IEnumerable<MultiStageBuildSettings> settings) =>
        settings.SelectMany(build => build.RegistryCredentials).DistinctBy(login => login.Key, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
}
