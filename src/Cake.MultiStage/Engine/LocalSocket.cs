using System.IO.Pipes;
using System.Net.Sockets;

namespace Cake.MultiStage.Engine;

/// <summary>Connects to what listens on this host: a unix socket by its path, a named pipe by <c>\\server\pipe\name</c>.</summary>
internal static class LocalSocket
{
    private static readonly TimeSpan PipeTimeout = TimeSpan.FromSeconds(10);

    public static async Task<Stream> ConnectAsync(string path, CancellationToken cancellationToken) =>
        path.StartsWith(@"\\", StringComparison.Ordinal) && path.Split('\\') is ["", "", var server, "pipe", var name]
            ? await ConnectPipeAsync(server, name, cancellationToken)
            : await ConnectUnixAsync(path, cancellationToken);

    public static async Task<Stream> ConnectPipeAsync(string server, string name, CancellationToken cancellationToken)
    {
        var pipe = new NamedPipeClientStream(server, name, PipeDirection.InOut, PipeOptions.Asynchronous);
        try
        {
            await pipe.ConnectAsync(PipeTimeout, cancellationToken);
            return pipe;
        }
        catch
        {
            await pipe.DisposeAsync();
            throw;
        }
    }

    private static async Task<Stream> ConnectUnixAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
