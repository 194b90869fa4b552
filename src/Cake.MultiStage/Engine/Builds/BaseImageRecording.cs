using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Finds out what each base image is, has the build use exactly that, and records it. The labels
/// travel beside the Dockerfile.
/// </summary>
/// <param name="inner">What builds.</param>
/// <param name="digestOf">Finds the digest by which its registry knows an image.</param>
internal sealed class BaseImageRecording(
    IImageBuilder inner, Func<ImageReference, CancellationToken, Task<Digest?>> digestOf) : IImageBuilder
{
    // OCI image specification, annotations: "image reference of the image this image is based on", and its digest.
    private const string NameLabel = "org.opencontainers.image.base.name";
    private const string DigestLabel = "org.opencontainers.image.base.digest";

    public async Task<BuildResult> BuildAsync(BuildRequest request, BuildContext context, IBuildObserver observer,
        CancellationToken cancellationToken)
    {
        List<BaseImage> recorded = [];
        foreach (var (stage, text) in request.Dockerfile.ImagesByStage(request.BuildArguments, request.Target)
            .Where(image => !request.Contexts.ContainsKey(NamedInput.Key(image.Image))))
        {
            var reference = ImageReference.Parse(text);
            recorded.Add(
                new BaseImage(reference, reference.Digest ?? await digestOf(reference, cancellationToken),
                    request.Dockerfile.Stages[stage].Name ?? string.Create(CultureInfo.InvariantCulture, $"stage-{stage}")));
        }

        var digests = recorded.Where(image => image.Digest is not null)
            .DistinctBy(image => image.Reference)
            .ToDictionary(image => image.Reference, image => image.Digest!);
        var exact = request with
        {
            Dockerfile = request.Dockerfile.WithImages(request.BuildArguments,
                image => digests.TryGetValue(image, out var digest) ? image.WithDigest(digest) : image),
            Labels = Labelled(request, digests),
        };
        return await inner.BuildAsync(exact, context, observer, cancellationToken) with { BaseImages = recorded };
    }

    private static Dictionary<string, string> Labelled(BuildRequest request, Dictionary<ImageReference, Digest> digests)
    {
        var labels = request.Labels.ToDictionary(StringComparer.Ordinal);
        if (request.Dockerfile.RootImage(request.BuildArguments, request.Target) is { } root
            && !request.Contexts.ContainsKey(NamedInput.Key(root)))
        {
            var reference = ImageReference.Parse(root);
            labels[NameLabel] = reference.OrLatest() is { Tag: { } tag } tagged ? $"{tagged.Repository}:{tag}" : reference.Repository;
            if (digests.TryGetValue(reference, out var digest))
            {
                labels[DigestLabel] = digest.ToString();
            }
        }

        return labels;
    }
}
