using System.Buffers;
using System.Buffers.Binary;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>
/// Everything that goes out: one queue in the order of the wire, the peer's windows and the header compression, all under
/// one lock, since a change of settings has to take effect exactly where its acknowledgement stands in the queue.
/// </summary>
internal sealed class Http2Sender(int maxQueuedReplies)
{
    // what one stream may have in the queue: enough to keep the transport busy, and little enough to let others in between
    private const int BurstSize = 4 * Http2Frame.AlwaysAcceptedSize;

    private readonly Lock _gate = new();
    private readonly Http2SendQueue _queue = new(maxQueuedReplies);
    private readonly HashSet<Http2SendStream> _streams = [];
    private readonly HpackEncoder _encoder = new();
    private long _window = Http2Settings.DefaultWindow;
    private int _initialWindow = Http2Settings.DefaultWindow;

    /// <summary>Takes up a stream.</summary>
    public Http2SendStream Open(int id)
    {
        lock (_gate)
        {
            var stream = new Http2SendStream(id) { Window = _initialWindow };
            _streams.Add(stream);
            return stream;
        }
    }

    /// <summary>Queues a frame of this side's own accord; there are never more than streams and windows allow.</summary>
    public void Send(byte[] frame)
    {
        lock (_gate)
        {
            _ = _queue.Add(frame);
        }
    }

    /// <summary>Queues an answer to a frame of the peer.</summary>
    /// <exception cref="Http2ConnectionException">The peer sends faster than it reads the answers.</exception>
    public void Reply(byte[] frame)
    {
        lock (_gate)
        {
            _queue.AddReply(frame);
        }
    }

    /// <summary>Queues the response's head unless it has been sent.</summary>
    public Task StartAsync(Http2SendStream stream, IReadOnlyList<HeaderField> head)
    {
        lock (_gate)
        {
            ThrowIfClosed(stream);
            if (stream.Started)
            {
                return Task.CompletedTask;
            }

            stream.Started = true;
            return _queue.Add(Block(stream.Id, head, endStream: false));
        }
    }

    /// <summary>Sends octets as fast as the peer's windows allow, and returns when the last are on the wire.</summary>
    public async Task SendDataAsync(Http2SendStream stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
        {
            Task step;
            lock (_gate)
            {
                ThrowIfClosed(stream);
                (step, var size) = QueueData(stream, data);
                data = data[size..];
            }

            await step.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Ends the response: with trailers, or with head and trailers in one where nothing has been sent yet.</summary>
    public Task FinishAsync(Http2SendStream stream, IReadOnlyList<HeaderField> head, IReadOnlyList<HeaderField> trailers)
    {
        lock (_gate)
        {
            if (stream.Closed)
            {
                return Task.CompletedTask;
            }

            var written = _queue.Add(Block(stream.Id, stream.Started ? trailers : [.. head, .. trailers], endStream: true));
            Shut(stream);
            return written;
        }
    }

    /// <summary>Sends nothing more on a stream.</summary>
    public void Close(Http2SendStream stream)
    {
        lock (_gate)
        {
            Shut(stream);
        }
    }

    /// <summary>Widens the connection's window.</summary>
    /// <exception cref="Http2ConnectionException">It gets wider than 2^31-1 (RFC 9113, 6.9.1).</exception>
    public void Widen(int increment)
    {
        lock (_gate)
        {
            _window += increment;
            if (_window > int.MaxValue)
            {
                throw new Http2ConnectionException(Http2ErrorCode.FlowControlError, "the connection's window got wider than 2^31-1");
            }

            foreach (var stream in _streams)
            {
                Wake(stream);
            }
        }
    }

    /// <summary>Widens a stream's window.</summary>
    /// <exception cref="Http2StreamException">It gets wider than 2^31-1 (RFC 9113, 6.9.1).</exception>
    public void Widen(Http2SendStream stream, int increment)
    {
        lock (_gate)
        {
            stream.Window += increment;
            if (stream.Window > int.MaxValue)
            {
                throw new Http2StreamException(stream.Id, Http2ErrorCode.FlowControlError, "a stream's window got wider than 2^31-1");
            }

            Wake(stream);
        }
    }

    /// <summary>Takes over the peer's settings and acknowledges them (RFC 9113, 6.5.3).</summary>
    /// <exception cref="Http2ConnectionException">A window gets wider than 2^31-1, or too many answers wait.</exception>
    public void Apply(IReadOnlyList<Http2SettingsChange> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes)
            {
                if (change.HeaderTable is { } table)
                {
                    _encoder.Limit(table);
                }

                if (change.Window is { } window)
                {
                    ResizeWindows(window);
                }
            }

            _queue.AddReply(new Http2Frame(Http2FrameType.Settings, Http2FrameFlags.Ack, 0, default).ToBytes());
        }
    }

    /// <summary>Queues the connection's last frame.</summary>
    public void GoAway(int lastStreamId, Http2ErrorCode code, string reason)
    {
        var payload = new byte[8 + reason.Length];
        BinaryPrimitives.WriteInt32BigEndian(payload, lastStreamId);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), (int)code);
        System.Text.Encoding.ASCII.GetBytes(reason, payload.AsSpan(8));
        lock (_gate)
        {
            _ = _queue.Add(new Http2Frame(Http2FrameType.GoAway, Http2FrameFlags.None, 0, payload).ToBytes());
            _queue.Complete();
            foreach (var stream in _streams.ToArray())
            {
                Shut(stream);
            }
        }
    }

    /// <summary>Writes the queue to the transport until the last frame has gone out.</summary>
    public Task PumpAsync(Stream transport, CancellationToken cancellationToken) => _queue.PumpAsync(transport, cancellationToken);

    /// <summary>Queues a few frames, or none while a window is shut.</summary>
    /// <returns>What to wait for before the next, and how much is queued.</returns>
    private (Task Step, int Size) QueueData(Http2SendStream stream, ReadOnlyMemory<byte> data)
    {
        var most = (int)Math.Min(Math.Min(data.Length, BurstSize), Math.Min(stream.Window, _window));
        if (most <= 0)
        {
            stream.Waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (stream.Waiter.Task, 0);
        }

        stream.Window -= most;
        _window -= most;
        var written = Task.CompletedTask;
        for (var sent = 0; sent < most; sent += Http2Frame.AlwaysAcceptedSize)
        {
            var part = data[sent..Math.Min(most, sent + Http2Frame.AlwaysAcceptedSize)];
            written = _queue.Add(new Http2Frame(Http2FrameType.Data, Http2FrameFlags.None, stream.Id, part).ToBytes());
        }

        return (written, most);
    }

    private byte[] Block(int streamId, IReadOnlyList<HeaderField> fields, bool endStream)
    {
        var block = new ArrayBufferWriter<byte>();
        _encoder.Encode(fields, block);
        var rest = block.WrittenMemory;
        var output = new ArrayBufferWriter<byte>();
        var (type, flags) = (Http2FrameType.Headers, endStream ? Http2FrameFlags.EndStream : Http2FrameFlags.None);
        do
        {
            // one piece in the queue, so that nothing comes between the frames of a block (RFC 9113, 4.3)
            var size = Math.Min(rest.Length, Http2Frame.AlwaysAcceptedSize);
            var last = size == rest.Length ? Http2FrameFlags.EndHeaders : Http2FrameFlags.None;
            output.Write(new Http2Frame(type, flags | last, streamId, rest[..size]).ToBytes());
            (rest, type, flags) = (rest[size..], Http2FrameType.Continuation, Http2FrameFlags.None);
        }
        while (!rest.IsEmpty);
        return output.WrittenSpan.ToArray();
    }

    private void ResizeWindows(int window)
    {
        foreach (var stream in _streams)
        {
            stream.Window += window - _initialWindow;
            if (stream.Window > int.MaxValue)
            {
                throw new Http2ConnectionException(Http2ErrorCode.FlowControlError, "a change of settings made a window wider than 2^31-1");
            }

            Wake(stream);
        }

        _initialWindow = window;
    }

    private void Shut(Http2SendStream stream)
    {
        stream.Closed = true;
        _streams.Remove(stream);
        Wake(stream);
    }

    private static void Wake(Http2SendStream stream)
    {
        stream.Waiter?.TrySetResult();
        stream.Waiter = null;
    }

    private static void ThrowIfClosed(Http2SendStream stream)
    {
        if (stream.Closed)
        {
            throw new OperationCanceledException("the call has ended");
        }
    }
}
