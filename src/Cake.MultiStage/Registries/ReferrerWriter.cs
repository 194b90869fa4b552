using Cake.MultiStage.Images;

namespace Cake.MultiStage.Registries;

/// <summary>Attaches a document to an image in a registry, so that whoever has the image finds it there (OCI specifications 1.1).</summary>
internal sealed class ReferrerWriter(RegistryClient client)
{
    private const string EmptyType = "application/vnd.oci.empty.v1+json";

    /// <summary>Attaches a document.</summary>
    /// <param name="image">The image, by its digest.</param>
    /// <param name="type">The document's media type, by which lists of referrers name it.</param>
    /// <param name="document">The document.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    /// <exception cref="MultiStageException">The registry refuses, or has no such image.</exception>
    public async Task AttachAsync(ImageReference image, string type, byte[] document, CancellationToken cancellationToken)
    {
        var subject = await client.GetAsync(image, cancellationToken);
        var repository = image.WithoutTag();
        var empty = await SendAsync(repository, EmptyType, "{}"u8.ToArray(), cancellationToken);
        var layer = await SendAsync(repository, type, document, cancellationToken);
        var bytes = RegistryManifest.Artifact(
            type, empty, layer, new RegistryDescriptor(subject.MediaType, subject.Digest, subject.Bytes.Length));
        var manifest = RegistryManifest.Read(MediaTypes.Manifest, RegistryClient.DigestOf(bytes), bytes);
        await client.PutReferrerAsync(repository, subject.Digest, manifest, type, cancellationToken);
    }

    private async Task<RegistryDescriptor> SendAsync(
        ImageReference repository, string type, byte[] bytes, CancellationToken cancellationToken)
    {
        var blob = new RegistryDescriptor(type, RegistryClient.DigestOf(bytes), bytes.Length);
        if (!await client.HasBlobAsync(repository, blob.Digest, cancellationToken))
        {
            await client.UploadAsync(repository, blob, () => new MemoryStream(bytes, writable: false), from: null, cancellationToken);
        }

        return blob;
    }
}
