using Cake.MultiStage.Contexts;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>Has the engine make an image of a request.</summary>
internal interface IImageBuilder
{
    /// <summary>Builds.</summary>
    /// <param name="request">What to build.</param>
    /// <param name="context">The files that travel.</param>
    /// <param name="observer">Is told what happens, as it happens.</param>
    /// <param name="cancellationToken">Stops the build, in the engine too.</param>
    /// <returns>The id of the image and the steps taken.</returns>
    /// <exception cref="BuildFailedException">A step failed.</exception>
    /// <exception cref="MultiStageException">What builds went away, or refuses.</exception>
    Task<BuildResult> BuildAsync(BuildRequest request, BuildContext context, IBuildObserver observer, CancellationToken cancellationToken);
}

/// <param name="Id">
/// The id of the image in the store that keeps it, or else the digest of its manifest or index; <see langword="null"/> where files were
/// asked for instead of one.
/// </param>
/// <param name="Steps">The steps taken.</param>
internal sealed record BuildResult(Digest? Id, IReadOnlyList<BuildStep> Steps)
{
    /// <summary>Gets the digest of the image's configuration, where the builder says it: an index has none.</summary>
    public Digest? Configuration { get; init; }

    /// <summary>Gets what the base images were, where that was asked for.</summary>
    public IReadOnlyList<BaseImage> BaseImages { get; init; } = [];

    /// <summary>Gets what the other stages became, as far as that was looked at.</summary>
    public IReadOnlyList<BuiltStage> Stages { get; init; } = [];

    /// <summary>Gets what the builder found about the Dockerfile.</summary>
    public IReadOnlyList<BuildFinding> Findings { get; init; } = [];
}
