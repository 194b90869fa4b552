using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Registries;

/// <summary>Asks registries what names of images stand for now, without a pull.</summary>
internal sealed class BaseResolver(RegistryClient client, TimeProvider time)
{
    private const string Unknown = "unknown";

    private static readonly Platform Usual = new("linux", "amd64");

    /// <summary>Asks for an image.</summary>
    /// <param name="name">The name that is locked.</param>
    /// <param name="place">Where it is asked for: the same image in a mirror, or the name itself.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <exception cref="MultiStageException">The registry refuses, or doesn't have it.</exception>
    public async Task<LockedImage> ResolveAsync(ImageReference name, ImageReference place, CancellationToken cancellationToken)
    {
        var manifest = await client.GetAsync(place, cancellationToken);
        var parts = manifest.Manifests.Where(part => part.Platform is { OperatingSystem: not Unknown }).ToList();
        if (manifest.IsIndex && parts.Count == 0)
        {
            throw new RegistryException($"'{place}' can't be a base: its index names no image that is for a platform.");
        }

        var image = manifest;
        if (manifest.IsIndex)
        {
            var part = parts.Find(part => part.Platform == Usual) ?? parts[0];
            image = await client.GetAsync(place.WithoutTag().WithDigest(part.Digest), cancellationToken);
        }

        return new LockedImage(name, manifest.Digest)
        {
            Platforms = manifest.IsIndex ? [.. parts.Select(part => part.Platform!).Distinct()]
                : [await PlatformAsync(place, manifest, cancellationToken)],
            Size = new ByteSize(image.Layers.Sum(layer => layer.Size)),
            Date = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime),
        };
    }

    private async Task<Platform> PlatformAsync(ImageReference place, RegistryManifest manifest, CancellationToken cancellationToken)
    {
        var described = new RegistryDescriptor(manifest.MediaType, manifest.Digest, manifest.Bytes.Length);
        return (await ImagePlatform.DescribedAsync(client, place, described, manifest.Configuration!, cancellationToken)).Platform!;
    }
}
