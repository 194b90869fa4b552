using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Dialing;
using Grpc.Net.Client;

namespace Cake.MultiStage.Engine.Daemons;

/// <summary>
/// The way to a BuildKit of its own, which speaks HTTP/2 from the first octet: on a socket, by TCP with or without TLS, or through a
/// program that runs <c>buildctl dial-stdio</c> where it is. It is kept until the run ends.
/// </summary>
internal sealed class DaemonRoute : IBuildKitLink, IDisposable
{
    private readonly GrpcChannel _channel;

    /// <summary>Initializes the way; nothing is sent yet.</summary>
    /// <exception cref="EngineException">The endpoint's TLS files can't be read.</exception>
    public DaemonRoute(EngineEndpoint endpoint)
    {
        Endpoint = endpoint;
        var address = endpoint.Address;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = async (context, token) => ContainerTarget.Of(address.OriginalString) is { } target
                ? ProgramStream.Open(target.Program)
                : address.Scheme switch
                {
                    "unix" => await LocalSocket.ConnectAsync(address.LocalPath, token),
                    "npipe" => await LocalSocket.ConnectPipeAsync(
                        address.Host is "localhost" or "" ? "." : address.Host, address.Segments[^1], token),
                    _ => await EngineTransport.ConnectTcpAsync(context.DnsEndPoint, token),
                },
        };
        var name = address.Scheme == "tcp" ? address.Authority : "buildkit";
        _channel = GrpcChannel.ForAddress(
            endpoint.Tls is null ? $"http://{name}" : $"https://{name}",
            EngineLink.Options(EngineCredentials.Of(endpoint).ConfigureHandler(handler), isOwn: true));
    }

    /// <summary>Gets where it is.</summary>
    public EngineEndpoint Endpoint { get; }

    /// <inheritdoc/>
    public BuilderFacts? Facts { get; set; }

    /// <inheritdoc/>
    public Task<GrpcChannel> ChannelAsync(CancellationToken cancellationToken) => Task.FromResult(_channel);

    /// <inheritdoc/>
    public Task<bool> HasSessionsOfTheirOwnAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    /// <inheritdoc/>
    public Task<bool> IsUpgradedAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    public void Dispose() => _channel.Dispose();
}
