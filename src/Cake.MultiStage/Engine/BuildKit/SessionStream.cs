using Cake.MultiStage.Engine.Sessions.Messages;
using Google.Protobuf;
using Grpc.Core;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>The octets of a session that travel inside a call, <c>Control/Session</c>, in both directions.</summary>
internal sealed class SessionStream(AsyncDuplexStreamingCall<BytesMessage, BytesMessage> call) : Stream
{
    private const int LargestChunk = 256 * 1024;

    private ReadOnlyMemory<byte> _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_read.IsEmpty)
        {
            if (!await GuardAsync(() => call.ResponseStream.MoveNext(cancellationToken), cancellationToken))
            {
                return 0;
            }

            _read = call.ResponseStream.Current.Data.Memory;
        }

        var count = Math.Min(buffer.Length, _read.Length);
        _read[..count].CopyTo(buffer);
        _read = _read[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var rest = buffer; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, LargestChunk)..])
        {
            // The call has written the message, and so is done with the buffer, when the task ends.
            var message = new BytesMessage { Data = UnsafeByteOperations.UnsafeWrap(rest[..Math.Min(rest.Length, LargestChunk)]) };
            await GuardAsync(
                async () =>
                {
                    await call.RequestStream.WriteAsync(message, cancellationToken);
                    return true;
                },
                cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Only asynchronous calls are served.");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Only asynchronous calls are served.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            call.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Says the faults of a call as those of a stream.</summary>
    private static async Task<T> GuardAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken)
    {
        try
        {
            return await action();
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException($"The call that carries the session ended: {exception.Message}", exception);
        }
    }
}
