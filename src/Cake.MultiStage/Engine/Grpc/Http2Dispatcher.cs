using System.Buffers;
using System.Buffers.Binary;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>Does what a frame says, and judges whether it may say so. Used by the reader alone.</summary>
internal sealed class Http2Dispatcher(GrpcServerLimits limits, Http2Sender sender, Http2Streams streams, Http2Nuisances nuisances)
{
    private readonly HpackDecoder _decoder = new(HpackEncoder.DefaultCapacity, limits.MaxHeaderListSize, limits.MaxHeaderCount);
    private readonly ArrayBufferWriter<byte> _block = new();
    private int _blockOf;
    private bool _blockEndsStream;

    /// <summary>Takes a frame.</summary>
    /// <exception cref="Http2ConnectionException">The frame ends the connection.</exception>
    public void Take(Http2Frame frame)
    {
        // RFC 9113, 6.10: within a header block there is nothing else, not even a frame of an unknown type
        if (_blockOf != 0 && (frame.Type != Http2FrameType.Continuation || frame.StreamId != _blockOf))
        {
            throw Broken("a frame comes between those of a header block");
        }

        try
        {
            Dispatch(frame);
        }
        catch (Http2StreamException exception)
        {
            nuisances.Count();
            streams.Abort(exception.StreamId, endedHere: true);
            sender.Reply(Http2Stream.Reset(exception.StreamId, exception.Code));
        }
    }

    private void Dispatch(Http2Frame frame)
    {
        switch (frame.Type)
        {
            case Http2FrameType.Data:
                Data(frame);
                break;
            case Http2FrameType.Headers:
                Headers(frame);
                break;
            case Http2FrameType.Continuation:
                Continuation(frame);
                break;
            case Http2FrameType.Priority:
                // RFC 9113, 5.3.2: priorities have no meaning any more, but the frame still has its form
                Expect(frame, onStream: true, length: 5);
                break;
            case Http2FrameType.ResetStream:
                ResetStream(frame);
                break;
            case Http2FrameType.Settings:
                Settings(frame);
                break;
            case Http2FrameType.PushPromise:
                throw Broken("a client pushes (RFC 9113, 8.4)");
            case Http2FrameType.Ping:
                Ping(frame);
                break;
            case Http2FrameType.GoAway:
                Expect(frame, onStream: false, length: 8, orMore: true);
                streams.Drain();
                break;
            case Http2FrameType.WindowUpdate:
                WindowUpdate(frame);
                break;
            default:
                // RFC 9113, 5.5: unknown types are for extensions
                nuisances.Count();
                break;
        }
    }

    private void Data(Http2Frame frame)
    {
        ExpectKnown(frame);
        streams.Inflow.Take(frame.Payload.Length);
        var ends = frame.Has(Http2FrameFlags.EndStream);
        if (frame.Payload.IsEmpty && !ends)
        {
            nuisances.Count();
        }

        if (!streams.TryGet(frame.StreamId, out var stream))
        {
            // what was under way when this side ended the stream counts in the connection's window all the same (RFC 9113, 5.1)
            _ = frame.Content();
            streams.Inflow.Return(frame.Payload.Length);
            ThrowUnlessEndedHere(frame.StreamId);
            return;
        }

        stream.Receive(frame);
        if (ends)
        {
            stream.ReceiveEnd();
        }
    }

    private void Headers(Http2Frame frame)
    {
        // clients open the odd streams (RFC 9113, 5.1.1)
        if (frame.StreamId % 2 == 0)
        {
            throw Broken("HEADERS is on a stream that is not the client's to open");
        }

        _blockOf = frame.StreamId;
        _blockEndsStream = frame.Has(Http2FrameFlags.EndStream);
        _block.ResetWrittenCount();
        Collect(frame, frame.Content());
    }

    private void Continuation(Http2Frame frame)
    {
        if (_blockOf == 0)
        {
            throw Broken("CONTINUATION follows no HEADERS");
        }

        if (!frame.Has(Http2FrameFlags.EndHeaders))
        {
            nuisances.Count();
        }

        Collect(frame, frame.Payload);
    }

    private void Collect(Http2Frame frame, ReadOnlyMemory<byte> fragment)
    {
        // a list that fits has no block longer than itself, but for what a Huffman code may add at worst
        if (_block.WrittenCount + fragment.Length > (long)limits.MaxHeaderListSize * 2)
        {
            throw new Http2ConnectionException(Http2ErrorCode.EnhanceYourCalm, "a header block is longer than any header list allowed");
        }

        _block.Write(fragment.Span);
        if (frame.Has(Http2FrameFlags.EndHeaders))
        {
            var id = _blockOf;
            _blockOf = 0;
            Fields(id);
        }
    }

    private void Fields(int id)
    {
        System.Collections.Immutable.ImmutableArray<HeaderField> fields;
        try
        {
            // always, for what it does to the compression's state (RFC 9113, 4.3)
            fields = _decoder.Decode(_block.WrittenSpan);
        }
        catch (HpackException exception)
        {
            throw new Http2ConnectionException(Http2ErrorCode.CompressionError, exception.Message);
        }
        catch (HeaderListTooLargeException exception)
        {
            throw new Http2ConnectionException(Http2ErrorCode.EnhanceYourCalm, exception.Message);
        }

        if (id > streams.Last)
        {
            streams.Open(id, fields, _blockEndsStream);
            return;
        }

        if (!streams.TryGet(id, out var stream))
        {
            if (!streams.EndedHere(id))
            {
                throw new Http2ConnectionException(Http2ErrorCode.StreamClosed, "HEADERS is on a stream that has ended");
            }

            return;
        }

        if (stream.RemoteEnded || !_blockEndsStream)
        {
            // RFC 9113, 8.1: what follows a body is trailers, and trailers end the stream
            throw new Http2StreamException(id, stream.RemoteEnded ? Http2ErrorCode.StreamClosed : Http2ErrorCode.ProtocolError,
                "HEADERS is neither head nor trailers");
        }

        Http2Request.Check(id, fields);
        stream.ReceiveEnd();
    }

    private void ResetStream(Http2Frame frame)
    {
        Expect(frame, onStream: true, length: 4);
        ExpectKnown(frame);
        if (streams.TryGet(frame.StreamId, out _))
        {
            // a reset of what has ended anyway is a courtesy, such as the answer to trailers that came before the request's end
            nuisances.Count();
            streams.Abort(frame.StreamId, endedHere: false);
        }
    }

    private void Settings(Http2Frame frame)
    {
        if (frame.Has(Http2FrameFlags.Ack))
        {
            // nothing of what this side has announced waits for the peer to agree
            Expect(frame, onStream: false, length: 0);
            return;
        }

        Expect(frame, onStream: false, length: 0, orMore: true);
        nuisances.Count();
        sender.Apply(Http2Settings.Read(frame.Payload.Span));
    }

    private void Ping(Http2Frame frame)
    {
        Expect(frame, onStream: false, length: 8);
        if (!frame.Has(Http2FrameFlags.Ack))
        {
            sender.Reply((frame with { Flags = Http2FrameFlags.Ack }).ToBytes());
        }
    }

    private void WindowUpdate(Http2Frame frame)
    {
        Expect(frame, onStream: frame.StreamId != 0, length: 4);
        var increment = BinaryPrimitives.ReadInt32BigEndian(frame.Payload.Span) & int.MaxValue;
        if (frame.StreamId == 0)
        {
            sender.Widen(increment > 0 ? increment : throw Broken("WINDOW_UPDATE widens by nothing"));
            return;
        }

        ExpectKnown(frame);
        if (!streams.TryGet(frame.StreamId, out var stream))
        {
            // RFC 9113, 5.1: it may come late
            return;
        }

        stream.Widen(increment > 0
            ? increment
            : throw new Http2StreamException(frame.StreamId, Http2ErrorCode.ProtocolError, "WINDOW_UPDATE widens by nothing"));
    }

    private void ThrowUnlessEndedHere(int id)
    {
        if (!streams.EndedHere(id))
        {
            throw new Http2StreamException(id, Http2ErrorCode.StreamClosed, "a frame is on a stream that has ended");
        }
    }

    private void ExpectKnown(Http2Frame frame)
    {
        if (frame.StreamId == 0 || frame.StreamId % 2 == 0 || frame.StreamId > streams.Last)
        {
            throw Broken($"{frame.Type} is on a stream nobody has opened");
        }
    }

    private static void Expect(Http2Frame frame, bool onStream, int length, bool orMore = false)
    {
        if (frame.StreamId != 0 != onStream)
        {
            throw Broken(onStream ? $"{frame.Type} is on no stream" : $"{frame.Type} is on a stream");
        }

        if (frame.Payload.Length < length || (frame.Payload.Length > length && !orMore))
        {
            throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, $"{frame.Type} has a wrong length");
        }
    }

    private static Http2ConnectionException Broken(string message) => new(Http2ErrorCode.ProtocolError, message);
}
