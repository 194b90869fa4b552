namespace Cake.MultiStage.Measuring;

internal enum ContentKind
{
    Empty,
    Document,
    Tar,
    Gzip,
    Zstd,
}

/// <summary>A stream whose first bytes were looked at to tell what it holds; they are read again as if they had not been.</summary>
internal sealed class PeekedStream(Stream inner) : Stream
{
    private readonly byte[] _head = new byte[262];
    private int _length;
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public async Task<ContentKind> KindAsync(CancellationToken cancellationToken)
    {
        _length = await inner.ReadAtLeastAsync(_head, _head.Length, throwOnEndOfStream: false, cancellationToken);
        return _head.AsSpan(0, _length) switch
        {
            [] => ContentKind.Empty,
            // POSIX and GNU tar: a layer whose first file is called '[' or '{' is no document.
            { Length: 262 } head when head[257..].SequenceEqual("ustar"u8) => ContentKind.Tar,
            [0x1f, 0x8b, ..] => ContentKind.Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => ContentKind.Zstd,
            // JSON text, a repositories file, or the VERSION file of engines up to 24.
            [(byte)'{' or (byte)'[', ..] or { Length: < 4 } => ContentKind.Document,
            _ => ContentKind.Tar,
        };
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => TakeHead(buffer) is var taken and > 0 ? taken : inner.Read(buffer);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        TakeHead(buffer.Span) is var taken and > 0 ? ValueTask.FromResult(taken) : inner.ReadAsync(buffer, cancellationToken);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int TakeHead(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _length - _position);
        _head.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
