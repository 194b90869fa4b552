using Cake.MultiStage.Engine.Grpc;

namespace Cake.MultiStage.Tests.Grpc;

/// <summary>Methods whose messages are octets.</summary>
internal static class OctetMethod
{
    public static GrpcMethod Unary(string path, Func<ReadOnlyMemory<byte>, GrpcCallContext, Task<ReadOnlyMemory<byte>>> handler) =>
        GrpcMethod.Unary(path, handler, message => message, message => message);

    public static GrpcMethod Duplex(string path, Func<GrpcCall<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>, Task> handler) =>
        GrpcMethod.Duplex(path, handler, message => message, message => message);
}
