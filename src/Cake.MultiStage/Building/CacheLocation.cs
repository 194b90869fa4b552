using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>A place outside the engine that BuildKit reads a build cache from, or writes one to.</summary>
/// <example>
/// <code>
/// MultiStageBuild(MultiStageGo("./hello"), build =>
/// {
///     build.CacheFrom.Add(CacheLocation.Registry("registry.example.com/team/hello:cache"));
///     build.CacheTo.Add(CacheLocation.Registry("registry.example.com/team/hello:cache"));
///     build.CacheTo.Add(CacheLocation.InImage());
/// });
/// </code>
/// </example>
public abstract record CacheLocation
{
    private protected CacheLocation()
    {
    }

    /// <summary>
    /// Gets a value indicating whether only the steps of the image itself are written. By default all stages are: without them a fresh
    /// engine builds whatever changed from the start.
    /// </summary>
    public bool FinalStageOnly { get; init; }

    /// <summary>
    /// Takes a reference in a registry: one that is for the cache alone, or to read from, also an image that carries its cache
    /// (<see cref="InImage"/>). The registry credentials of the build are used.
    /// </summary>
    /// <param name="reference">The reference, such as <c>registry.example.com/team/hello:cache</c>.</param>
    /// <returns>The location.</returns>
    /// <exception cref="MultiStageException">The text is not a valid reference.</exception>
    public static CacheLocation Registry(string reference) => new RegistryCache(ImageReference.Parse(reference).OrLatest());

    /// <summary>
    /// Takes the image itself: it carries the cache of its own steps, and is named in <c>CacheFrom</c> as <see cref="Registry"/> once it
    /// has been pushed. Every engine writes it. It holds nothing of the other stages.
    /// </summary>
    /// <returns>The location, to write to only.</returns>
    public static CacheLocation InImage() => new ImageCache();

    /// <summary>
    /// Takes the cache of GitHub Actions, whose address and token are read from <c>ACTIONS_RUNTIME_TOKEN</c>,
    /// <c>ACTIONS_RESULTS_URL</c>, <c>ACTIONS_CACHE_URL</c> and <c>ACTIONS_CACHE_SERVICE_V2</c>. GitHub gives them to actions alone: a
    /// step has to hand them over (guide "caches"). Outside of GitHub Actions the location is passed over.
    /// </summary>
    /// <param name="scope">What the cache is kept under, apart from others of the repository. GitHub itself tells branches apart.</param>
    /// <returns>The location.</returns>
    public static CacheLocation GitHubActions(string scope = "buildkit") => new GitHubCache(scope);
}

internal sealed record RegistryCache(ImageReference Reference) : CacheLocation
{
    public override string ToString() => Reference.ToString();
}

internal sealed record ImageCache : CacheLocation
{
    public override string ToString() => "the image itself";
}

/// <param name="Scope">What the cache is kept under.</param>
internal sealed record GitHubCache(string Scope) : CacheLocation
{
    /// <summary>Gets how the cache is reached, once the variables have been read.</summary>
    public GitHubRuntime? Runtime { get; init; }

    public override string ToString() => $"the cache '{Scope}' of GitHub Actions";
}
