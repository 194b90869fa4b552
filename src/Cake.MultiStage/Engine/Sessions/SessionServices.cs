using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Engine.Sessions.Messages;
using Cake.MultiStage.Registries;
using Google.Protobuf;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>The small services that a session offers the daemon.</summary>
internal static class SessionServices
{
    private const int LargestSecret = 500 * 1024;

    /// <summary>The daemon asks every second, and the first error ends the session.</summary>
    public static GrpcMethod Health() => GrpcMethod.Unary<HealthCheckRequest, HealthCheckResponse>(
        "/grpc.health.v1.Health/Check",
        (_, _) => Task.FromResult(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving }));

    public static GrpcMethod Secrets(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> secrets) => GrpcMethod.Unary<GetSecretRequest,
        GetSecretResponse>(
        "/moby.buildkit.secrets.v1.Secrets/GetSecret",
        (request, _) => Task.FromResult(
            !secrets.TryGetValue(request.ID, out var data)
                ? throw new GrpcException(GrpcStatusCode.NotFound, $"there is no secret '{request.ID}'")
            : data.Length > LargestSecret ? throw new GrpcException(
                GrpcStatusCode.InvalidArgument, $"the secret '{request.ID}' is larger than {LargestSecret} bytes")
            : new GetSecretResponse { Data = ByteString.CopyFrom(data.Span) }));

    /// <summary>An empty answer is an anonymous caller; tokens are fetched by the daemon itself.</summary>
    public static GrpcMethod Credentials(RegistryKeyring keyring) => GrpcMethod.Unary<CredentialsRequest, CredentialsResponse>(
        "/moby.filesync.v1.Auth/Credentials",
        async (request, call) => await keyring.FindAsync(request.Host, call.CancellationToken) is { } credentials
            ? new CredentialsResponse { Username = credentials.Username, Secret = credentials.Secret }
            : new CredentialsResponse());
}
