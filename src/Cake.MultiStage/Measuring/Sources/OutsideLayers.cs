using System.Security.Cryptography;
using Cake.MultiStage.Images;
using ZstdSharp;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>
/// Reads the layers of images outside of engines, one after the other, each to its end: what was read is what the image's configuration
/// names, or it is an error. A layer that was read before, in whatever image, is not read again.
/// </summary>
/// <param name="cache">Where it is kept, or <see langword="null"/> for nowhere.</param>
internal sealed class OutsideLayers(LayerCache? cache)
{
    /// <exception cref="MultiStageException">A layer can't be read, or is another one than the image names.</exception>
    public async Task<ImageContents> ReadAsync(OutsideImage image, MeasureOptions options, CancellationToken cancellationToken)
    {
        var (ids, createdBy) = (image.Configuration.Layers, image.Configuration.CreatedBy);
        if (ids.Count != image.Layers.Count)
        {
            throw new MultiStageException($"{image.Place} can't be read: it has {image.Layers.Count} layers, but its configuration names "
                + $"{ids.Count}.");
        }

        List<MeasuredLayer> layers = [];
        using var reader = new LayerReader(options);
        foreach (var (index, layer) in image.Layers.Index())
        {
            var read = await LayerAsync(image, ids[index], layer, options, reader, cancellationToken);
            layers.Add(read with { CreatedBy = index < createdBy.Count ? createdBy[index] : "" });
        }

        return new ImageContents(image.Document, layers) { Attestations = image.Attestations };
    }

    private async Task<MeasuredLayer> LayerAsync(OutsideImage image, Digest id, OutsideLayer layer, MeasureOptions options,
        LayerReader reader, CancellationToken cancellationToken)
    {
        if (cache is not null && await cache.FindAsync(id, options, cancellationToken) is { Layers: [var kept] })
        {
            return kept with { CompressedSize = Size(layer.PackedSize) ?? kept.CompressedSize };
        }

        try
        {
            var content = await ContentAsync(id, layer, options, reader, cancellationToken);
            var read = new MeasuredLayer(id, new ByteSize(content.Bytes), content.Files, "")
            {
                CompressedSize = Size(content.Compressed),
                Entries = content.Entries,
                Unlisted = content.Unlisted,
            };
            if (cache is not null && read.Unlisted == 0)
            {
                await cache.KeepAsync(id, options, new ImageContents(default, [read]), cancellationToken);
            }

            return read;
        }
        catch (Exception exception)
            when (exception is InvalidDataException or EndOfStreamException or NotSupportedException or ZstdException)
        {
            throw new MultiStageException($"{image.Place} can't be read: layer {id}: {exception.Message}", exception);
        }
    }

    private static ByteSize? Size(long? bytes) => bytes is { } known ? new ByteSize(known) : null;

    private static async Task<LayerContent> ContentAsync(Digest id, OutsideLayer layer, MeasureOptions options, LayerReader reader,
        CancellationToken cancellationToken)
    {
        var (archive, isPacked) = await PackedLayer.OpenAsync(await layer.Open(cancellationToken), cancellationToken);
        await using var hashed = new HashedStream(archive, id);
        LayerContent content;
        if (isPacked || !options.Compressed)
        {
            content = await reader.ReadAsync(hashed, cancellationToken);
            await hashed.EndAsync(cancellationToken);
            return content with { Compressed = isPacked ? layer.PackedSize : null };
        }

        await using var packer = new LayerPacker(hashed);
        content = await reader.ReadAsync(packer, cancellationToken);
        content = content with { Compressed = await packer.FinishAsync(cancellationToken) };
        await hashed.EndAsync(cancellationToken);
        return content;
    }

    /// <summary>Sees to it that a layer is the one that its digest names.</summary>
    private sealed class HashedStream(Stream inner, Digest digest) : ForwardStream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(
            digest.Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _hash.AppendData(buffer.Span[..read]);
            return read;
        }

        /// <summary>Reads what follows the archive's end, and compares.</summary>
        public async Task EndAsync(CancellationToken cancellationToken)
        {
            var buffer = new byte[64 << 10];
            while (await ReadAsync(buffer, cancellationToken) > 0)
            {
                // Its digest is of all bytes.
            }

            if (Convert.ToHexStringLower(_hash.GetHashAndReset()) != digest.Encoded)
            {
                throw new InvalidDataException("what lies there is something else, or damaged: its digest is another.");
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
                _hash.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
