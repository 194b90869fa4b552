using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Registries;

/// <summary>Puts images of single platforms together to one index, in the registry and without pulling them.</summary>
internal sealed class ImageIndexer(RegistryClient client, IBuildObserver observer)
{
    private const string Unknown = "unknown";

    /// <summary>Puts images together under tags of one repository; what lies elsewhere is copied there.</summary>
    /// <param name="images">The images: of one platform each, or indexes whose images are taken over.</param>
    /// <param name="tags">The tags.</param>
    /// <param name="cancellationToken">Stops it; a tag that has not been moved is where it was.</param>
    /// <exception cref="MultiStageException">
    /// A registry refuses or lacks an image, two images are for the same platform, or the tags are of several repositories.
    /// </exception>
    public async Task<PushedImage> IndexAsync(
        IReadOnlyList<ImageReference> images, IReadOnlyList<ImageReference> tags, CancellationToken cancellationToken)
    {
        List<(ImageReference From, RegistryDescriptor Descriptor)> entries = [];
        foreach (var image in images)
        {
            var manifest = await client.GetAsync(image, cancellationToken);
            await new ImagePromoter(client, observer).CopyAsync(image, tags[0], manifest, cancellationToken);
            entries.AddRange((await DescriptorsAsync(image, manifest, cancellationToken)).Select(descriptor => (image, descriptor)));
        }

        Check(entries);
        List<RegistryDescriptor> descriptors = [.. entries.Select(entry => entry.Descriptor).DistinctBy(entry => entry.Digest)];
        var type = descriptors.TrueForAll(entry => entry.MediaType == MediaTypes.DockerManifest) ? MediaTypes.DockerList : MediaTypes.Index;
        var bytes = RegistryManifest.Index(descriptors, type);
        foreach (var tag in tags)
        {
            await client.PutAsync(tag, type, bytes, cancellationToken);
        }

        return new PushedImage(tags[0], RegistryClient.DigestOf(bytes), new ByteSize(bytes.Length));
    }

    /// <summary>Gets what an index is to say of an image. Attestations, of an unknown platform, stay with their image.</summary>
    private async Task<IReadOnlyList<RegistryDescriptor>> DescriptorsAsync(
        ImageReference image, RegistryManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Configuration is not { } configuration)
        {
            return manifest.Manifests;
        }

        var described = new RegistryDescriptor(manifest.MediaType, manifest.Digest, manifest.Bytes.Length);
        return [await ImagePlatform.DescribedAsync(client, image, described, configuration, cancellationToken)];
    }

    private static void Check(List<(ImageReference From, RegistryDescriptor Descriptor)> entries)
    {
        foreach (var same in entries.Where(entry => entry.Descriptor.Platform is { OperatingSystem: not Unknown })
            .DistinctBy(entry => entry.Descriptor.Digest)
            .GroupBy(entry => (entry.Descriptor.Platform, entry.Descriptor.SystemVersion))
            .Where(group => group.Count() > 1))
        {
            throw new MultiStageException(
                $"'{same.First().From}' and '{same.Last().From}' are both for {same.Key.Platform}, and an index has one image for each "
                    + "platform. No tag was moved.");
        }
    }
}
