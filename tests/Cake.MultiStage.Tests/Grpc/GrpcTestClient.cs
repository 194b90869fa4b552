using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using Cake.MultiStage.Engine.Grpc;

namespace Cake.MultiStage.Tests.Grpc;

/// <summary>The runtime's own HTTP/2 client on the other side of a server's connection.</summary>
[SuppressMessage("Reliability", "CA2000",
    Justification = "The client owns its handler, and a request outlives the wait for its response's head.")]
internal sealed class GrpcTestClient : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly DuplexEnd _there;
    private readonly CancellationTokenSource _stop = new();

    public GrpcTestClient(IReadOnlyCollection<GrpcMethod> methods, GrpcServerLimits? limits = null)
    {
        (var here, _there) = DuplexPair.Create();
        Running = new GrpcServer(methods, limits ?? new GrpcServerLimits()).RunAsync(_there, _stop.Token);
        _client = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(here) },
            disposeHandler: true);
    }

    public Task<GrpcServerResult> Running { get; }

    /// <summary>Gets how often the server has written to its transport.</summary>
    public int ServerWrites => _there.Writes;

    public Task StopAsync() => _stop.CancelAsync();

    public async Task<(string? Status, string? Message, byte[][] Messages)> CallAsync(string path, byte[] body,
        CancellationToken cancellationToken = default, params (string Key, string Value)[] metadata)
    {
        using var response = await SendAsync(path, new ByteArrayContent(body), cancellationToken, metadata);
        var received = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return (Trailer(response, "grpc-status"), Trailer(response, "grpc-message"), [.. Split(received)]);
    }

    public Task<HttpResponseMessage> SendAsync(string path, HttpContent content, CancellationToken cancellationToken = default,
        params (string Key, string Value)[] metadata)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost" + path)
            { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        Array.ForEach(metadata, pair => request.Headers.TryAddWithoutValidation(pair.Key, pair.Value));
        return _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public static string? Trailer(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var late) ? late.Single()
        : response.Headers.TryGetValues(name, out var early) ? early.Single()
        : null;

    public static byte[] Frame(byte[] message, byte flag = 0)
    {
        var framed = new byte[message.Length + 5];
        framed[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, 5);
        return framed;
    }

    public static async Task<byte[]> ReadMessageAsync(Stream stream)
    {
        var prefix = new byte[5];
        await stream.ReadExactlyAsync(prefix);
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await stream.ReadExactlyAsync(message);
        return message;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _stop.CancelAsync();
        await Running.WaitAsync(TimeSpan.FromSeconds(20));
        _stop.Dispose();
    }

    private static IEnumerable<byte[]> Split(byte[] octets)
    {
        for (var at = 0; at < octets.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(octets.AsSpan(at + 1));
            yield return octets[(at + 5)..(at + 5 + length)];
            at += 5 + length;
        }
    }
}
