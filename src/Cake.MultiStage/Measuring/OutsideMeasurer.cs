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
    /// place, else the nearest of the images there whose layers are its lowest.
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
        var (name, below) = baseImage is { } asked ? (asked.Name, await asked.Place.FindAsync(cancellationToken))
            : await OfLabelsAsync(place, found, cancellationToken);
        if (below is null && baseImage is null)
        {
            (name, below) = await NearestAsync(place, found, name, cancellationToken);
        }

        return await AnalyzeAsync(image, found, [], image.ToString(), name, below, cancellationToken);
    }

    /// <summary>Measures an image that was built, and went where no engine has it.</summary>
    /// <param name="image">The image.</param>
    /// <param name="place">Where it lies.</param>
    /// <param name="bases">Gives the place of the image that it starts from.</param>
    /// <param name="cancellationToken">Stops measuring.</param>
    /// <exception cref="MultiStageException">The image isn't there any more, or can't be read.</exception>
    public async Task<MeasuredImage> MeasureAsync(
        BuiltImage image, IImagePlace place, Func<string, IImagePlace> bases, CancellationToken cancellationToken)
    {
        var found = await place.FindAsync(cancellationToken);
        IReadOnlyList<BuiltStage> built = image.Record?.Stages ?? [];
        var (name, from) = built is [.., var final] ? (final.Name, final.Base) : (image.ToString(), "");
        List<StageLayers> others =
        [
            .. built.SkipLast(1).Where(stage => stage.Layers is not null)
                .Select(stage => new StageLayers(stage.Name, stage.Base, stage.Layers!, stage.AreSizesExact)),
        ];
        var isOfImage = from is not ("" or StageAnalysis.Scratch)
            && built.All(stage => !string.Equals(stage.Name, from, StringComparison.OrdinalIgnoreCase));
        var below = isOfImage ? await BelowAsync(bases(from), cancellationToken) : null;
        var one = image with
        {
            Id = RegistryClient.DigestOf(found.Document),
            Platform = found.Configuration.Platform,
            Platforms = [],
            Place = found.Place,
        };
        return await AnalyzeAsync(one, found, others, name, from, below, cancellationToken);
    }

    private static async Task<OutsideImage?> BelowAsync(IImagePlace place, CancellationToken cancellationToken)
    {
        try
        {
            return await place.FindAsync(cancellationToken);
        }
        catch (MultiStageException)
        {
            // The builder may have had it from elsewhere, and all counts as the image's own.
            return null;
        }
    }

    private async Task<MeasuredImage> AnalyzeAsync(
        BuiltImage image, OutsideImage found, IReadOnlyList<StageLayers> others, string name, string from, OutsideImage? below,
        CancellationToken cancellationToken)
    {
        var contents = await layers.ReadAsync(found, options, cancellationToken);
        var bases = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [StageAnalysis.Scratch] = [] };
        if (below is not null)
        {
            bases[from] = [.. below.Configuration.Layers.Select(layer => layer.ToString())];
        }

        if (below is null && from != StageAnalysis.Scratch && contents.Layers.Count > 0)
        {
            logger.LogInformation("{Base}", $"The base of {found.Place} is unknown, and all of it counts as its own. Name it by "
                + "measure.BaseImage, such as \"debian:trixie-slim\" in its registry.");
        }

        var stage = new StageLayers(name, from, [.. contents.Layers.Select(layer => new BuiltLayer(layer.DiffId, layer.Size))],
            IsExact: true);
        return new StageAnalysis([.. others, stage], bases).Analyze(image, contents, cancellationToken) with { Outside = found };
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

    /// <summary>Finds the base by the layers that it and the image have in common.</summary>
    private async Task<(string Name, OutsideImage? Image)> NearestAsync(
        IImagePlace place, OutsideImage image, string labelled, CancellationToken cancellationToken)
    {
        var others = (await place.BesideAsync(image, cancellationToken))
            .DistinctBy(NameOf, StringComparer.Ordinal)
            .ToDictionary(NameOf, StringComparer.Ordinal);
        var found = BaseFinder.Find(Layers(image), others.Select(other => new BaseCandidate(other.Key, Layers(other.Value))));
        if (found is null)
        {
            return (labelled, null);
        }

        logger.LogInformation("{Base}",
            $"The base is taken to be '{found.Name}': its {found.Layers.Count} layers are the image's lowest. "
                + "Another one is named by measure.BaseImage.");
        return (found.Name, others[found.Name]);

        static IReadOnlyList<string> Layers(OutsideImage one) => [.. one.Configuration.Layers.Select(layer => layer.ToString())];
        static string NameOf(OutsideImage one) =>
            one.Tags is [var first, ..] ? first.ToString() : RegistryClient.DigestOf(one.Document).ToString();
    }
}
