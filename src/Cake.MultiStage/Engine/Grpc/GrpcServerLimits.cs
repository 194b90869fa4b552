namespace Cake.MultiStage.Engine.Grpc;

/// <summary>What a <see cref="GrpcServer"/> takes from a peer.</summary>
internal sealed record GrpcServerLimits
{
    /// <summary>Gets the number of calls at a time; the peer is told.</summary>
    public int MaxConcurrentStreams { get; init; } = 256;

    /// <summary>Gets the greatest payload of a frame; the peer is told.</summary>
    public int MaxFrameSize { get; init; } = Http2Frame.AlwaysAcceptedSize;

    /// <summary>Gets how much a peer may send on a stream before the handler has read it.</summary>
    public int StreamWindow { get; init; } = 1 << 20;

    /// <summary>Gets how much a peer may send on all streams before handlers have read it; it bounds what is held in memory.</summary>
    public int ConnectionWindow { get; init; } = 16 << 20;

    /// <summary>Gets the greatest size of a header list, by the measure of RFC 9113, 6.5.2; the peer is told.</summary>
    public int MaxHeaderListSize { get; init; } = 1 << 20;

    /// <summary>Gets the greatest number of fields in a header list.</summary>
    public int MaxHeaderCount { get; init; } = 16384;

    /// <summary>Gets the greatest size of a message to receive.</summary>
    public int MaxMessageSize { get; init; } = 16 << 20;

    /// <summary>Gets how many answers to the peer's frames may wait for the peer to read them.</summary>
    public int MaxQueuedReplies { get; init; } = 512;

    /// <summary>Gets how many resets, stream errors, empty frames and settings a peer may send at once.</summary>
    public int NuisanceBurst { get; init; } = 1000;

    /// <summary>Gets how many of them a peer may send per second in the long run.</summary>
    public int NuisancesPerSecond { get; init; } = 200;

    /// <summary>Gets how long a peer may take for its preface and first settings.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how long the last frames may take to go out when the connection ends.</summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets how long cancelled handlers may take to return when the connection ends.</summary>
    public TimeSpan HandlerGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Returns these limits if they make sense.</summary>
    /// <exception cref="InvalidOperationException">They do not.</exception>
    public GrpcServerLimits Checked()
    {
        // smaller windows would be broken by a peer that has not yet read the settings (RFC 9113, 6.9.2 and 6.9.3)
        var windows = StreamWindow >= Http2Settings.DefaultWindow && ConnectionWindow >= Http2Settings.DefaultWindow;
        var sizes = MaxFrameSize is >= Http2Frame.AlwaysAcceptedSize and <= Http2Settings.LargestFrame
            && MaxHeaderListSize >= 1024
            && MaxMessageSize >= 0;
        var counts = MaxConcurrentStreams >= 1
            && MaxHeaderCount >= 8
            && MaxQueuedReplies >= 1
            && NuisanceBurst >= 1
            && NuisancesPerSecond >= 0;
        return windows && sizes && counts ? this : throw new InvalidOperationException($"The limits make no sense: {this}");
    }
}
