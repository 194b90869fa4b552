using System.Net;
using Grpc.Net.Client;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>
/// The way to an engine's BuildKit: one connection for any number of calls, opened when it is first needed. Docker engines offer
/// it by upgrading <c>POST /grpc</c>; those that no longer do speak HTTP/2 straight on their socket.
/// </summary>
internal sealed class EngineLink(EngineRoute route) : IBuildKitLink, IDisposable
{
    private const string What = "Opening BuildKit's API";

    private readonly SemaphoreSlim _opening = new(1);
    private Link? _link;

    /// <inheritdoc/>
    public BuilderFacts? Facts { get; set; }

    /// <inheritdoc/>
    public async Task<GrpcChannel> ChannelAsync(CancellationToken cancellationToken) => (await LinkAsync(cancellationToken)).Channel;

    /// <summary>
    /// Says whether a session has a connection of its own, in which files travel at up to twice the speed that they have inside a call.
    /// Not so where the engine takes no upgraded connections, nor by ssh, where each is a login that takes longer than an unchanged
    /// build.
    /// </summary>
    public async Task<bool> HasSessionsOfTheirOwnAsync(CancellationToken cancellationToken) =>
        await IsUpgradedAsync(cancellationToken) && route.Endpoint.Address.Scheme != EngineTransport.SshScheme;

    /// <inheritdoc/>
    public async Task<bool> IsUpgradedAsync(CancellationToken cancellationToken) => (await LinkAsync(cancellationToken)).IsUpgraded;

    public void Dispose()
    {
        _link?.Channel.Dispose();
        _opening.Dispose();
    }

    private async Task<Link> LinkAsync(CancellationToken cancellationToken)
    {
        if (_link is { } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _link ??= await OpenAsync(cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<Link> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var first = await route.UpgradeAsync("/grpc", What, cancellationToken);
            return new Link(Upgraded(first), IsUpgraded: true);
        }
        catch (EngineException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            return new Link(Direct(), IsUpgraded: false);
        }
    }

    private GrpcChannel Upgraded(Stream first)
    {
        Stream? waiting = first;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = async (_, token) => Interlocked.Exchange(ref waiting, null) ?? await route.UpgradeAsync("/grpc", What, token),
        };
        return GrpcChannel.ForAddress("http://docker", Options(handler, isOwn: true));
    }

    // The connection's own handler serves its other requests, too, and ends with it.
    private GrpcChannel Direct() => GrpcChannel.ForAddress(route.BaseAddress, Options(route.Handler, isOwn: false));

    /// <summary>Gets how calls are made through a handler.</summary>
    /// <param name="handler">The handler.</param>
    /// <param name="isOwn">Whether it ends with the channel.</param>
    public static GrpcChannelOptions Options(HttpMessageHandler handler, bool isOwn) => new()
    {
        HttpHandler = handler,
        DisposeHttpClient = isOwn,
        // The progress of a build with much output comes in large messages.
        MaxReceiveMessageSize = 64 * 1024 * 1024,
    };

    private sealed record Link(GrpcChannel Channel, bool IsUpgraded);
}
