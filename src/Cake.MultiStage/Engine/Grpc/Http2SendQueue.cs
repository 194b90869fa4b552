using System.Buffers;
using System.Threading.Channels;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>The frames on their way out, in the order of the wire.</summary>
internal sealed class Http2SendQueue(int maxReplies)
{
    private const int BatchSize = 64 * 1024;

    private readonly Channel<Outgoing> _frames = Channel.CreateUnbounded<Outgoing>(new UnboundedChannelOptions { SingleReader = true });
    private int _replies;

    /// <summary>Adds a frame.</summary>
    /// <returns>A task that ends when the frame is on the wire; it is cancelled where the frame never gets there.</returns>
    public Task Add(byte[] frame) => Add(frame, isReply: false);

    /// <summary>Adds an answer to a frame of the peer.</summary>
    /// <exception cref="Http2ConnectionException">The peer sends faster than it reads the answers.</exception>
    public void AddReply(byte[] frame)
    {
        if (Interlocked.Increment(ref _replies) > maxReplies)
        {
            throw new Http2ConnectionException(Http2ErrorCode.EnhanceYourCalm, "the peer does not read the answers to its frames");
        }

        _ = Add(frame, isReply: true);
    }

    /// <summary>Takes no more frames.</summary>
    public void Complete() => _frames.Writer.TryComplete();

    /// <summary>Writes the queue to the transport until the last frame has gone out.</summary>
    public async Task PumpAsync(Stream transport, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>(BatchSize);
        List<Outgoing> batch = [];
        try
        {
            while (await _frames.Reader.WaitToReadAsync(cancellationToken))
            {
                while (bytes.WrittenCount < BatchSize && _frames.Reader.TryRead(out var frame))
                {
                    bytes.Write(frame.Bytes);
                    batch.Add(frame);
                }

                // a transport may not heed the token, so the wait does
                await transport.WriteAsync(bytes.WrittenMemory, cancellationToken).AsTask().WaitAsync(cancellationToken);
                await transport.FlushAsync(cancellationToken).WaitAsync(cancellationToken);
                Interlocked.Add(ref _replies, -batch.Count(frame => frame.IsReply));
                batch.ForEach(frame => frame.Written.TrySetResult());
                batch.Clear();
                bytes.ResetWrittenCount();
            }
        }
        finally
        {
            _frames.Writer.TryComplete();
            batch.ForEach(frame => frame.Written.TrySetCanceled(CancellationToken.None));
            while (_frames.Reader.TryRead(out var frame))
            {
                frame.Written.TrySetCanceled(CancellationToken.None);
            }
        }
    }

    private Task Add(byte[] frame, bool isReply)
    {
        var outgoing = new Outgoing(frame, isReply, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return _frames.Writer.TryWrite(outgoing) ? outgoing.Written.Task : Task.FromCanceled(new CancellationToken(canceled: true));
    }

    private sealed record Outgoing(byte[] Bytes, bool IsReply, TaskCompletionSource Written);
}
