namespace Cake.MultiStage.Measuring.Tar;

/// <summary>The content of the entry that a reader has come to, as a stream: an archive or a packed file within the archive.</summary>
internal sealed class EntryStream(ArchiveReader archive) : Stream
{
    private ReadOnlyMemory<byte> _piece;

    /// <summary>Gets how many bytes were read.</summary>
    public long Count { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_piece.IsEmpty)
        {
            _piece = await archive.ReadAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _piece.Length);
        _piece[..count].CopyTo(buffer);
        _piece = _piece[count..];
        Count += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Passes over bytes; where the archive is a file they are not even read.</summary>
    public async ValueTask SkipAsync(long count, CancellationToken cancellationToken)
    {
        var taken = (int)Math.Min(count, _piece.Length);
        _piece = _piece[taken..];
        await archive.SkipContentAsync(count - taken, cancellationToken);
        Count += count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
