using Google.Protobuf;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>A method of a <see cref="GrpcServer"/>.</summary>
internal sealed class GrpcMethod
{
    private readonly Func<GrpcExchange, Task> _invoke;

    private GrpcMethod(string path, Func<GrpcExchange, Task> invoke) => (Path, _invoke) = (path, invoke);

    /// <summary>Gets the path, such as <c>/grpc.health.v1.Health/Check</c>.</summary>
    public string Path { get; }

    /// <summary>Makes a method of one message in and one out.</summary>
    public static GrpcMethod Unary<TRequest, TResponse>(string path, Func<TRequest, GrpcCallContext, Task<TResponse>> handler)
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse> =>
        Unary(path, handler, Reader<TRequest>(), Write);

    /// <summary>Makes a method of any number of messages in and out.</summary>
    public static GrpcMethod Duplex<TRequest, TResponse>(string path, Func<GrpcCall<TRequest, TResponse>, Task> handler)
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse> =>
        Duplex(path, handler, Reader<TRequest>(), Write);

    /// <summary>Makes a method of one message in and one out, with what reads and writes them.</summary>
    public static GrpcMethod Unary<TRequest, TResponse>(
        string path,
        Func<TRequest, GrpcCallContext, Task<TResponse>> handler,
        Func<ReadOnlyMemory<byte>, TRequest> read,
        Func<TResponse, ReadOnlyMemory<byte>> write) =>
        new(path, async exchange =>
        {
            var request = await exchange.ReadAsync() ?? throw new GrpcException(GrpcStatusCode.Internal, "the request has no message");
            if (await exchange.ReadAsync() is not null)
            {
                throw new GrpcException(GrpcStatusCode.Internal, "the request has more than one message");
            }

            await exchange.WriteAsync(write(await handler(read(request), exchange.Context)));
        });

    /// <summary>Makes a method of any number of messages in and out, with what reads and writes them.</summary>
    public static GrpcMethod Duplex<TRequest, TResponse>(
        string path,
        Func<GrpcCall<TRequest, TResponse>, Task> handler,
        Func<ReadOnlyMemory<byte>, TRequest> read,
        Func<TResponse, ReadOnlyMemory<byte>> write) =>
        new(path, exchange => handler(new GrpcCall<TRequest, TResponse>(exchange, read, write)));

    /// <summary>Serves a call.</summary>
    internal Task InvokeAsync(GrpcExchange exchange) => _invoke(exchange);

    private static Func<ReadOnlyMemory<byte>, T> Reader<T>()
        where T : IMessage<T>, new()
    {
        var parser = new MessageParser<T>(() => new T());
        return message =>
        {
            try
            {
                return parser.ParseFrom(message.Span);
            }
            catch (InvalidProtocolBufferException)
            {
                throw new GrpcException(GrpcStatusCode.Internal, $"a message is no {typeof(T).Name}");
            }
        };
    }

    private static ReadOnlyMemory<byte> Write<T>(T message)
        where T : IMessage<T> =>
        message.ToByteArray();
}
