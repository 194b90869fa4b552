namespace Cake.MultiStage.Engine.Grpc;

/// <summary>The error codes of RFC 9113, 7.</summary>
internal enum Http2ErrorCode
{
    /// <summary>A graceful end.</summary>
    NoError = 0,

    /// <summary>The peer broke the protocol in a way no other code names.</summary>
    ProtocolError = 1,

    /// <summary>This side failed.</summary>
    InternalError = 2,

    /// <summary>The peer broke flow control.</summary>
    FlowControlError = 3,

    /// <summary>Settings were not acknowledged in time.</summary>
    SettingsTimeout = 4,

    /// <summary>A frame came for a stream that had ended.</summary>
    StreamClosed = 5,

    /// <summary>A frame has a wrong size.</summary>
    FrameSizeError = 6,

    /// <summary>A stream was not taken up; the request may be sent again.</summary>
    RefusedStream = 7,

    /// <summary>A stream is no longer wanted.</summary>
    Cancel = 8,

    /// <summary>A header block cannot be decoded.</summary>
    CompressionError = 9,

    /// <summary>The peer makes too much work.</summary>
    EnhanceYourCalm = 11,
}

/// <summary>A fault of the peer that ends the connection (RFC 9113, 5.4.1).</summary>
internal sealed class Http2ConnectionException(Http2ErrorCode code, string message) : IOException(message)
{
    /// <summary>Gets the code to end the connection with.</summary>
    public Http2ErrorCode Code { get; } = code;
}

/// <summary>A fault of the peer that ends one stream (RFC 9113, 5.4.2).</summary>
internal sealed class Http2StreamException(int streamId, Http2ErrorCode code, string message) : IOException(message)
{
    /// <summary>Gets the stream.</summary>
    public int StreamId { get; } = streamId;

    /// <summary>Gets the code to end the stream with.</summary>
    public Http2ErrorCode Code { get; } = code;
}
