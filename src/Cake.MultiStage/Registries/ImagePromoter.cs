using System.Net;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Registries;

/// <summary>
/// Gives an image of a registry another name there, or copies it to another registry, byte for byte: its digest stays. What is there
/// already is not sent, and within a registry nothing is.
/// </summary>
internal sealed class ImagePromoter(RegistryClient client, IBuildObserver observer)
{
    private const int DeepestIndex = 4;

    // Where Cosign keeps what it signs in registries without lists of referrers.
    private static readonly IReadOnlyList<string> SignatureTags = [".sig", ".att", ".sbom"];

    /// <summary>Promotes an image with all its platforms, signatures and SBOMs.</summary>
    /// <param name="from">What is promoted.</param>
    /// <param name="to">The tag it gets.</param>
    /// <param name="cancellationToken">Stops promoting; the tag is then where it was.</param>
    /// <exception cref="MultiStageException">A registry refuses, or lacks a part of the image.</exception>
    public async Task<PushedImage> PromoteAsync(ImageReference from, ImageReference to, CancellationToken cancellationToken)
    {
        var manifest = await client.GetAsync(from, cancellationToken);
        try
        {
            await PartsAsync(from, to, manifest, depth: 0, cancellationToken);
            await ReferrersAsync(from, to, manifest.Digest, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new MultiStageException($"Copying '{from}' to '{to}' failed: {exception.Message} The tag '{to.Tag}' is where it was.",
                exception);
        }

        // The tag comes last: whoever pulls it finds all of the image.
        await client.PutAsync(to, manifest.MediaType, manifest.Bytes, cancellationToken);
        return new PushedImage(to, manifest.Digest, new ByteSize(manifest.Bytes.Length));
    }

    /// <summary>Sees to it that a repository has an image with all that refers to it, under no tag yet.</summary>
    /// <exception cref="MultiStageException">A registry refuses, or lacks a part of the image.</exception>
    public async Task CopyAsync(ImageReference from, ImageReference to, RegistryManifest manifest, CancellationToken cancellationToken)
    {
        if (IsSameRepository(from, to))
        {
            return;
        }

        try
        {
            await PartsAsync(from, to, manifest, depth: 0, cancellationToken);
            await client.PutAsync(to.WithoutTag().WithDigest(manifest.Digest), manifest.MediaType, manifest.Bytes, cancellationToken);
            await ReferrersAsync(from, to, manifest.Digest, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new MultiStageException($"Copying '{from}' to '{to.Repository}' failed: {exception.Message}", exception);
        }
    }

    private static bool IsSameRepository(ImageReference from, ImageReference to) => from.Repository == to.Repository;

    private async Task PartsAsync(ImageReference from, ImageReference to, RegistryManifest manifest, int depth,
        CancellationToken cancellationToken)
    {
        if (IsSameRepository(from, to))
        {
            return;
        }

        if (depth > DeepestIndex)
        {
            throw new InvalidDataException("Its indexes name indexes, deeper than any image does.");
        }

        foreach (var part in manifest.Manifests)
        {
            var child = await client.GetAsync(from.WithoutTag().WithDigest(part.Digest), cancellationToken);
            await PartsAsync(from, to, child, depth + 1, cancellationToken);
            await client.PutAsync(to.WithoutTag().WithDigest(part.Digest), child.MediaType, child.Bytes, cancellationToken);
        }

        // One blob may be there several times, as the empty layer is.
        foreach (var blob in manifest.Layers.Concat(manifest.Configuration is { } configuration ? [configuration] : [])
            .DistinctBy(blob => blob.Digest))
        {
            await BlobAsync(from, to, blob, cancellationToken);
        }
    }

    private async Task BlobAsync(ImageReference from, ImageReference to, RegistryDescriptor blob, CancellationToken cancellationToken)
    {
        if (await client.HasBlobAsync(to, blob.Digest, cancellationToken))
        {
            Tell(to, blob, "Layer already exists");
            return;
        }

        try
        {
            var isSent = await client.UploadAsync(to, blob, () => new ReportingStream(client.Open(from, blob), Name(to, blob), observer),
                from.Registry == to.Registry ? from : null, cancellationToken);
            Tell(to, blob, isSent ? "Pushed" : $"Mounted from {from.Path}");
        }
        catch (RegistryException exception) when (blob.IsForeign && exception.Status == HttpStatusCode.NotFound)
        {
            // Its manifest says where else it is to be had; registries need not hold it.
            Tell(to, blob, "Layer already exists");
        }
    }

    private async Task ReferrersAsync(ImageReference from, ImageReference to, Digest subject, CancellationToken cancellationToken)
    {
        if (IsSameRepository(from, to))
        {
            return;
        }

        foreach (var referrer in await client.ReferrersAsync(from, subject, cancellationToken))
        {
            var manifest = await client.GetAsync(from.WithoutTag().WithDigest(referrer.Digest), cancellationToken);
            await PartsAsync(from, to, manifest, depth: 0, cancellationToken);
            await client.PutReferrerAsync(to, subject, manifest, referrer.ArtifactType ?? "", cancellationToken);
        }

        foreach (var ending in SignatureTags)
        {
            var tag = $"{subject.Algorithm}-{subject.Encoded}{ending}";
            if (tag.Length <= 128 && await client.FindAsync(from.WithTag(tag), cancellationToken) is { } signature)
            {
                await PartsAsync(from, to, signature, depth: 0, cancellationToken);
                await client.PutAsync(to.WithTag(tag), signature.MediaType, signature.Bytes, cancellationToken);
            }
        }
    }

    private static string Name(ImageReference to, RegistryDescriptor blob) => LayerPushed.Name(to.ToString(), blob.Digest.Abbreviated);

    private void Tell(ImageReference to, RegistryDescriptor blob, string status) =>
        observer.On(new LayerPushed(to.ToString(), blob.Digest.Abbreviated, status));
}
