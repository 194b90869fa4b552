using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>A way to a server on this host that cuts some connections off while much is sent, and lets the others through.</summary>
internal sealed class DroppingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly IPEndPoint _server;
    private readonly int _drops;
    private readonly int _after;
    private readonly Task _serving;
    private int _dropped;

    /// <param name="server">The server, as host and port.</param>
    /// <param name="drops">How many connections are cut off.</param>
    /// <param name="after">After how many bytes that were sent.</param>
    public DroppingProxy(string server, int drops, int after)
    {
        (_server, _drops, _after) = (IPEndPoint.Parse(server), drops, after);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Gets how many connections were cut off.</summary>
    public int Dropped => Math.Min(_dropped, _drops);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> open = [];
        while (!_end.IsCancellationRequested)
        {
            open.Add(PassAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }

        await Task.WhenAll(open);
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(_server, _end.Token);
                await Task.WhenAny(SendAsync(client, server), server.GetStream().CopyToAsync(client.GetStream(), _end.Token));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // Either side has had enough.
                return;
            }
        }
    }

    private async Task SendAsync(TcpClient client, TcpClient server)
    {
        var buffer = new byte[16 << 10];
        long sent = 0;
        while (await client.GetStream().ReadAsync(buffer, _end.Token) is > 0 and var read)
        {
            sent += read;
            if (sent > _after && Interlocked.Increment(ref _dropped) <= _drops)
            {
                // An end without a word, as of a cable that was pulled.
                client.LingerState = new LingerOption(enable: true, seconds: 0);
                return;
            }

            await server.GetStream().WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }
}
