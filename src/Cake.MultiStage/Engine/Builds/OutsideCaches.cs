using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Settles which caches outside the engine take part in a build, and says what does not. None of them changes the image, so that none
/// fails a build.
/// </summary>
internal static class OutsideCaches
{
    /// <param name="request">The request.</param>
    /// <param name="builder">The builder that is to build it.</param>
    /// <param name="engine">The engine's own platform.</param>
    /// <param name="observer">Is told what doesn't take part.</param>
    public static BuildRequest Settle(BuildRequest request, BuilderKind builder, Platform engine, IBuildObserver observer)
    {
        if (!request.HasOutsideCache)
        {
            return request;
        }

        if (builder != BuilderKind.BuildKit)
        {
            var name = builder == BuilderKind.Legacy ? "the legacy builder" : "Podman's builder";
            observer.On(new BuildWarning($"No cache outside the engine is read or written: {name} has none. BuildKit does."));
            return request with { CacheFrom = [], CacheTo = [], SharedCache = null };
        }

        if (request.SharedCache is { Naming.Branch: null, Cache: RegistryBuildCache { ReadOnly: false } cache })
        {
            observer.On(new BuildNote(
                $"The cache '{cache.Repository}' is read, that of branch '{cache.MainBranch}', and not written: it isn't known which "
                    + "branch this commit is of."));
        }

        var named = request.WithSharedCacheNamed(engine);
        foreach (var runtime in Unusable(named.CacheFrom).Concat(Unusable(named.CacheTo)).Select(cache => cache.Runtime)
            .DistinctBy(runtime => runtime?.Problem, StringComparer.Ordinal))
        {
            observer.On(runtime?.IsOnGitHub == true ? new BuildWarning(runtime.Problem!) : new BuildNote(runtime?.Problem ?? ""));
        }

        return named with
        {
            CacheFrom = [.. named.CacheFrom.Except(Unusable(named.CacheFrom))],
            CacheTo = [.. named.CacheTo.Except(Unusable(named.CacheTo))],
        };
    }

    private static IEnumerable<GitHubCache> Unusable(IEnumerable<CacheLocation> locations) =>
        locations.OfType<GitHubCache>().Where(cache => cache.Runtime?.Problem is not null);
}
