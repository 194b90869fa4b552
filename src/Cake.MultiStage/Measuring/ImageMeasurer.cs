using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Analysis;
using Cake.MultiStage.Measuring.Sources;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Measuring;

/// <summary>Measures an image: what it holds is read, what its other stages weighed says the record of its build.</summary>
internal sealed class ImageMeasurer(EngineConnection connection, ILayerSource source, MeasureOptions options, IBuildObserver observer)
{
    public const string BaseLabel = "org.opencontainers.image.base.name";
    public const string BaseDigestLabel = "org.opencontainers.image.base.digest";

    // Each is asked for by itself, which takes some milliseconds.
    private const int MostCandidates = 300;

    private readonly EngineImages _images = new(connection);

    /// <summary>Measures an image that was built, or was found in the engine.</summary>
    /// <exception cref="MultiStageException">The image is gone, or can't be read.</exception>
    public async Task<MeasuredImage> MeasureAsync(BuiltImage image, CancellationToken cancellationToken)
    {
        if (image.Record is not { Stages: [.., var final] built })
        {
            return await MeasureAsync(image, baseImage: null, cancellationToken);
        }

        var others = built.SkipLast(1).Where(stage => stage.Layers is not null);
        List<StageLayers> stages = [.. others.Select(stage => new StageLayers(stage.Name, stage.Base, stage.Layers!, stage.AreSizesExact))];
        var measured = await AnalyzeAsync(image, stages, final.Name, final.Base, cancellationToken);
        return options.StageContents
            && built.FirstOrDefault(stage => stage != final && stage.Name == measured.SingleStage.Name) is { } single
            && await new StageContents(connection, source, observer).ReadAsync(image.Record, single, options with { Compressed = false },
                cancellationToken) is { } contents
            ? StageAnalysis.WithArtifacts(measured, contents, cancellationToken)
            : measured;
    }

    /// <summary>Measures any image of the engine.</summary>
    /// <param name="reference">The image's name or id.</param>
    /// <param name="baseImage">The image it starts from; by default what its label <c>org.opencontainers.image.base.name</c> says.</param>
    /// <param name="cancellationToken">Stops measuring.</param>
    /// <exception cref="MultiStageException">The engine has no such image.</exception>
    public async Task<MeasuredImage> MeasureAsync(string reference, string? baseImage, CancellationToken cancellationToken)
    {
        var found = await _images.FindAsync(reference, cancellationToken)
            ?? throw new MultiStageException(
                $"Image '{reference}' can't be measured: the engine at {connection.Endpoint} has none of this name or id. Build it or pull "
                    + "it first, or name where else it lies: 'registry://…', or './…' for a folder or an archive.");
        var image = new BuiltImage
        {
            Id = found.Id,
            Tags = [.. found.Tags.OrderBy(tag => tag.ToString() != reference)],
            Platform = found.Platform,
            Engine = connection.Endpoint,
        };
        return await MeasureAsync(image, baseImage ?? await BaseOfAsync(found, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Finds what an image starts from: by its labels, with the digest where they say one and the engine knows it, else by its layers
    /// among the images of the engine.
    /// </summary>
    private async Task<string?> BaseOfAsync(EngineImage image, CancellationToken cancellationToken)
    {
        if (image.Labels.GetValueOrDefault(BaseLabel) is { } name)
        {
            var exact = image.Labels.GetValueOrDefault(BaseDigestLabel) is { } text
                && Digest.TryParse(text, out var digest)
                && ImageReference.TryParse(name, out var reference)
                && reference.Digest is null ? reference.WithDigest(digest).ToString() : name;
            foreach (var labelled in new[] { exact, name }.Distinct(StringComparer.Ordinal))
            {
                if (await _images.FindAsync(labelled, cancellationToken) is { } known
                    && BaseFinder.Find(image.Layers, [new BaseCandidate(labelled, known.Layers)]) is not null)
                {
                    return labelled;
                }
            }
        }

        List<BaseCandidate> candidates = [];
        foreach (var id in (await _images.NamedAsync(cancellationToken)).Take(MostCandidates))
        {
            if (await _images.FindAsync(id, cancellationToken) is { } known && known.Id != image.Id)
            {
                candidates.Add(new BaseCandidate(known.Tags.Concat(known.Digests).FirstOrDefault()?.ToString() ?? id, known.Layers));
            }
        }

        var found = BaseFinder.Find(image.Layers, candidates);
        connection.Logger.LogInformation("{Base}", found is not null
            ? $"The base is taken to be '{found.Name}': its {found.Layers.Count} layers are the image's lowest. "
                + "Another one is named by measure.BaseImage."
            : "The base is unknown: no image of the engine has the image's lowest layers, and all of it counts as its own. "
                + "Pull the base, or name it by measure.BaseImage.");
        return found?.Name ?? image.Labels.GetValueOrDefault(BaseLabel);
    }

    private Task<MeasuredImage> MeasureAsync(BuiltImage image, string? baseImage, CancellationToken cancellationToken) =>
        AnalyzeAsync(image, [], image.ToString(), baseImage ?? "", cancellationToken);

    private async Task<MeasuredImage> AnalyzeAsync(
        BuiltImage image, IReadOnlyList<StageLayers> others, string name, string from, CancellationToken cancellationToken)
    {
        var contents = (await source.ReadAsync([image.Id], options, cancellationToken))[0];
        List<BuiltLayer> layers = [.. contents.Layers.Select(layer => new BuiltLayer(layer.DiffId, layer.Size))];
        List<StageLayers> stages = [.. others, new(name, from, layers, IsExact: true)];
        return new StageAnalysis(stages, await BasesAsync(stages, cancellationToken)).Analyze(image, contents, cancellationToken);
    }

    /// <summary>Gets the layers of the images that stages start from, as far as the engine has them.</summary>
    private async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> BasesAsync(IReadOnlyList<StageLayers> stages,
        CancellationToken cancellationToken)
    {
        var bases = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [StageAnalysis.Scratch] = [] };
        foreach (var name in stages.Select(stage => stage.Base)
            .Except([.. stages.Select(stage => stage.Name), "", .. bases.Keys], StringComparer.OrdinalIgnoreCase))
        {
            if (await _images.FindAsync(name, cancellationToken) is { } known)
            {
                bases[name] = known.Layers;
            }
        }

        return bases;
    }
}
