using System.Globalization;
using System.Net;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Archives;

/// <summary>Fetches images from registries, byte for byte and without an engine.</summary>
internal sealed class ContentFetcher(RegistryClient client, string folder, IBuildObserver observer)
{
    private const int DeepestIndex = 4;

    private readonly Dictionary<Digest, BlobFile> _blobs = [];
    private int _made;

    /// <summary>Fetches images with all their platforms, or with one.</summary>
    /// <exception cref="MultiStageException">A registry refuses, or lacks an image or a part of it.</exception>
    public async Task<ImageContent> FetchAsync(
        IReadOnlyList<ImageReference> images, Platform? platform, CancellationToken cancellationToken)
    {
        List<RegistryDescriptor> roots = [];
        foreach (var image in images)
        {
            var manifest = await client.GetAsync(image, cancellationToken);
            if (manifest.IsIndex && platform is not null)
            {
                var chosen = PlatformChoice.Of($"'{image}'", manifest.Manifests, platform);
                manifest = await client.GetAsync(image.WithoutTag().WithDigest(chosen.Digest), cancellationToken);
            }
            else if (platform is not null && manifest.Configuration is { } configuration)
            {
                var described = new RegistryDescriptor(manifest.MediaType, manifest.Digest, manifest.Bytes.Length);
                var own = (await ImagePlatform.DescribedAsync(client, image, described, configuration, cancellationToken)).Platform;
                if (own is null || !platform.IsServedBy(own))
                {
                    throw new MultiStageException(
                        $"'{image}' has no image for {platform}: it is for {own} alone. Leave out save.Platform, or name another image.");
                }
            }

            try
            {
                await PartsAsync(image, manifest, depth: 0, cancellationToken);
            }
            catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
            {
                throw new MultiStageException($"'{image}' can't be fetched: {exception.Message}", exception);
            }

            // By its tag, where it has one beside a digest: what names a digest is no name that an engine gives it again.
            var name = image.Tag is { } tag ? image.WithTag(tag) : image.OrLatest();
            roots.Add(new RegistryDescriptor(manifest.MediaType, manifest.Digest, manifest.Bytes.Length)
            {
                Annotations = ImageContent.Named(name),
                Names = [name.ToString()],
            });
        }

        return new ImageContent(roots, _blobs);
    }

    private async Task PartsAsync(ImageReference image, RegistryManifest manifest, int depth, CancellationToken cancellationToken)
    {
        if (depth > DeepestIndex)
        {
            throw new InvalidDataException("Its indexes name indexes, deeper than any image does.");
        }

        await using (var file = Create(manifest.Digest, manifest.Bytes.Length))
        {
            await file.WriteAsync(manifest.Bytes, cancellationToken);
        }

        foreach (var part in manifest.Manifests.Where(part => !_blobs.ContainsKey(part.Digest)))
        {
            var child = await client.GetAsync(image.WithoutTag().WithDigest(part.Digest), cancellationToken);
            await PartsAsync(image, child, depth + 1, cancellationToken);
        }

        foreach (var blob in manifest.Layers.Concat(manifest.Configuration is { } configuration ? [configuration] : []))
        {
            if (!_blobs.ContainsKey(blob.Digest))
            {
                await BlobAsync(image, blob, cancellationToken);
            }
        }
    }

    private async Task BlobAsync(ImageReference image, RegistryDescriptor blob, CancellationToken cancellationToken)
    {
        try
        {
            await using var from = new ReportingStream(client.Open(image, blob), $"read {image} layer {blob.Digest.Abbreviated}", observer);
            await using var to = Create(blob.Digest, blob.Size);
            await HostDisk.CopyAsync(from, to, cancellationToken);
        }
        catch (RegistryException exception) when (blob.IsForeign && exception.Status == HttpStatusCode.NotFound)
        {
            // Its manifest says where else it is to be had.
            _blobs.Remove(blob.Digest);
        }
    }

    private Stream Create(Digest digest, long size)
    {
        var path = Path.Combine(folder, _made++.ToString(CultureInfo.InvariantCulture) + ".blob");
        _blobs[digest] = new BlobFile(path, size);
        return HostDisk.Create(path, path);
    }
}
