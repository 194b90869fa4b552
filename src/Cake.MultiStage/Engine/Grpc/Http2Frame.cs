using System.Buffers.Binary;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>The frame types of RFC 9113, 6.</summary>
internal enum Http2FrameType
{
    /// <summary>Octets of a message.</summary>
    Data = 0,

    /// <summary>The start of a header block.</summary>
    Headers = 1,

    /// <summary>A priority, which RFC 9113 no longer has a meaning for.</summary>
    Priority = 2,

    /// <summary>The abrupt end of a stream.</summary>
    ResetStream = 3,

    /// <summary>Settings or their acknowledgement.</summary>
    Settings = 4,

    /// <summary>A pushed request, which only servers send.</summary>
    PushPromise = 5,

    /// <summary>A ping or its acknowledgement.</summary>
    Ping = 6,

    /// <summary>The end of the connection.</summary>
    GoAway = 7,

    /// <summary>More room in a flow-control window.</summary>
    WindowUpdate = 8,

    /// <summary>The continuation of a header block.</summary>
    Continuation = 9,
}

/// <summary>The flags of frames; what a bit means hangs on the frame's type.</summary>
[Flags]
internal enum Http2FrameFlags
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>The sender's last frame on the stream, in DATA and HEADERS.</summary>
    EndStream = 0x1,

    /// <summary>The acknowledgement, in SETTINGS and PING.</summary>
    Ack = EndStream,

    /// <summary>The last frame of a header block.</summary>
    EndHeaders = 0x4,

    /// <summary>The payload has padding.</summary>
    Padded = 0x8,

    /// <summary>The payload of HEADERS has a priority.</summary>
    Priority = 0x20,
}

/// <summary>A frame. The payload read from a transport is good only until the next read.</summary>
internal readonly record struct Http2Frame(Http2FrameType Type, Http2FrameFlags Flags, int StreamId, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The size of a frame's head.</summary>
    public const int HeadSize = 9;

    /// <summary>The greatest payload every peer takes (RFC 9113, 4.2).</summary>
    public const int AlwaysAcceptedSize = 16384;

    /// <summary>Says whether a flag is set.</summary>
    public bool Has(Http2FrameFlags flag) => (Flags & flag) != Http2FrameFlags.None;

    /// <summary>Returns the frame as it goes on the wire.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeadSize + Payload.Length];
        WriteHead(bytes, Type, Flags, StreamId, Payload.Length);
        Payload.Span.CopyTo(bytes.AsSpan(HeadSize));
        return bytes;
    }

    /// <summary>Writes a frame's head (RFC 9113, 4.1).</summary>
    public static void WriteHead(Span<byte> target, Http2FrameType type, Http2FrameFlags flags, int streamId, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, length << 8);
        target[3] = (byte)type;
        target[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(target[5..], streamId);
    }

    /// <summary>Returns the payload without padding and, in HEADERS, without priority.</summary>
    /// <exception cref="Http2ConnectionException">The padding takes more than there is.</exception>
    public ReadOnlyMemory<byte> Content()
    {
        var content = Payload;
        var padding = 0;
        if (Has(Http2FrameFlags.Padded))
        {
            padding = Mandatory(content, 1).Span[0];
            content = content[1..];
        }

        if (Type == Http2FrameType.Headers && Has(Http2FrameFlags.Priority))
        {
            content = Mandatory(content, 5)[5..];
        }

        // RFC 9113, 6.1 and 6.2
        return padding <= content.Length
            ? content[..^padding]
            : throw new Http2ConnectionException(Http2ErrorCode.ProtocolError, "a frame has more padding than payload");
    }

    private static ReadOnlyMemory<byte> Mandatory(ReadOnlyMemory<byte> content, int length) =>
        content.Length >= length
            ? content
            : throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError, "a frame is too short for its flags");
}
