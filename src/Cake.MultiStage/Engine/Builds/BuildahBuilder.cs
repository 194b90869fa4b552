using System.Diagnostics;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Engine.Sessions;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Builds by Podman's builder, through <c>POST /build</c> of its Docker API. It takes the Dockerfile as it is, and makes images of Docker's
/// form: OCI's would lose <c>HEALTHCHECK</c> and <c>SHELL</c>. Secrets travel in the build context's tar, and Podman moves them out before
/// a step can see it (containers/podman, <c>pkg/api/handlers/compat/images_build.go</c>).
/// </summary>
internal sealed class BuildahBuilder(EngineConnection connection) : IImageBuilder
{
    public async Task<BuildResult> BuildAsync(BuildRequest request, BuildContext context, IBuildObserver observer,
        CancellationToken cancellationToken)
    {
        SessionNeeds.Check(request, observer);
        await new BuildahNeeds(connection).CheckPlatformAsync(request, cancellationToken);
        request = BuildahNeeds.WithImagesForContexts(request);
        var dockerfile = request.Dockerfile.ForBuildah(connection.Buildah, request.Target, request.BuildArguments, request.Labels)
            .Render(request.Target, request.BuildArguments);
        var secrets = BuildahSecrets.Of(request, context);
        var steps = new StepRecorder(observer, SecretArguments.MaskOf(request));
        var output = new BuildahOutput(dockerfile, steps, Stopwatch.GetTimestamp,
            text => observer.On(new BuildWarning(steps.Shown(text))));
        using var content = new ContextContent(context, dockerfile.Text, new ContextProgress(observer, TimeProvider.System),
            new ContextTar { HidesDockerfile = false, Beside = secrets.Files });
        try
        {
            var ids = await new BuildPost(connection).SendAsync(
                request, BuildahQuery.Of(request, dockerfile, secrets), content, output, cancellationToken);
            return new BuildResult(ids[^1], output.Steps)
                { Stages = request.StageSizes ? await LookAsync(request.BuiltStages(), output.Stages, cancellationToken) : [] };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            observer.On(new BuildWarning(
                $"Podman {connection.EngineVersion} goes on with the step that it was at, to its end: its API has no way to stop one."));
            throw;
        }
    }

    /// <summary>Looks at the images that the other stages became, which Podman keeps.</summary>
    private async Task<IReadOnlyList<BuiltStage>> LookAsync(IReadOnlyList<BuiltStage> stages, IReadOnlyDictionary<string, string> ids,
        CancellationToken cancellationToken)
    {
        List<BuiltStage> looked = [];
        foreach (var stage in stages.SkipLast(1))
        {
            if (ids.TryGetValue(stage.Name, out var id)
                && await new EngineImages(connection).FindAsync(id, cancellationToken) is { } image)
            {
                looked.Add(await new ImageLayers(connection).FillAsync(stage with { Id = image.Id }, image, cancellationToken));
            }
        }

        return looked;
    }
}
