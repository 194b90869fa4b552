using System.Net;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>Takes the way to a session that the engine offers: <c>/session</c>, and where that is gone the gRPC call.</summary>
internal sealed class OfferedSessionTransport(ISessionTransport hijacked, ISessionTransport grpc) : ISessionTransport
{
    public OfferedSessionTransport(EngineConnection connection)
        : this(new HijackedSessionTransport(connection), new GrpcSessionTransport(connection))
    {
    }

    public async Task<Stream> OpenAsync(string id, string sharedKey, CancellationToken cancellationToken)
    {
        try
        {
            return await hijacked.OpenAsync(id, sharedKey, cancellationToken);
        }
        catch (EngineException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            return await grpc.OpenAsync(id, sharedKey, cancellationToken);
        }
    }
}
