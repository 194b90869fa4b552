using System.Net;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>An image in a registry, of which no more than its layers is read, and they as they come.</summary>
/// <param name="client">Asks registries.</param>
/// <param name="reference">The image's name.</param>
/// <param name="platform">The platform asked for.</param>
/// <param name="observer">Is told of layers as they are read.</param>
/// <param name="rules">Where images are asked for, as in a mirror; <see langword="null"/> for their own registries.</param>
internal sealed class RegistryPlace(
    RegistryClient client, ImageReference reference, Platform? platform, IBuildObserver observer, BaseImageRules? rules = null)
    : IImagePlace
{
    private const int LargestConfiguration = 16 << 20;

    public const string Prefix = "registry://";

    public async Task<OutsideImage> FindAsync(CancellationToken cancellationToken) =>
        await ReadAsync(reference, At(reference), await client.GetAsync(At(reference), cancellationToken), cancellationToken);

    public async Task<OutsideImage?> FindOtherAsync(string name, CancellationToken cancellationToken) =>
        ImageReference.TryParse(name, out var other) && await client.FindAsync(At(other), cancellationToken) is { } manifest
            ? await ReadAsync(other, At(other), manifest, cancellationToken)
            : null;

    public Task<IReadOnlyList<OutsideImage>> BesideAsync(OutsideImage image, CancellationToken cancellationToken) =>
        new RegistryNeighbours(client, At(reference), image.Configuration.Platform)
            // They are named as they lie there, which the rules would change once more.
            .FindAsync(image, (name, manifest, token) => ReadAsync(name, name, manifest, token), cancellationToken);

    private ImageReference At(ImageReference name) => rules?.Place(name) ?? name;

    private async Task<OutsideImage> ReadAsync(
        ImageReference name, ImageReference at, RegistryManifest manifest, CancellationToken cancellationToken)
    {
        var place = $"'{Prefix}{name}'";
        RegistryManifest? index = null;
        while (manifest.Configuration is null)
        {
            index = manifest;
            var chosen = PlatformChoice.Of(place, manifest.Manifests, platform);
            manifest = await client.GetAsync(at.WithoutTag().WithDigest(chosen.Digest), cancellationToken);
        }

        try
        {
            var document = await DocumentAsync(at, manifest.Configuration, cancellationToken);
            var image = manifest.Digest;
            return new OutsideImage
            {
                Attestations = await AttestationReader.ReadAsync(
                    index?.Manifests ?? [], image, document => ReadAsync(at, document, cancellationToken)),
                Place = place,
                Tags = [name],
                Document = document,
                Configuration = ImageConfiguration.Read(document),
                LowestBlob = manifest.Layers is [var lowest, ..] ? lowest.Digest : null,
                Layers = [.. manifest.Layers.Select(layer => new OutsideLayer(layer.PackedSize, _ => Task.FromResult<Stream>(
                    new ReportingStream(client.Open(at, layer), $"read {name} layer {layer.Digest.Abbreviated}", observer))))],
            };
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new MultiStageException($"{place} is not an image that can be read: {exception.Message}", exception);
        }
    }

    private async Task<byte[]?> ReadAsync(ImageReference name, RegistryDescriptor descriptor, CancellationToken cancellationToken)
    {
        if (MediaTypes.OfManifests.Contains(descriptor.MediaType, StringComparer.Ordinal))
        {
            return (await client.FindAsync(name.WithoutTag().WithDigest(descriptor.Digest), cancellationToken))?.Bytes;
        }

        try
        {
            await using var stream = client.Open(name, descriptor);
            return await RegistryAnswer.BytesAsync(stream, AttestationReader.LargestStatement, cancellationToken);
        }
        catch (RegistryException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<byte[]> DocumentAsync(ImageReference name, RegistryDescriptor configuration, CancellationToken cancellationToken)
    {
        if (configuration.Size > LargestConfiguration)
        {
            throw new InvalidDataException($"Its configuration has {configuration.Size} bytes.");
        }

        var document = new byte[configuration.Size];
        await using var stream = client.Open(name, configuration);
        await stream.ReadExactlyAsync(document, cancellationToken);
        return document;
    }
}
