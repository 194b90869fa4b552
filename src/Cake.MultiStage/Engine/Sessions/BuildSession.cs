using Cake.MultiStage.Engine.Grpc;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>A session of a BuildKit build: while it is open, the daemon calls its services for files, secrets and logins.</summary>
internal sealed class BuildSession : IAsyncDisposable
{
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
    /// <param name="sharedKey">What the daemon keeps the files it was given under, for the next build of the same context.</param>
    /// <param name="services">What the daemon may call.</param>
    /// <param name="logger">The log.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    public static async Task<BuildSession> OpenAsync(ISessionTransport transport, string sharedKey, IReadOnlyCollection<GrpcMethod> services, ILogger logger, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("N");
        var stream = await transport.OpenAsync(id, sharedKey, cancellationToken);
        return new BuildSession(id, stream, new GrpcServer(services, new GrpcServerLimits(), logger));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
        _end.Dispose();
    }
}
