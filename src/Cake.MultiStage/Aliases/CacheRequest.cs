using Cake.Core;
using Cake.MultiStage.Building;
using Cake.MultiStage.Origins;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Aliases;

/// <summary>What the settings say of caches outside the engine.</summary>
internal static class CacheRequest
{
    public static IReadOnlyList<CacheLocation> From(MultiStageBuildSettings settings, ICakeEnvironment environment) =>
        settings.CacheFrom.FirstOrDefault(location => location is ImageCache) is null
            ? Reached(settings.CacheFrom, environment)
            : throw new MultiStageException(
                "CacheLocation.InImage() says where a cache is written. To read it, name the image, as in "
                    + "build.CacheFrom.Add(CacheLocation.Registry(\"registry.example.com/team/hello:latest\")).");

    public static IReadOnlyList<CacheLocation> To(MultiStageBuildSettings settings, ICakeEnvironment environment) =>
        settings.CacheTo.OfType<RegistryCache>().FirstOrDefault(cache => cache.Reference.Digest is not null) is { } pinned
            ? throw new MultiStageException(
                $"The cache can't be written to '{pinned}': a digest names what is there already. Name a tag, as in "
                    + $"CacheLocation.Registry(\"{pinned.Reference.FamiliarName}:cache\").")
            : Reached(settings.CacheTo, environment);

    public static SharedCache? Shared(MultiStageBuildSettings settings, string project, string? target, ICakeEnvironment environment) =>
        settings.Cache is { } cache
            ? new SharedCache(
                cache is GitHubBuildCache onGitHub
                    ? onGitHub with { Runtime = GitHubRuntime.Read(environment.GetEnvironmentVariable) } : cache,
                new CacheNaming(project, target ?? ImageProject.FinalStage, Branch: null))
            : null;

    /// <summary>
    /// Adds the branch that a shared cache is named by. Where there is neither a repository nor a CI provider, there is nothing to tell
    /// apart; a commit that no branch is known of reads the main branch's cache and writes none.
    /// </summary>
    public static BuildRequest OnBranch(BuildRequest request, SourceOrigin? origin) => request.SharedCache is not { } shared ? request
        : request with
        {
            SharedCache = shared with
            {
                Naming = shared.Naming with { Branch = origin is null ? shared.Cache.MainBranch : origin.Branch ?? origin.PullRequest },
            },
        };

    private static IReadOnlyList<CacheLocation> Reached(IEnumerable<CacheLocation> locations, ICakeEnvironment environment) =>
    [
        .. locations.Select(location => location is GitHubCache onGitHub
            ? onGitHub with { Runtime = GitHubRuntime.Read(environment.GetEnvironmentVariable) } : location),
    ];
}
