using System.IO.Compression;
using Cake.MultiStage.Measuring.Tar;
using ZstdSharp;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>Opens layers, however they are packed.</summary>
internal static class PackedLayer
{
    /// <summary>Unpacks a layer, which is told by its first bytes.</summary>
    /// <param name="packed">The layer as it lies; it is closed with what is returned.</param>
    /// <param name="cancellationToken">Stops waiting for its first bytes.</param>
    /// <returns>The archive, and whether it was packed.</returns>
    public static async Task<(Stream Archive, bool IsPacked)> OpenAsync(Stream packed, CancellationToken cancellationToken)
    {
        var head = new byte[TarBlock.Size];
        var length = await packed.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        var whole = new HeadedStream(head.AsMemory(0, length), packed);
        return BlobKinds.Of(head.AsSpan(0, length)) switch
        {
            BlobKind.Gzip => (new GZipStream(whole, CompressionMode.Decompress), true),
            BlobKind.Zstd => (new DecompressionStream(whole, leaveOpen: false), true),
            BlobKind.Tar or BlobKind.Empty => (whole, false),
            _ => throw new InvalidDataException("It is neither a tar archive nor one packed by gzip or zstd."),
        };
    }

    /// <summary>What was read of a stream to see what it is, and then the rest of it.</summary>
    private sealed class HeadedStream(ReadOnlyMemory<byte> head, Stream rest) : ForwardStream
    {
        private ReadOnlyMemory<byte> _head = head;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_head.IsEmpty)
            {
                return rest.ReadAsync(buffer, cancellationToken);
            }

            var count = Math.Min(buffer.Length, _head.Length);
            _head[..count].CopyTo(buffer);
            _head = _head[count..];
            return ValueTask.FromResult(count);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rest.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
