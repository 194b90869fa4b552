using System.Globalization;
using System.Net;
using System.Text;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>A package feed on this host that answers only to who has its token.</summary>
internal sealed class PrivateFeed : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _serving;

    public PrivateFeed(string token)
    {
        // A port may be taken; a listener that could not start is of no more use.
        for (var attempt = 0; ; attempt++)
        {
            Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Random.Shared.Next(20_000, 32_000)}");
            _listener = new HttpListener();
            _listener.Prefixes.Add(Address + "/");
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                continue;
            }
        }

        _serving = ServeAsync($"Bearer {token}");
    }

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving.ContinueWith(_ => { }, TaskScheduler.Default);
        _listener.Close();
    }

    private async Task ServeAsync(string wanted)
    {
        while (_listener.IsListening)
        {
            var context = await _listener.GetContextAsync();
            var isAllowed = context.Request.Headers["Authorization"] == wanted;
            context.Response.StatusCode = isAllowed ? 200 : 401;
            await context.Response.OutputStream.WriteAsync(Encoding.ASCII.GetBytes(isAllowed ? "Hello from a private feed!\n" : "no"));
            context.Response.Close();
        }
    }
}
