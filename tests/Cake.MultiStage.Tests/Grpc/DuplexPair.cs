using System.IO.Pipelines;

namespace Cake.MultiStage.Tests.Grpc;

/// <summary>Two streams, each of which reads what the other writes.</summary>
internal static class DuplexPair
{
    public static (DuplexEnd One, DuplexEnd Other) Create(int buffer = 256 * 1024)
    {
        var options = new PipeOptions(pauseWriterThreshold: buffer, resumeWriterThreshold: buffer / 2, useSynchronizationContext: false);
        var (there, back) = (new Pipe(options), new Pipe(options));
        return (new DuplexEnd(back.Reader, there.Writer), new DuplexEnd(there.Reader, back.Writer));
    }
}

/// <summary>One end of the pair.</summary>
internal sealed class DuplexEnd(PipeReader reader, PipeWriter writer) : Stream
{
    private readonly Stream _in = reader.AsStream();
    private readonly Stream _out = writer.AsStream();
    private int _writes;

    /// <summary>Gets how often this end was written to.</summary>
    public int Writes => Volatile.Read(ref _writes);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _in.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _in.ReadAsync(buffer, offset, count, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => _in.Read(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _writes);
        return _out.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _out.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => _out.Write(buffer, offset, count);

    public override Task FlushAsync(CancellationToken cancellationToken) => _out.FlushAsync(cancellationToken);

    public override void Flush() => _out.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Ends this end's writing; what the other end writes can still be read.</summary>
    public void EndWriting() => _out.Dispose();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _out.Dispose();
            _in.Dispose();
        }

        base.Dispose(disposing);
    }
}
