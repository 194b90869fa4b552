using System.Net;
using System.Net.Sockets;
using Cake.MultiStage.Engine.Dialing;
using Docker.DotNet.Handler.Abstractions;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Engine;

/// <summary>
/// One connection logic for every request, Docker.DotNet's and our own: .NET's HTTP handler over a unix socket, a named
/// pipe or TCP.
/// </summary>
/// <remarks>
/// Docker.DotNet's own handlers write the whole request before they read any answer, take socket paths of at most 91
/// bytes, and can't tell a complete answer from one that was cut off. .NET's handler does none of these.
/// </remarks>
internal sealed class EngineTransport : IDockerHandlerFactory<EngineTransport.Options>
{
    private static readonly TimeSpan ContinueTimeout = TimeSpan.FromSeconds(2);

    // A host that is gone is noticed within 15 + 3 * 5 seconds, also where the engine has nothing to say for hours.
    private const int KeepAliveIdle = 15;
    private const int KeepAliveInterval = 5;
    private const int KeepAliveRetries = 3;

    /// <summary>The scheme of engines that are reached by ssh.</summary>
    public const string SshScheme = "ssh";

    public SocketsHttpHandler? Handler { get; private set; }

    public ResolvedTransport CreateHandler(ResolvedClientOptions clientOptions, ILogger logger) =>
        CreateHandler(new Options(), clientOptions, logger);

    public ResolvedTransport CreateHandler(Options transportOptions, ResolvedClientOptions clientOptions, ILogger logger)
    {
        var address = clientOptions.Endpoint;
        Handler = new SocketsHttpHandler
        {
            UseProxy = address.Scheme is not ("unix" or "npipe" or SshScheme),
            Expect100ContinueTimeout = ContinueTimeout,
            ResponseDrainTimeout = TimeSpan.Zero,
            // An engine redirects nothing. What travels along, credentials to registries above all, is for this host and no other.
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        switch (address.Scheme)
        {
            case "unix":
                Handler.ConnectCallback = async (_, token) => await LocalSocket.ConnectAsync(address.LocalPath, token);
                return new ResolvedTransport(Handler, new Uri("http://docker/"));
            case SshScheme:
                var target = SshTarget.Of(address);
                Handler.ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(ProgramStream.Open(target.Program));
                // Each connection is a login on the other host.
                Handler.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10);
                return new ResolvedTransport(Handler, new Uri("http://docker/"));
            case "npipe":
                Handler.ConnectCallback = async (_,
                    token) =>
                        await LocalSocket.ConnectPipeAsync(address.Host is "localhost" or "" ? "." : address.Host, address.Segments[^1],
                            token);
                return new ResolvedTransport(Handler, new Uri("http://docker/"));
            default:
                Handler.ConnectCallback = async (context, token) => await ConnectTcpAsync(context.DnsEndPoint, token);
                var scheme = clientOptions.AuthProvider.TlsEnabled ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
                return new ResolvedTransport(Handler,
                    new UriBuilder(address)
                        { Scheme = scheme, Port = address.Port > 0 ? address.Port : scheme == "https" ? 2376 : 2375 }.Uri);
        }
    }

    public Task<WriteClosableStream> HijackStreamAsync(HttpContent content) =>
        throw new NotSupportedException("Upgraded connections are taken from the response itself.");

    /// <summary>Connects by TCP, and has the system see to it that a peer that is gone is noticed.</summary>
    public static async Task<NetworkStream> ConnectTcpAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveIdle);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveInterval);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveRetries);
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal sealed record Options;
}
