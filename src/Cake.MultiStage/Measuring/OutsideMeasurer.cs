using Cake.MultiStage.Building;
using Cake.MultiStage.Measuring.Analysis;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Measuring;

/// <summary>Measures images that lie outside of engines: in a registry, a folder or an archive.</summary>
internal sealed class OutsideMeasurer(OutsideLayers layers, MeasureOptions options)
{
    /// <summary>Measures an image.</summary>
    /// <param name="place">Where it lies.</param>
    /// <param name="baseImage">
    /// The image it starts from, and where that lies; by default what its label <c>org.opencontainers.image.base.name</c> says, at the same
    /// place.
    /// </param>
    /// <param name="cancellationToken">Stops measuring.</param>
    /// <exception cref="MultiStageException">An image isn't there, or can't be read.</exception>
    public async Task<MeasuredImage> MeasureAsync(IImagePlace place, (string Name, IImagePlace Place)? baseImage,
        CancellationToken cancellationToken)
    {
        var found = await place.FindAsync(cancellationToken);
        var image = new BuiltImage
        {
            Id = RegistryClient.DigestOf(found.Document),
            Tags = found.Tags,
            Platform = found.Configuration.Platform,
            Engine = null,
            Place = found.Place,
        };
        var contents = await layers.ReadAsync(found, options, cancellationToken);
        var (name, below) = baseImage is { } asked ? (asked.Name, await asked.Place.FindAsync(cancellationToken))
            : found.Configuration.Labels.GetValueOrDefault(ImageMeasurer.BaseLabel) is { } label
                ? (label, await OfLabelAsync(place, label, cancellationToken))
            : ("", null);
        var bases = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [StageAnalysis.Scratch] = [] };
        if (below is not null)
        {
            bases[name] = [.. below.Configuration.Layers.Select(layer => layer.ToString())];
        }

        var stage = new StageLayers(image.ToString(), name, [.. contents.Layers.Select(layer => new BuiltLayer(layer.DiffId, layer.Size))],
            IsExact: true);
        return new StageAnalysis([stage], bases).Analyze(image, contents) with { Outside = found };
    }

    /// <summary>A base that a label names may be gone, or not for everyone: then it is unknown, as where there is no label.</summary>
    private static async Task<OutsideImage?> OfLabelAsync(IImagePlace place, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await place.FindOtherAsync(name, cancellationToken);
        }
        catch (MultiStageException)
        {
            return null;
        }
    }
}
