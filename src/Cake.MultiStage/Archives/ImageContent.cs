using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Archives;

/// <summary>Images with all they are made of, by digests, as an OCI layout has them; the files lie on this host.</summary>
/// <param name="Roots">What the layout's index names.</param>
/// <param name="Blobs">Manifests, configurations and layers.</param>
internal sealed record ImageContent(IReadOnlyList<RegistryDescriptor> Roots, IReadOnlyDictionary<Digest, BlobFile> Blobs)
{
    private const int DeepestIndex = 4;
    private const int LargestDocument = 16 << 20;
    private const string Unknown = "unknown";

    private static readonly Platform Usual = new("linux", "amd64");

    /// <summary>Gets what a layout's index says of an image of this name: the notes by which engines give it its tag again.</summary>
    public static IReadOnlyDictionary<string, string> Named(ImageReference name)
    {
        var notes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (name is { Tag: { } tag })
        {
            notes["io.containerd.image.name"] = $"{name.Repository}:{tag}";
            notes["org.opencontainers.image.ref.name"] = tag;
        }

        return notes;
    }

    /// <summary>Reads a document, which is what its digest says.</summary>
    /// <exception cref="InvalidDataException">It isn't there, or is another.</exception>
    public async Task<RegistryManifest> ManifestAsync(RegistryDescriptor descriptor, CancellationToken cancellationToken)
    {
        var file = Blobs.GetValueOrDefault(descriptor.Digest) ?? throw new InvalidDataException($"'{descriptor.Digest}' is not in it");
        if (file.Size > LargestDocument)
        {
            throw new InvalidDataException($"'{descriptor.Digest}' is said to be a manifest, and has {new ByteSize(file.Size)}");
        }

        var bytes = await File.ReadAllBytesAsync(file.Path, cancellationToken);
        return RegistryClient.DigestOf(bytes, descriptor.Digest.Algorithm) == descriptor.Digest
            ? RegistryManifest.Read(descriptor.MediaType, descriptor.Digest, bytes)
            : throw new InvalidDataException($"'{descriptor.Digest}' is something else than its name says");
    }

    /// <summary>
    /// Gets the manifest of a single image that a root stands for: of an index the image for a platform, or else its first one.
    /// </summary>
    /// <exception cref="InvalidDataException">There is none, or a part of it is missing or cut off.</exception>
    public async Task<RegistryManifest> ImageAsync(RegistryDescriptor root, Platform? platform, CancellationToken cancellationToken)
    {
        var descriptor = root;
        for (var depth = 0; depth <= DeepestIndex; depth++)
        {
            var manifest = await ManifestAsync(descriptor, cancellationToken);
            if (manifest.Configuration is { } configuration)
            {
                foreach (var part in manifest.Layers.Where(layer => !layer.IsForeign).Prepend(configuration))
                {
                    Require(part);
                }

                return manifest;
            }

            // Engines save of an index what they have of it; attestations are for an unknown platform.
            var images = manifest.Manifests.Where(image => Blobs.ContainsKey(image.Digest) && image.ArtifactType is null
                && image.Platform is not { OperatingSystem: Unknown }).ToList();
            descriptor = images.Find(image => image.Platform is { } own && (platform ?? Usual).IsServedBy(own)) ?? images.FirstOrDefault()
                ?? throw new InvalidDataException($"of the index '{descriptor.Digest}' it has no image");
        }

        throw new InvalidDataException("its indexes name indexes, deeper than those of any image");
    }

    private void Require(RegistryDescriptor part)
    {
        var file = Blobs.GetValueOrDefault(part.Digest) ?? throw new InvalidDataException($"'{part.Digest}' is not in it");
        if (file.Size != part.Size)
        {
            throw new InvalidDataException($"'{part.Digest}' has {file.Size} bytes in place of {part.Size}");
        }
    }
}
