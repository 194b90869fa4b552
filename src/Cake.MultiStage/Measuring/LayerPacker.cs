using System.IO.Compression;

namespace Cake.MultiStage.Measuring;

/// <summary>
/// Reads a layer and packs it at the same time, to learn what a push would send and a pull cost: gzip at its usual level, as engines pack.
/// </summary>
internal sealed class LayerPacker(Stream layer) : ForwardStream
{
    private readonly CountingStream _count = new();
    private GZipStream? _gzip;

    /// <summary>Packs what is left and says how many bytes it became.</summary>
    public async Task<long> FinishAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 << 10];
        while (await ReadAsync(buffer, cancellationToken) > 0)
        {
            // What follows an archive's end is packed along.
        }

        await Gzip.DisposeAsync();
        return _count.Bytes;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await layer.ReadAsync(buffer, cancellationToken);
        Gzip.Write(buffer.Span[..read]);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        _gzip?.Dispose();
        _count.Dispose();
        base.Dispose(disposing);
    }

    private GZipStream Gzip => _gzip ??= new GZipStream(_count, CompressionLevel.Optimal, leaveOpen: true);

    private sealed class CountingStream : Stream
    {
        public long Bytes { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Bytes;

        public override long Position
        {
            get => Bytes;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Bytes += count;

        public override void Write(ReadOnlySpan<byte> buffer) => Bytes += buffer.Length;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Bytes += buffer.Length;
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
