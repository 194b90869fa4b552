using System.Globalization;
using Cake.MultiStage.Building;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>Where an engine keeps its images.</summary>
internal enum ImageStore
{
    /// <summary>Docker's own store, which holds layers unpacked.</summary>
    Graphdriver,

    /// <summary>containerd's, which holds images as registries do.</summary>
    Containerd,

    /// <summary>None: a BuildKit of its own.</summary>
    None,
}

/// <summary>
/// What an engine can do, told by its workers' labels and its version. It is not found out by errors: older engines pass over what they
/// don't know, without a word.
/// </summary>
/// <param name="Version">The engine's own version, such as <c>28.5.2</c>.</param>
/// <param name="Store">Where it keeps its images.</param>
internal sealed record EngineFacts(string Version, ImageStore Store)
{
    private const string Snapshotter = "org.mobyproject.buildkit.worker.snapshotter";
    private const string Executor = "org.mobyproject.buildkit.worker.executor";
    private const string MultiPlatform = "BUILDKIT_MULTI_PLATFORM";
    private const string DockerfileCheck = "BUILDKIT_DOCKERFILE_CHECK";

    /// <summary>The first version with BuildKit's build checks (BuildKit 0.15).</summary>
    private const int FirstWithChecks = 27;

    /// <summary>The first version with named contexts (BuildKit 0.10).</summary>
    private const int FirstWithContexts = 23;

    private const string ContainerdRemedy =
        "An engine from 24 on with containerd's image store does it: \"features\": { \"containerd-snapshotter\": true } in its "
            + "daemon.json.";

    private string StoreName => Store switch
    {
        ImageStore.Graphdriver => "its own image store",
        ImageStore.Containerd => "containerd's image store",
        _ => "no image store",
    };

    /// <summary>Reads an engine's labels: containerd's store has a snapshotter and has containerd run the steps.</summary>
    public static EngineFacts Of(string version, IEnumerable<WorkerRecord> workers)
    {
        var labels = workers.FirstOrDefault()?.Labels;
        return new EngineFacts(
            version,
            labels?.ContainsKey(Snapshotter) != true ? ImageStore.Graphdriver
            : labels.TryGetValue(Executor, out var executor) && executor == "containerd" ? ImageStore.Containerd
            : ImageStore.None);
    }

    /// <summary>Says whether a request asks for something that not every engine has.</summary>
    public static bool AreNeededFor(BuildRequest request) =>
        request.CacheTo.Any(location => location is not ImageCache)
        || request.Contexts.Count > 0
        || request.Reproducible
        || IsOn(request, MultiPlatform)
        || request.BuildArguments.ContainsKey(DockerfileCheck);

    /// <summary>Refuses a request that the engine would do otherwise than asked, in silence.</summary>
    /// <exception cref="EngineException">It lacks what the request needs.</exception>
    public void Check(BuildRequest request, EngineEndpoint endpoint)
    {
        if (IsOn(request, MultiPlatform) && Store == ImageStore.Graphdriver)
        {
            throw Lacks(
                endpoint,
                $"an index of platforms, which the build argument {MultiPlatform} asks for",
                ContainerdRemedy);
        }

        if (request.Reproducible && Store == ImageStore.Graphdriver)
        {
            throw Lacks(endpoint, "rewritten times in an image, which Reproducible asks for", ContainerdRemedy);
        }

        if (request.Contexts.Count > 0 && Major < FirstWithContexts)
        {
            throw Lacks(
                endpoint,
                $"named contexts, such as '{request.Contexts.Keys.Order(StringComparer.Ordinal).First()}' of the description",
                $"An engine from {FirstWithContexts} on has them, with either image store.");
        }

        if (request.BuildArguments.ContainsKey(DockerfileCheck) && Major < FirstWithChecks)
        {
            throw Lacks(
                endpoint,
                $"BuildKit's build checks, which the build argument {DockerfileCheck} configures",
                $"An engine from {FirstWithChecks} on has them, with either image store.");
        }
    }

    /// <summary>
    /// Leaves out the caches that the engine can't write, and says so. The image is the same without them, so that one script serves an
    /// engine that can and one that can't.
    /// </summary>
    public BuildRequest WithPossibleCaches(BuildRequest request, EngineEndpoint endpoint, IBuildObserver observer)
    {
        List<CacheLocation> impossible =
            Store == ImageStore.Graphdriver ? [.. request.CacheTo.Where(location => location is not ImageCache)] : [];
        if (impossible.Count == 0)
        {
            return request;
        }

        observer.On(new BuildWarning(
            $"No cache is written to {string.Join(" and ", impossible)}: the engine {Version} at {endpoint}, with {StoreName}, writes one "
                + $"only into the image itself (CacheLocation.InImage()). {ContainerdRemedy}"));
        return request with { CacheTo = [.. request.CacheTo.Except(impossible)] };
    }

    private int Major => int.TryParse(Version.Split('.')[0], CultureInfo.InvariantCulture, out var major) ? major : int.MaxValue;

    private static bool IsOn(BuildRequest request, string argument) =>
        request.BuildArguments.TryGetValue(argument, out var value) && value is "1" or "true";

    private EngineException Lacks(EngineEndpoint endpoint, string what, string remedy) => new(
        $"The build was not begun: the engine {Version} at {endpoint}, with {StoreName}, does not have {what}, and would pass over it in "
            + $"silence. {remedy} "
        + "Or leave it out.",
        endpoint);
}
