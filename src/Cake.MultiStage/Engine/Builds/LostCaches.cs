using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Builds again without the caches outside the engine where one of them lists a layer that it no longer has, as after a clean-up of its
/// registry: BuildKit fetches layers when it needs them, and then fails.
/// </summary>
internal sealed class LostCaches(IImageBuilder inner) : IImageBuilder
{
    // BuildKit's cache/remotecache and util/contentutil, for what a cache's registry lacks.
    private const string Lost = "could not fetch content descriptor";

    public async Task<BuildResult> BuildAsync(
        BuildRequest request, BuildContext context, IBuildObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            return await inner.BuildAsync(request, context, observer, cancellationToken);
        }
        catch (BuildFailedException exception)
            when (request.CacheFrom.Count > 0 && exception.Message.Contains(Lost, StringComparison.Ordinal))
        {
            observer.On(new BuildWarning(
                $"A layer is missing that {string.Join(" or ", request.CacheFrom)} lists, so it is built again without them. Delete that "
                    + "cache from its registry, or write it anew, as this build does where it has it in CacheTo or Cache."));
            return await inner.BuildAsync(request with { CacheFrom = [] }, context, observer, cancellationToken);
        }
    }
}
