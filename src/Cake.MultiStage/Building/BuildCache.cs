using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>
/// A shared build cache that names itself: each description, target and platform has one of its own for every branch, and a branch that has
/// none yet reads that of the main branch. A build reads the cache and, where it may, writes it.
/// </summary>
/// <example>
/// <code>
/// MultiStageBuild(MultiStageGo("./hello"), build => build.Cache = BuildCache.Registry("registry.example.com/team/cache"));
///
/// var readOnly = BuildCache.Registry("registry.example.com/team/cache") with { MainBranch = "trunk", ReadOnly = true };
/// MultiStageBuild(MultiStageGo("./hello"), build => build.Cache = readOnly);
/// </code>
/// </example>
public abstract record BuildCache
{
    private protected BuildCache()
    {
    }

    /// <summary>Gets the branch whose cache others fall back to. <c>main</c> by default.</summary>
    public string MainBranch { get; init; } = "main";

    /// <summary>
    /// Gets a value indicating whether the cache is only read, as in builds of what nobody has looked at yet. False by default.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>Keeps the cache in a repository of a registry, under a tag for each, such as <c>hello-final-linux-amd64-main</c>.</summary>
    /// <param name="repository">The repository, such as <c>registry.example.com/team/cache</c>.</param>
    /// <returns>The cache.</returns>
    /// <exception cref="MultiStageException">The text is not a repository, or has a tag.</exception>
    public static BuildCache Registry(string repository)
    {
        var reference = ImageReference.Parse(repository);
        return reference is { Tag: null, Digest: null }
            ? new RegistryBuildCache(reference)
            : throw new MultiStageException(
                $"'{repository}' names one image, and a cache has a tag for each description, target, platform and branch. Leave the tag "
                    + "out, or name the cache yourself by build.CacheFrom and build.CacheTo.");
    }

    /// <summary>
    /// Keeps the cache in GitHub Actions, which tells branches apart by itself, as <see cref="CacheLocation.GitHubActions"/> does.
    /// </summary>
    /// <returns>The cache.</returns>
    public static BuildCache GitHubActions() => new GitHubBuildCache();

    /// <summary>Gets the places to read from, the best first.</summary>
    internal abstract IEnumerable<CacheLocation> From(CacheNaming naming, string platforms);

    /// <summary>Gets the place to write to; <see langword="null"/> where the branch isn't known.</summary>
    internal abstract CacheLocation? To(CacheNaming naming, string platforms);
}

internal sealed record RegistryBuildCache(ImageReference Repository) : BuildCache
{
    internal override IEnumerable<CacheLocation> From(CacheNaming naming, string platforms) =>
        new[] { naming.Branch, MainBranch }.OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Select(branch => At(naming, platforms, branch));

    internal override CacheLocation? To(CacheNaming naming, string platforms) =>
        naming.Branch is { } branch ? At(naming, platforms, branch) : null;

    private RegistryCache At(CacheNaming naming, string platforms, string branch) =>
        new(Repository.WithTag(naming.Name(platforms, branch)));
}

internal sealed record GitHubBuildCache : BuildCache
{
    /// <summary>Gets how the cache is reached, once the variables have been read.</summary>
    public GitHubRuntime? Runtime { get; init; }

    internal override IEnumerable<CacheLocation> From(CacheNaming naming, string platforms) => [At(naming, platforms)];

    internal override CacheLocation? To(CacheNaming naming, string platforms) => At(naming, platforms);

    private GitHubCache At(CacheNaming naming, string platforms) => new(naming.Name(platforms, branch: null)) { Runtime = Runtime };
}
