using System.Diagnostics;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>Builds by the legacy builder, <c>POST /build?version=1</c>: one instruction after the other, no RUN flags.</summary>
internal sealed class LegacyBuilder(EngineConnection connection) : IImageBuilder
{
    public async Task<BuildResult> BuildAsync(BuildRequest request, BuildContext context, IBuildObserver observer,
        CancellationToken cancellationToken)
    {
        var dockerfile = request.Dockerfile.ForLegacyBuilder().Render(request.Target, request.BuildArguments);
        var output = new LegacyOutput(dockerfile, new StepRecorder(observer, SecretArguments.MaskOf(request)), Stopwatch.GetTimestamp);
        using var content = new ContextContent(context, dockerfile.Text, new ContextProgress(observer, TimeProvider.System));
        var ids = await new BuildPost(connection).SendAsync(request, BuildQuery.Of(request), content, output, cancellationToken);
        return new BuildResult(ids[^1], output.Steps)
            { Stages = request.StageSizes ? await LookAsync(request.BuiltStages(), ids, cancellationToken) : [] };
    }

    /// <summary>
    /// Looks at the images that the stages became; the builder tells their ids in the order of the stages, and keeps them.
    /// </summary>
    private async Task<IReadOnlyList<BuiltStage>> LookAsync(IReadOnlyList<BuiltStage> stages, IReadOnlyList<Digest> ids,
        CancellationToken cancellationToken)
    {
        List<BuiltStage> looked = [];
        foreach (var (stage, id) in stages.Count == ids.Count ? stages.Zip(ids).SkipLast(1) : [])
        {
            if (await new EngineImages(connection).FindAsync(id.ToString(), cancellationToken) is { } image)
            {
                looked.Add(await new ImageLayers(connection).FillAsync(stage with { Id = id }, image, cancellationToken));
            }
        }

        return looked;
    }
}
