namespace Cake.MultiStage.Engine.Grpc;

/// <summary>What the caller has said of a call.</summary>
/// <param name="Path">The method's path, such as <c>/grpc.health.v1.Health/Check</c>.</param>
/// <param name="Metadata">The metadata.</param>
/// <param name="Deadline">When the caller stops waiting.</param>
/// <param name="CancellationToken">Cancelled when the caller cancels, at the deadline and when the connection ends.</param>
internal sealed record GrpcCallContext(string Path, GrpcMetadata Metadata, DateTimeOffset? Deadline, CancellationToken CancellationToken);

/// <summary>A call with messages in both directions.</summary>
/// <typeparam name="TRequest">The messages that come in.</typeparam>
/// <typeparam name="TResponse">The messages that go out.</typeparam>
internal sealed class GrpcCall<TRequest, TResponse>(GrpcExchange exchange, Func<ReadOnlyMemory<byte>, TRequest> read,
    Func<TResponse, ReadOnlyMemory<byte>> write)
{
    /// <summary>Gets the metadata.</summary>
    public GrpcMetadata Metadata => exchange.Context.Metadata;

    /// <summary>Gets the token that is cancelled when the caller cancels, at the deadline and when the connection ends.</summary>
    public CancellationToken CancellationToken => exchange.Context.CancellationToken;

    /// <summary>Gets the messages that come in, each read when asked for. One reader at a time.</summary>
    public IAsyncEnumerable<TRequest> Requests => ReadAllAsync();

    /// <summary>Writes a message, and returns when it is on the wire.</summary>
    public Task WriteAsync(TResponse message) => exchange.WriteAsync(write(message));

    /// <summary>Adds a message to those that wait for the next write, or until enough are together.</summary>
    public Task AddAsync(TResponse message) => exchange.AddAsync(write(message));

    /// <summary>Writes the messages that wait, and returns when they are on the wire.</summary>
    public Task FlushAsync() => exchange.FlushAsync();

    private async IAsyncEnumerable<TRequest> ReadAllAsync()
    {
        while (await exchange.ReadAsync() is { } message)
        {
            yield return read(message);
        }
    }
}
