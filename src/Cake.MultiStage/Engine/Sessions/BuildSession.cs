using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Engine.Registries;
using Cake.MultiStage.Engine.Sessions.Messages;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>
/// A session of a BuildKit build: while it is open, the daemon asks it for secrets and for logins to registries.
/// </summary>
internal sealed class BuildSession : IAsyncDisposable
{
    private const int LargestSecret = 500 * 1024;

    private readonly CancellationTokenSource _end = new();
    private readonly Task<GrpcServerResult> _serving;

    private BuildSession(string id, Stream transport, GrpcServer server)
    {
        Id = id;
        _serving = server.RunAsync(transport, _end.Token);
    }

    /// <summary>Gets the id, by which a build names its session.</summary>
    public string Id { get; }

    /// <summary>Opens a session.</summary>
    /// <param name="transport">Where the stream comes from.</param>
    /// <param name="secrets">The secrets by their ids.</param>
    /// <param name="logins">The logins to registries.</param>
    /// <param name="logger">The log.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    public static async Task<BuildSession> OpenAsync(ISessionTransport transport, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> secrets, RegistryLogins logins, ILogger logger, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("N");
        GrpcMethod[] methods =
        [
            // The daemon asks every second, and the first error ends the session.
            GrpcMethod.Unary<HealthCheckRequest, HealthCheckResponse>("/grpc.health.v1.Health/Check", (_, _) =>
                Task.FromResult(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving })),
            GrpcMethod.Unary<GetSecretRequest, GetSecretResponse>("/moby.buildkit.secrets.v1.Secrets/GetSecret", (request, _) =>
                Task.FromResult(Secret(secrets, request.ID))),
            // An empty answer is an anonymous login; tokens are then fetched by the daemon itself.
            GrpcMethod.Unary<CredentialsRequest, CredentialsResponse>("/moby.filesync.v1.Auth/Credentials", async (request, call) =>
                await logins.FindAsync(request.Host, call.CancellationToken) is { } login
                    ? new CredentialsResponse { Username = login.Username, Secret = login.Secret }
                    : new CredentialsResponse()),
        ];
        var stream = await transport.OpenAsync(id, cancellationToken);
        return new BuildSession(id, stream, new GrpcServer(methods, new GrpcServerLimits(), logger));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
        _end.Dispose();
    }

    private static GetSecretResponse Secret(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> secrets, string id) =>
        !secrets.TryGetValue(id, out var data) ? throw new GrpcException(GrpcStatusCode.NotFound, $"there is no secret '{id}'")
        : data.Length > LargestSecret ? throw new GrpcException(GrpcStatusCode.InvalidArgument, $"the secret '{id}' is larger than {LargestSecret} bytes")
        : new GetSecretResponse { Data = ByteString.CopyFrom(data.Span) };
}
