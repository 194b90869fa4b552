using System.Net.Sockets;
using System.Text;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>
/// Stands before an engine and makes one of it that has dropped <c>/session</c> and <c>/grpc</c>, and serves gRPC straight on its socket:
/// HTTP/2 connections go on to BuildKit's own services, which today's engines have behind <c>/grpc</c>.
/// </summary>
internal sealed class SessionlessProxy : IAsyncDisposable
{
    private const string Gone =
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 19\r\nConnection: close\r\n\r\n404 page not found\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("proxy-").FullName;
    private readonly string _engine;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private int _calls;

    public SessionlessProxy(string engine)
    {
        _engine = new Uri(engine).LocalPath;
        var socket = Path.Combine(_folder, "d.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(socket));
        _listener.Listen();
        Host = "unix://" + socket;
        _accepting = AcceptAsync();
    }

    public string Host { get; }

    /// <summary>Gets how many connections spoke HTTP/2 from their beginning.</summary>
    public int Http2Connections => _calls;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await TestContext.Out.WriteLineAsync("The proxy stops.");
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await using var near = new NetworkStream(client, ownsSocket: true);
            await engine.ConnectAsync(new UnixDomainSocketEndPoint(_engine), _stop.Token);
            await using var far = new NetworkStream(engine);
            var first = new byte[64 * 1024];
            var count = await near.ReadAsync(first, _stop.Token);
            if (Encoding.ASCII.GetString(first, 0, count).StartsWith("PRI ", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _calls);
                await UpgradeAsync(far);
            }

            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await Task.WhenAll(CopyBackAsync(far, near, end.Token), PassAsync(near, far, first, count, end));
        }
        catch (Exception exception)
            when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side has hung up, or the test is over.
            return;
        }
    }

    private async Task UpgradeAsync(NetworkStream engine)
    {
        await engine.WriteAsync("POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"u8.ToArray(),
            _stop.Token);
        var answer = new StringBuilder();
        var one = new byte[1];
        while (!answer.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await engine.ReadExactlyAsync(one, _stop.Token);
            answer.Append((char)one[0]);
        }
    }

    /// <summary>Passes on what the client sends, request by request; its handler writes a request's head at once.</summary>
    private static async Task PassAsync(NetworkStream client, NetworkStream engine, byte[] buffer, int first, CancellationTokenSource end)
    {
        try
        {
            for (var count = first; count > 0; count = await client.ReadAsync(buffer, end.Token))
            {
                var head = Encoding.ASCII.GetString(buffer, 0, Math.Min(count, 40));
                if (head.StartsWith("POST /v1.41/session ", StringComparison.Ordinal)
                    || head.StartsWith("POST /v1.41/grpc ", StringComparison.Ordinal))
                {
                    await client.WriteAsync(Encoding.ASCII.GetBytes(Gone), end.Token);
                    return;
                }

                await engine.WriteAsync(buffer.AsMemory(0, count), end.Token);
            }
        }
        finally
        {
            await end.CancelAsync();
        }
    }

    private static async Task CopyBackAsync(NetworkStream engine, NetworkStream client, CancellationToken stop)
    {
        try
        {
            await engine.CopyToAsync(client, stop);
            client.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            return;
        }
    }
}
