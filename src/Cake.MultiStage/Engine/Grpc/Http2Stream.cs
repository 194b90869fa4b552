using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>A request's body and the way back for its response.</summary>
[SuppressMessage("Design", "CA1001",
    Justification = "A source without a timer has nothing to dispose of, and whoever comes last to a stream would have to.")]
internal sealed class Http2Stream
{
    private static readonly PipeOptions Unpaused = new(pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false);

    private readonly Lock _gate = new();
    private readonly Http2Sender _sender;
    private readonly Http2Inflow _inflow;
    private readonly Action<Http2Stream> _ending;
    private readonly Http2SendStream _send;
    private readonly Http2ReceiveWindow _window;
    private readonly CancellationTokenSource _aborted = new();

    // the window bounds what the pipe holds, so the pipe itself never makes its writer wait
    private readonly Pipe _body = new(Unpaused);
    private readonly long? _contentLength;
    private long _received;
    private int _unread;
    private bool _over;

    /// <summary>Initializes a new instance of the <see cref="Http2Stream"/> class.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="contentLength">The length the body is said to have.</param>
    /// <param name="window">How much the peer may send ahead.</param>
    /// <param name="sender">What sends the response.</param>
    /// <param name="inflow">What keeps account of the body.</param>
    /// <param name="ending">What to do just before the response's last frame is queued.</param>
    public Http2Stream(int id, long? contentLength, int window, Http2Sender sender, Http2Inflow inflow, Action<Http2Stream> ending)
    {
        (Id, _contentLength, _sender, _inflow, _ending) = (id, contentLength, sender, inflow, ending);
        _window = new Http2ReceiveWindow(window);
        _send = sender.Open(id);
        Aborted = _aborted.Token;
    }

    /// <summary>Gets the identifier.</summary>
    public int Id { get; }

    /// <summary>Gets the token that is cancelled when the stream ends before its time.</summary>
    public CancellationToken Aborted { get; }

    /// <summary>Gets the body; who reads says so to <see cref="Consumed"/>.</summary>
    public PipeReader Body => _body.Reader;

    /// <summary>Gets a value indicating whether the peer has sent everything.</summary>
    public bool RemoteEnded { get; private set; }

    /// <summary>Takes a DATA frame, which the connection's window has let through.</summary>
    /// <exception cref="Http2StreamException">The stream had ended, or the frame does not fit.</exception>
    public void Receive(Http2Frame frame)
    {
        var content = frame.Content();
        var fits = !RemoteEnded && _inflow.Take(_window, frame.Payload.Length);
        if (!fits || _received + content.Length > _contentLength)
        {
            _inflow.Return(frame.Payload.Length);
            var code = RemoteEnded ? Http2ErrorCode.StreamClosed : fits ? Http2ErrorCode.ProtocolError : Http2ErrorCode.FlowControlError;
            throw new Http2StreamException(Id, code,
                "the peer has sent data after the end, beyond the window or beyond the content-length");
        }

        _received += content.Length;

        // padding counts in flow control and nobody will read it (RFC 9113, 6.1)
        var unwanted = frame.Payload.Length - content.Length;
        lock (_gate)
        {
            if (_over)
            {
                unwanted = frame.Payload.Length;
            }
            else if (!content.IsEmpty)
            {
                _unread += content.Length;
                _body.Writer.Write(content.Span);
                _ = _body.Writer.FlushAsync(CancellationToken.None).AsTask();
            }
        }

        if (unwanted > 0)
        {
            _inflow.Return(unwanted, Id, _window);
        }
    }

    /// <summary>Takes note of the end of the request.</summary>
    /// <exception cref="Http2StreamException">The body is shorter than it was said to be (RFC 9113, 8.1.1).</exception>
    public void ReceiveEnd()
    {
        if (_contentLength is { } expected && expected != _received)
        {
            throw new Http2StreamException(Id, Http2ErrorCode.ProtocolError, "a body is shorter than its content-length");
        }

        RemoteEnded = true;
        lock (_gate)
        {
            _body.Writer.Complete();
        }
    }

    /// <summary>Gives the peer room for what has been read of the body.</summary>
    public void Consumed(int count)
    {
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _unread -= count;
        }

        _inflow.Return(count, Id, RemoteEnded ? null : _window);
    }

    /// <summary>Begins the response unless it has begun.</summary>
    public Task StartAsync(IReadOnlyList<HeaderField> head) => _sender.StartAsync(_send, head);

    /// <summary>Sends octets of the response.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        _sender.SendDataAsync(_send, data, cancellationToken);

    /// <summary>Ends the response; where the request has not ended, nothing more of it is wanted.</summary>
    public Task FinishAsync(IReadOnlyList<HeaderField> head, IReadOnlyList<HeaderField> trailers)
    {
        _ending(this);
        var written = _sender.FinishAsync(_send, head, trailers);
        if (!RemoteEnded && !Aborted.IsCancellationRequested)
        {
            // RFC 9113, 8.1: a whole response may come before the request's end
            _sender.Send(Reset(Id, Http2ErrorCode.NoError));
        }

        Release();
        return written;
    }

    /// <summary>Lets a writer know that the peer takes more.</summary>
    public void Widen(int increment) => _sender.Widen(_send, increment);

    /// <summary>Ends the stream at once, in both directions.</summary>
    public void Abort()
    {
        _sender.Close(_send);

        // not on this thread: what handlers do on cancellation must not hold up the connection
        _ = _aborted.CancelAsync();
        Release();
    }

    /// <summary>Returns the frame that resets a stream.</summary>
    public static byte[] Reset(int streamId, Http2ErrorCode code) =>
        new Http2Frame(Http2FrameType.ResetStream, Http2FrameFlags.None, streamId, new byte[] { 0, 0, 0, (byte)code }).ToBytes();

    private void Release()
    {
        int unread;
        lock (_gate)
        {
            (unread, _unread, _over) = (_unread, 0, true);
            _body.Writer.Complete(new OperationCanceledException("the call has ended"));
        }

        if (unread > 0)
        {
            _inflow.Return(unread);
        }
    }
}
