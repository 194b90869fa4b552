using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Analysis;
using Platform = Cake.MultiStage.Images.Platform;

namespace Cake.MultiStage.Measuring;

/// <summary>
/// Measures an image and the stages it was made from. A stage is built again by its name, without a tag, which the build
/// cache answers at once; the layers of all are then read from one stream, each layer once.
/// </summary>
internal sealed class ImageMeasurer(EngineConnection connection, MeasureOptions options)
{
    private const string BaseLabel = "org.opencontainers.image.base.name";

    private readonly EngineImages _images = new(connection);
    private readonly ImageBuildService _builds = new(connection);

    /// <summary>Measures an image that was built, and its stages.</summary>
    public async Task<MeasuredImage> MeasureAsync(BuiltImage image, IBuildObserver observer, CancellationToken cancellationToken)
    {
        if (image.Request is not { } request)
        {
            return await MeasureAsync(image, baseImage: null, cancellationToken);
        }

        var stages = request.Dockerfile.StagesNeededBy(request.Target, request.BuildArguments);
        var before = await _images.IdsAsync(cancellationToken);
        var built = new List<Digest>();
        try
        {
            foreach (var stage in stages.SkipLast(1))
            {
                built.Add((await _builds.BuildAsync(Stage(request, stage), observer, cancellationToken)).Id);
            }

            List<StageLayers> layers = [];
            var saved = await ReadAsync(image.Id, [.. built.Append(image.Id).Distinct()], cancellationToken);
            foreach (var (stage, id) in stages.Zip(built.Append(image.Id)))
            {
                layers.Add(new StageLayers(NameOf(request.Dockerfile, stage), request.Dockerfile.ExpandBase(stage, request.BuildArguments), saved.LayersOf(id)));
            }

            return StageAnalysis.Analyze(image, layers, await BasesAsync(layers, cancellationToken)) with { Configuration = saved.ConfigurationOf(image.Id) };
        }
        finally
        {
            await DeleteAsync(built.Where(id => id != image.Id && !before.Contains(id.ToString())).Distinct());
        }
    }

    /// <summary>Measures any image of the engine.</summary>
    /// <param name="reference">The image's name or id.</param>
    /// <param name="baseImage">The image it starts from; by default what its label <c>org.opencontainers.image.base.name</c> says.</param>
    /// <param name="cancellationToken">Stops measuring.</param>
    /// <exception cref="MultiStageException">The engine has no such image.</exception>
    public async Task<MeasuredImage> MeasureAsync(string reference, string? baseImage, CancellationToken cancellationToken)
    {
        var found = await _images.FindAsync(reference, cancellationToken)
            ?? throw new MultiStageException($"Image '{reference}' can't be measured: the engine at {connection.Endpoint} has none of this name or id. Build it or pull it first.");
        var image = new BuiltImage(request: null)
        {
            Id = Digest.Parse(found.ID),
            Tags = [.. (found.RepoTags ?? []).Select(tag => ImageReference.TryParse(tag, out var parsed) ? parsed : null).OfType<ImageReference>().OrderBy(tag => tag.ToString() != reference)],
            Platform = new Platform(found.Os, found.Architecture, string.IsNullOrEmpty(found.Variant) ? null : found.Variant),
            Engine = connection.Endpoint,
        };
        return await MeasureAsync(image, baseImage ?? (found.Config?.Labels is { } labels && labels.TryGetValue(BaseLabel, out var label) ? label : null), cancellationToken);
    }

    private static BuildRequest Stage(BuildRequest request, Stage stage) => request with
    {
        Target = stage.Name ?? IndexOf(request.Dockerfile, stage).ToString(CultureInfo.InvariantCulture),
        Tags = [],
        NoCache = false,
        Pull = false,
        RecordBaseImages = false,
        StageSizes = false,
    };

    private static string NameOf(Dockerfile dockerfile, Stage stage) => stage.Name ?? string.Create(CultureInfo.InvariantCulture, $"stage-{IndexOf(dockerfile, stage)}");

    private static int IndexOf(Dockerfile dockerfile, Stage stage) => dockerfile.Stages.Select((other, index) => (other, index)).First(pair => ReferenceEquals(pair.other, stage)).index;

    private async Task<MeasuredImage> MeasureAsync(BuiltImage image, string? baseImage, CancellationToken cancellationToken)
    {
        var saved = await ReadAsync(image.Id, [image.Id], cancellationToken);
        List<StageLayers> layers = [new(image.ToString(), baseImage ?? "", saved.LayersOf(image.Id))];
        return StageAnalysis.Analyze(image, layers, await BasesAsync(layers, cancellationToken)) with { Configuration = saved.ConfigurationOf(image.Id) };
    }

    private async Task<SavedImages> ReadAsync(Digest image, IReadOnlyList<Digest> ids, CancellationToken cancellationToken)
    {
        var reading = options;
        if (options.Compressed && await _images.FindAsync(image.ToString(), cancellationToken) is { RootFS.Layers: { } diffIds })
        {
            // Of the stages, only what the image shares with them is worth packing.
            reading = options with { CompressedLayers = diffIds.Select(id => Digest.Parse(id).Encoded).ToHashSet(StringComparer.Ordinal) };
        }

        await using var stream = await _images.SaveAsync(ids, cancellationToken);
        return await connection.GuardAsync("Reading the image's layers", () => SavedImages.ReadAsync(stream, reading, cancellationToken));
    }

    /// <summary>Gets the layers of the images that stages start from, as far as the engine has them.</summary>
    private async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> BasesAsync(IReadOnlyList<StageLayers> stages, CancellationToken cancellationToken)
    {
        var bases = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [StageAnalysis.Scratch] = [] };
        foreach (var name in stages.Select(stage => stage.Base).Except([.. stages.Select(stage => stage.Name), "", .. bases.Keys], StringComparer.OrdinalIgnoreCase))
        {
            if (await _images.FindAsync(name, cancellationToken) is { RootFS: { } files })
            {
                bases[name] = [.. files.Layers ?? []];
            }
        }

        return bases;
    }

    /// <summary>Takes away again what only measuring has put into the engine, also when it was cancelled.</summary>
    private async Task DeleteAsync(IEnumerable<Digest> ids)
    {
        foreach (var id in ids)
        {
            await _images.CleanUpAsync(id);
        }
    }
}
