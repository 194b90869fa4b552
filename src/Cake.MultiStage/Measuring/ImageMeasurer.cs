using System.Globalization;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring;

/// <summary>
/// Measures an image and the stages it was made from. A stage is built again by its name, without a tag, which the build
/// cache answers at once; the layers of all are then read from one stream, each layer once.
/// </summary>
internal sealed class ImageMeasurer(EngineConnection connection)
{
    private readonly EngineImages _images = new(connection);
    private readonly ImageBuildService _builds = new(connection);

    public async Task<MeasuredImage> MeasureAsync(BuiltImage image, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var request = image.Request;
        var stages = request.Dockerfile.StagesNeededBy(request.Target, request.BuildArguments);
        var before = await _images.IdsAsync(cancellationToken);
        var built = new List<Digest>();
        try
        {
            foreach (var stage in stages.SkipLast(1))
            {
                built.Add((await _builds.BuildAsync(Stage(request, stage), observer, cancellationToken)).Id);
            }

            await using var stream = await _images.SaveAsync([.. built.Append(image.Id).Distinct()], cancellationToken);
            var saved = await connection.GuardAsync("Reading the image's layers", () => SavedImages.ReadAsync(stream, cancellationToken));
            return new MeasuredImage
            {
                Image = image,
                Layers = saved.LayersOf(image.Id),
                Stages = [.. stages.Zip(built.Append(image.Id), (stage, id) => new MeasuredStage(
                    NameOf(request.Dockerfile, stage),
                    request.Dockerfile.ExpandBase(stage, request.BuildArguments),
                    new ByteSize(saved.LayersOf(id).Sum(layer => layer.Size.Bytes))))],
            };
        }
        finally
        {
            await DeleteAsync(built.Where(id => id != image.Id && !before.Contains(id.ToString())).Distinct());
        }
    }

    private static BuildRequest Stage(BuildRequest request, Stage stage) => request with
    {
        Target = stage.Name ?? IndexOf(request.Dockerfile, stage).ToString(CultureInfo.InvariantCulture),
        Tags = [],
        NoCache = false,
        Pull = false,
        RecordBaseImages = false,
    };

    private static string NameOf(Dockerfile dockerfile, Stage stage) => stage.Name ?? string.Create(CultureInfo.InvariantCulture, $"stage-{IndexOf(dockerfile, stage)}");

    private static int IndexOf(Dockerfile dockerfile, Stage stage) => dockerfile.Stages.Select((other, index) => (other, index)).First(pair => ReferenceEquals(pair.other, stage)).index;

    /// <summary>Takes away again what only measuring has put into the engine, also when it was cancelled.</summary>
    private async Task DeleteAsync(IEnumerable<Digest> ids)
    {
        foreach (var id in ids)
        {
            try
            {
                await _images.DeleteAsync(id, CancellationToken.None);
            }
            catch (EngineException)
            {
                // Something else uses the image by now, or the engine is gone: then it is no longer ours to delete.
                continue;
            }
        }
    }
}
