using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Has the engine hold every base image before the build begins: the legacy builder can log in to no registry by itself, and what the
/// engine holds is what the report tells of.
/// </summary>
internal sealed class BaseImagePulling(IImageBuilder inner, EngineImages images) : IImageBuilder
{
    public async Task<BuildResult> BuildAsync(BuildRequest request, BuildContext context, IBuildObserver observer,
        CancellationToken cancellationToken)
    {
        // What a cache answers for needs no base image, and BuildKit fetches what it does need with the credentials of its session. Of a
        // base image for several platforms the engine may have one alone.
        if ((request.HasOutsideCache && !request.RecordBaseImages) || request.Platforms.Count > 1)
        {
            return await inner.BuildAsync(request, context, observer, cancellationToken);
        }

        foreach (var text in request.OutsideImages())
        {
            var reference = ImageReference.Parse(text);
            if (request.Pull || await images.FindAsync(reference.ToString(), cancellationToken) is null)
            {
                var step = new StepName($"pull {reference}", Stage: null, 0, 0, $"pull {reference}");
                var started = System.Diagnostics.Stopwatch.GetTimestamp();
                observer.On(new StepStarted(step));
                await images.PullAsync(reference, request.Platforms is [var only] ? only : null, observer, cancellationToken);
                observer.On(new StepFinished(step, Cached: false, System.Diagnostics.Stopwatch.GetElapsedTime(started), Error: null));
            }
        }

        return await inner.BuildAsync(request with { Pull = false }, context, observer, cancellationToken);
    }
}
