namespace Cake.MultiStage.Engine.Grpc;

/// <summary>One stream as the sender sees it. Only the sender changes it.</summary>
internal sealed class Http2SendStream(int id)
{
    /// <summary>Gets the stream's identifier.</summary>
    public int Id { get; } = id;

    /// <summary>Gets or sets the peer's window, which goes below zero when the peer shrinks its initial size (RFC 9113, 6.9.2).</summary>
    public long Window { get; set; }

    /// <summary>Gets or sets a value indicating whether the response has begun.</summary>
    public bool Started { get; set; }

    /// <summary>Gets or sets a value indicating whether nothing more may be sent.</summary>
    public bool Closed { get; set; }

    /// <summary>Gets or sets what a writer waits for while a window is shut.</summary>
    public TaskCompletionSource? Waiter { get; set; }
}
