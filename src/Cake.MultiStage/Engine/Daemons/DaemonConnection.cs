using System.Net.Http.Headers;
using System.Net.Sockets;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Dialing;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Engine.Daemons;

/// <summary>One operation's use of a BuildKit of its own: it is watched for as long as the operation lasts.</summary>
internal sealed class DaemonConnection : IBuilderConnection, IDisposable
{
    private readonly CancellationTokenSource _watching;
    private readonly DaemonRoute _route;
    private readonly bool _ownsRoute;

    private DaemonConnection(DaemonRoute route, bool ownsRoute, Operation operation)
    {
        (_route, _ownsRoute, Operation) = (route, ownsRoute, operation);
        _watching = CancellationTokenSource.CreateLinkedTokenSource(operation.Token);
    }

    /// <inheritdoc/>
    public string Kind => "BuildKit";

    /// <inheritdoc/>
    public string Version => _route.Facts?.Version ?? "";

    /// <inheritdoc/>
    public EngineEndpoint Endpoint => _route.Endpoint;

    /// <inheritdoc/>
    public IBuildKitLink Link => _route;

    /// <inheritdoc/>
    public Operation Operation { get; }

    /// <inheritdoc/>
    public RegistryKeyring Keyring { get; private init; } = RegistryKeyring.None;

    /// <inheritdoc/>
    public EngineRoutes? Routes { get; private init; }

    /// <inheritdoc/>
    public Platform Platform => _route.Facts?.Platforms is [var first, ..] ? first : new Platform("linux", "amd64");

    /// <summary>Opens a connection and makes sure that a BuildKit answers there.</summary>
    /// <param name="endpoint">Where it is.</param>
    /// <param name="operation">What it is for; its token stops waiting.</param>
    /// <param name="limits">How long it may be silent; <see cref="EngineLimits"/>' own values by default.</param>
    /// <param name="keyring">The credentials to registries; none by default.</param>
    /// <param name="routes">The ways that outlive the connection; by default it has one of its own.</param>
    /// <exception cref="EngineException">None does, or none in time.</exception>
    public static async Task<DaemonConnection> OpenAsync(
        EngineEndpoint endpoint, Operation operation, EngineLimits? limits = null, RegistryKeyring? keyring = null,
        EngineRoutes? routes = null)
    {
        var connection = new DaemonConnection(routes?.ToDaemon(endpoint) ?? new DaemonRoute(endpoint), routes is null, operation)
        {
            Keyring = keyring ?? RegistryKeyring.None,
            Routes = routes,
        };
        limits ??= new EngineLimits();
        try
        {
            await connection.GreetAsync(limits, operation.Token);
            _ = new EngineWatch(connection, limits).WatchAsync(connection._watching.Token);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<Stream> UpgradeAsync(string path, string what, CancellationToken cancellationToken,
        Action<HttpRequestHeaders>? headers = null, IEnumerable<KeyValuePair<string, string>>? more = null) =>
        throw new NotSupportedException("A BuildKit of its own has no connections beside its API.");

    /// <inheritdoc/>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await new BuildKitClient(this).WorkersAsync(cancellationToken);
        }
        catch (SolveException)
        {
            // Who refuses has answered.
            return;
        }
    }

    /// <inheritdoc/>
    public EngineException Unreachable(string what, Exception exception)
    {
        var causes = Causes(exception).ToList();
        var cause = causes[^1];
        return new EngineException(
            $"{what} failed: "
                + (causes.OfType<DialException>().FirstOrDefault() is { } dial
                    ? $"BuildKit at {Endpoint} can't be reached: {dial.Message}."
                : cause is SocketException { SocketErrorCode: SocketError.AccessDenied }
                    ? $"access to BuildKit at {Endpoint} was denied. Run as a user who may use its socket: root, or one of the group that "
                        + "buildkitd was started with (--group)."
                : causes.OfType<HttpRequestException>()
                    .Any(error => error.HttpRequestError == HttpRequestError.SecureConnectionError)
                    ? $"the TLS handshake with BuildKit at {Endpoint} failed: {cause.Message} Check ca.pem, cert.pem and key.pem in "
                        + $"Builder.Certificates, and that BuildKit's certificate names the host '{Endpoint.Address.Host}'."
                : IsConnectFailure(causes, cause)
                    ? $"no BuildKit answers at {Endpoint}: {cause.Message}. Start buildkitd, or correct the address."
                // How the end of a connection shows that nothing was answered on depends on what was being sent just then.
                : _route.Facts is null && Endpoint.Tls is { Certificate: { } certificate } ? UnknownClient(certificate)
                : $"BuildKit at {Endpoint} closed the connection: {cause.Message}. It may have stopped or been restarted, or what listens "
                    + "there is no BuildKit; look at its log, then run the build again."),
            Endpoint,
            exception);
    }

    /// <inheritdoc/>
    public EngineException Foreign(string what, string said, Exception exception) => new(
        $"{what} failed: "
            + (Endpoint.Tls is { Certificate: { } certificate } ? UnknownClient(certificate)
                : $"what answers at {Endpoint} is not a BuildKit, or wants TLS: {said.TrimEnd('.')}. For TLS give the certificates, as in "
                    + $"build.Builder = Builder.At(\"{Endpoint.Address.OriginalString}\") with {{ Certificates = \"./certificates\" }}; a "
                    + "Docker engine is named by build.Host."),
        Endpoint,
        exception);

    // With TLS 1.3 the handshake is over before the other side has looked at the client's certificate.
    private string UnknownClient(string certificate) =>
        $"what listens at {Endpoint} closed the connection as soon as TLS was set up. It may not know the authority that signed "
            + $"'{certificate}': buildkitd's option --tlscacert names it.";

    public void Dispose()
    {
        _watching.Cancel();
        _watching.Dispose();
        if (_ownsRoute)
        {
            _route.Dispose();
        }
    }

    private async Task GreetAsync(EngineLimits limits, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(limits.FirstAnswer);
        try
        {
            // What listens there may have been restarted since, as another version. Builds that run go by the facts meanwhile.
            await FactsAsync(isKept: _route.Facts is not null, limit.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(
                $"Reaching BuildKit failed: {Endpoint} gave no answer within {limits.FirstAnswer.TotalSeconds:0.##} seconds. It may be "
                    + "stuck; restart it, or name another by build.Builder.", Endpoint, exception);
        }
        catch (SolveException exception)
        {
            throw new EngineException($"Reaching BuildKit failed: {Endpoint} answered: {exception.Message}", Endpoint, exception);
        }
    }

    private async Task FactsAsync(bool isKept, CancellationToken cancellationToken)
    {
        var client = new BuildKitClient(this);
        try
        {
            await client.FactsAnewAsync(cancellationToken);
        }
        catch (EngineException) when (isKept)
        {
            // The connection that was kept had died; the next one is made anew.
            await client.FactsAnewAsync(cancellationToken);
        }
    }

    private static bool IsConnectFailure(List<Exception> causes, Exception cause) =>
        cause is TimeoutException
        || causes.OfType<HttpRequestException>()
            .Any(error => error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        || cause is SocketException { SocketErrorCode: not (SocketError.ConnectionReset or SocketError.Shutdown) };

    private static IEnumerable<Exception> Causes(Exception exception) =>
        exception.InnerException is { } inner ? [exception, .. Causes(inner)] : [exception];
}
