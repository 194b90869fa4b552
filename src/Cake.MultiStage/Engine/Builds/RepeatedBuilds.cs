using System.Text.RegularExpressions;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Builds again where the engine came across itself: images that are built or removed at the same time can take away what a build stands on
/// for a moment. What was built before comes from the engine's cache.
/// </summary>
internal sealed partial class RepeatedBuilds(IImageBuilder builder) : IImageBuilder
{
    private const int Attempts = 3;

    public async Task<BuildResult> BuildAsync(BuildRequest request, BuildContext context, IBuildObserver observer,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await builder.BuildAsync(request, context, observer, cancellationToken);
            }
            catch (BuildFailedException exception) when (attempt < Attempts && Crossed().IsMatch(exception.Message))
            {
                observer.On(new BuildWarning(
                    "The engine lost what the build stands on, as other images were built or removed meanwhile. The build is tried again; "
                        + "what was built is taken from the cache."));
            }
        }
    }

    // For FROM scratch, the legacy builder looks through all images for one to go on from, and fails where one of them is removed meanwhile
    // (moby, daemon/images/cache.go). On containerd's store, leases, folders and snapshots of one are taken away by the removal of another.
    [GeneratedRegex(
        @"Reason: (unable to find image ""sha256:[0-9a-f]{64}""|failed to export layer: .*(lease does not exist|failed to commit: rename)"
            + @"|failed to prepare extraction snapshot .*parent snapshot sha256:[0-9a-f]{64} does not exist)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Crossed();
}
