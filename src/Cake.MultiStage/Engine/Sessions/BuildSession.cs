using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Grpc;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>
/// A session of BuildKit: while it is open, the daemon calls its services for files, secrets and credentials. It reads no file twice, so
/// one session is one state of the files.
/// </summary>
internal sealed class BuildSession : IAsyncDisposable
{
    private const string What = "Opening a build session";

    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _serving;

    private BuildSession(string id, Stream transport, GrpcServer server)
    {
        Id = id;
        Lost = _lost.Token;
        _serving = ServeAsync(transport, server);
    }

    /// <summary>Gets the id, by which a build names its session.</summary>
    public string Id { get; }

    /// <summary>
    /// Gets the token that is cancelled when the session ends before it is closed. What the daemon does goes on without it, and has to be
    /// cancelled.
    /// </summary>
    public CancellationToken Lost { get; }

    /// <summary>Opens a session.</summary>
    /// <param name="connection">The builder.</param>
    /// <param name="sharedKey">What the daemon keeps the files it was given under, for the next build of the same context.</param>
    /// <param name="services">What the daemon may call.</param>
    /// <param name="announced">
    /// The paths of the methods for files among them. Only a session with a connection of its own, which engines have that take upgraded
    /// ones, can announce two.
    /// </param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="EngineException">The engine refuses, or is gone.</exception>
    public static async Task<BuildSession> OpenAsync(IBuilderConnection connection, string sharedKey,
        IReadOnlyCollection<GrpcMethod> services, IReadOnlyList<string> announced, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("N");
        var transport = announced.Count > 1 || await connection.Link.HasSessionsOfTheirOwnAsync(cancellationToken)
            ? await connection.UpgradeAsync("/session", What, cancellationToken, headers =>
            {
                foreach (var (name, value) in SessionHeaders.Of(id, sharedKey))
                {
                    headers.Add(name, value);
                }

                headers.Add(SessionHeaders.Method, announced[0]);
            }, announced.Skip(1).Select(method => KeyValuePair.Create(SessionHeaders.Method, method)))
            : new SessionStream(new Control.ControlClient(await connection.Link.ChannelAsync(cancellationToken))
                .Session(SessionHeaders.Metadata(id, sharedKey, announced.Single()), cancellationToken: CancellationToken.None));
        return new BuildSession(id, transport, new GrpcServer(services, new GrpcServerLimits(), connection.Operation.Logger));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
        _end.Dispose();
        _lost.Dispose();
    }

    private async Task ServeAsync(Stream transport, GrpcServer server)
    {
        await server.RunAsync(transport, _end.Token);
        if (!_end.IsCancellationRequested)
        {
            await _lost.CancelAsync();
        }
    }
}
