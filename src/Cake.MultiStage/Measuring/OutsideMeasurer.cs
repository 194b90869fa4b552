using Cake.MultiStage.Building;
using Cake.MultiStage.Measuring.Analysis;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Measuring;

/// <summary>Measures images that lie outside of engines: in a registry, a folder or an archive.</summary>
internal sealed class OutsideMeasurer(OutsideLayers layers, MeasureOptions options, ILogger logger)
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
            : await OfLabelsAsync(place, found, cancellationToken);
        var bases = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [StageAnalysis.Scratch] = [] };
        if (below is not null)
        {
            bases[name] = [.. below.Configuration.Layers.Select(layer => layer.ToString())];
        }

        if (below is null && contents.Layers.Count > 0)
        {
            logger.LogInformation("{Base}", $"The base of {found.Place} is unknown, and all of it counts as its own. Name it by "
                + "measure.BaseImage, such as \"debian:trixie-slim\" in its registry.");
        }

        var stage = new StageLayers(image.ToString(), name, [.. contents.Layers.Select(layer => new BuiltLayer(layer.DiffId, layer.Size))],
            IsExact: true);
        return new StageAnalysis([stage], bases).Analyze(image, contents) with { Outside = found };
    }

    /// <summary>
    /// Finds the base that the labels name, by its digest where they say one. It may be gone, or not for everyone: then it is unknown, as
    /// where there is no label.
    /// </summary>
    private static async Task<(string Name, OutsideImage? Image)> OfLabelsAsync(IImagePlace place, OutsideImage image,
        CancellationToken cancellationToken)
    {
        var labels = image.Configuration.Labels;
        if (labels.GetValueOrDefault(ImageMeasurer.BaseLabel) is not { } name)
        {
            return ("", null);
        }

        var exact = Digest.TryParse(labels.GetValueOrDefault(ImageMeasurer.BaseDigestLabel), out var digest)
            && ImageReference.TryParse(name, out var reference)
            && reference.Digest is null ? reference.WithDigest(digest).ToString() : name;
        foreach (var labelled in new[] { exact, name }.Distinct(StringComparer.Ordinal))
        {
            try
            {
                if (await place.FindOtherAsync(labelled, cancellationToken) is { } found)
                {
                    return (name, found);
                }
            }
            catch (MultiStageException)
            {
                // The digest may be gone where the name is not.
                continue;
            }
        }

        return (name, null);
    }
}
