using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Tests.Contexts;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>
/// What speaks HTTP/1.1 as a Docker engine does, on a unix socket or on TCP, and does to its clients what a test wants.
/// One request a connection.
/// </summary>
internal sealed class FakeDaemon : IAsyncDisposable
{
    private const string Version =
        """{"Version":"20.10.24","ApiVersion":"1.41","Os":"linux","Arch":"amd64","Components":[{"Name":"Engine","Version":"20.10.24"}]}""";
    private const string Image =
        """
        {"Id":"sha256:00000000000000000000000000000000000000000000000000000000000000ff",
        "Os":"linux","Architecture":"arm","Variant":"v7"}
        """;
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _listener;
    private readonly Func<Stream, Task<Stream>> _wrap;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Func<FakeExchange, Task>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> _exchanges = [];
    private readonly Task _accepting;

    private FakeDaemon(Socket listener, Func<TemporaryFolder, EndPoint> endPoint, Func<EndPoint, string> address,
        Func<Stream, Task<Stream>> wrap)
    {
        _listener = listener;
        _wrap = wrap;
        _listener.Bind(endPoint(_folder));
        _listener.Listen();
        Endpoint = new EngineEndpoint(new Uri(address(_listener.LocalEndPoint!)), "the test");
        On("/_ping", exchange => exchange.AnswerAsync(200, "OK", "Builder-Version: 2"));
        On("/v1.41/version", exchange => exchange.AnswerAsync(200, Version));
        On("/v1.41/images/", exchange => exchange.AnswerAsync(200, exchange.IsAboutImage ? Image : "[]"));
        On("/v1.41/session", exchange => exchange.UpgradeAsync());
        On("/v1.41/grpc", exchange => exchange.UpgradeAsync(BuildKit.Methods));
        _accepting = AcceptAsync();
    }

    public static FakeDaemon OnSocket() => new(
        new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
        folder => new UnixDomainSocketEndPoint(folder["d.sock"]),
        local => "unix://" + local,
        Task.FromResult);

    public static FakeDaemon OnTcp(Func<Stream, Task<Stream>> wrap) => new(
        new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp),
        _ => new IPEndPoint(IPAddress.Loopback, 0),
        local => string.Create(CultureInfo.InvariantCulture, $"tcp://localhost:{((IPEndPoint)local).Port}"),
        wrap);

    public EngineEndpoint Endpoint { get; }

    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Gets what answers at <c>/grpc</c>.</summary>
    public FakeBuildKit BuildKit { get; } = new();

    /// <summary>Sets what answers requests whose path starts so; the longest start counts.</summary>
    public FakeDaemon On(string start, Func<FakeExchange, Task> answer)
    {
        _answers[start] = answer;
        return this;
    }

    /// <summary>
    /// Serves gRPC to connections that speak HTTP/2 from their beginning; its preface reads as a request without headers.
    /// </summary>
    public FakeDaemon ServesGrpc(params GrpcMethod[] methods) => On("*", exchange => exchange.ServeGrpcAsync(methods));

    /// <summary>Answers a build with what a recorded stream tells, by BuildKit's API and by the legacy builder's request.</summary>
    public FakeDaemon Builds(string stream)
    {
        BuildKit.Replays(stream);
        return On("/v1.41/build", async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.StreamAsync(stream);
            await exchange.EndAsync();
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_exchanges);
        _stop.Dispose();
        _folder.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _exchanges.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var connection = new NetworkStream(socket, ownsSocket: true);
            await using var stream = await _wrap(connection);
            var exchange = await FakeExchange.ReadAsync(stream, socket, _stop.Token);
            Requests.Enqueue(exchange.Request);
            var path = exchange.Request.Split(' ')[1];
            await _answers.Where(answer => path.StartsWith(answer.Key, StringComparison.Ordinal))
                .MaxBy(answer => answer.Key.Length)
                .Value(exchange);
        }
        catch (Exception exception)
            when (exception is IOException
                or OperationCanceledException
                or SocketException
                or ObjectDisposedException
                or System.Security.Authentication.AuthenticationException)
        {
            // The client has gone, or the test is over.
        }
    }
}

/// <summary>One request to the fake daemon, and the ways to answer it.</summary>
internal sealed class FakeExchange(string request, bool hasBody, int length, Stream stream, Socket socket, CancellationToken stop)
{
    /// <summary>Gets the method and the target, such as <c>GET /_ping</c>.</summary>
    public string Request => request;

    /// <summary>Gets a value indicating whether one image is asked about, and not a list or its history.</summary>
    public bool IsAboutImage =>
        request.StartsWith("GET ", StringComparison.Ordinal)
            && request.Contains("/json", StringComparison.Ordinal)
            && !request.Contains("/images/json", StringComparison.Ordinal);

    public static async Task<FakeExchange> ReadAsync(Stream stream, Socket socket, CancellationToken stop)
    {
        var request = await LineAsync(stream, stop);
        const string Length = "Content-Length: ";
        var (hasBody, length) = (false, 0);
        while (await LineAsync(stream, stop) is { Length: > 0 } header)
        {
            length = header.StartsWith(Length, StringComparison.OrdinalIgnoreCase)
                ? int.Parse(header[Length.Length..], CultureInfo.InvariantCulture) : length;
            hasBody |= header.Equals("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
        }

        return new FakeExchange(request[..request.LastIndexOf(' ')], hasBody, length, stream, socket, stop);
    }

    /// <summary>Asks for the body, where there is one, and reads it to its end.</summary>
    public async Task<byte[]> ReadBodyAsync()
    {
        if (!hasBody && length == 0)
        {
            return [];
        }

        await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), stop);
        if (!hasBody)
        {
            var whole = new byte[length];
            await stream.ReadExactlyAsync(whole, stop);
            return whole;
        }

        using var body = new MemoryStream();
        while (int.Parse(await LineAsync(stream, stop), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var length and > 0)
        {
            var chunk = new byte[length + 2];
            await stream.ReadExactlyAsync(chunk, stop);
            await body.WriteAsync(chunk.AsMemory(0, length), stop);
        }

        await LineAsync(stream, stop);
        return body.ToArray();
    }

    /// <summary>Switches the connection to HTTP/2, and then says nothing until the client hangs up.</summary>
    public async Task UpgradeAsync()
    {
        await WriteAsync("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
        await stream.CopyToAsync(Stream.Null, stop);
    }

    /// <summary>Switches the connection to HTTP/2, and serves gRPC on it, to its end or to the one that is given.</summary>
    public async Task UpgradeAsync(IReadOnlyCollection<GrpcMethod> methods, CancellationToken end = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, end);
        await WriteAsync("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
        await new GrpcServer(methods, new GrpcServerLimits()).RunAsync(stream, either.Token);
    }

    public Task ServeGrpcAsync(IReadOnlyCollection<GrpcMethod> methods) =>
        new GrpcServer(methods, new GrpcServerLimits()).RunAsync(new PrefixedStream("PRI * HTTP/2.0\r\n\r\n"u8.ToArray(), stream), stop);

    public Task AnswerAsync(int status, string body, string header = "X-Fake: yes") => WriteAsync(
        string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} Fake\r\nConnection: close\r\nContent-Type: application/json\r\n{header}\r\nContent-Length: "
                + $"{Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    /// <summary>Begins an answer of chunks and sends one; without <see cref="EndAsync"/> it is cut off.</summary>
    public Task StreamAsync(string chunk) => WriteAsync(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            + (chunk.Length == 0 ? "" : $"{Encoding.UTF8.GetByteCount(chunk):x}\r\n{chunk}\r\n"));

    public Task EndAsync() => WriteAsync("0\r\n\r\n");

    /// <summary>Says nothing more until the client or the test is gone.</summary>
    public Task StallAsync() => Task.Delay(Timeout.Infinite, stop);

    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    private Task WriteAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), stop).AsTask();

    private static async Task<string> LineAsync(Stream stream, CancellationToken stop)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await stream.ReadExactlyAsync(one, stop);
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }
    }
}
