using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Engine.Sessions.Messages;
using Cake.MultiStage.Tests.Engine;
using Google.Protobuf;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Sessions;

/// <summary>A session by gRPC, with an engine that says back in capitals what it is told.</summary>
[CancelAfter(30_000)]
public sealed class SessionStreamTests : EngineFixture
{
    private const string Path = "/moby.buildkit.v1.Control/Session";

    private TaskCompletionSource<GrpcMetadata> _metadata = null!;

    [SetUp]
    public void SpeakNothingButGrpc()
    {
        _metadata = new TaskCompletionSource<GrpcMetadata>();
        Daemon.On("/v1.41/grpc", exchange => exchange.AnswerAsync(404, "404 page not found"));
    }

    [Test]
    public async Task Octets_go_both_ways_and_the_metadata_names_the_session()
    {
        Daemon.ServesGrpc(GrpcMethod.Duplex<BytesMessage, BytesMessage>(Path, ShoutAsync));
        using var connection = await ConnectAsync();
        await using var stream = await OpenAsync(connection);
        await stream.WriteAsync("what is told"u8.ToArray());
        Assert.That(await ReadAsync(stream, "WELCOME;WHAT IS TOLD".Length), Is.EqualTo("WELCOME;WHAT IS TOLD"));
        var metadata = await _metadata.Task;
        Assert.That((metadata.First("x-docker-expose-session-uuid"), metadata.First("x-docker-expose-session-sharedkey")),
            Is.EqualTo(("the-id", "the-key")));
        Assert.That(metadata.All("x-docker-expose-session-grpc-method"), Is.EqualTo(["/a.B/C"]));
    }

    [Test]
    public async Task A_megabyte_comes_back_whole()
    {
        Daemon.ServesGrpc(GrpcMethod.Duplex<BytesMessage, BytesMessage>(Path, ShoutAsync));
        using var connection = await ConnectAsync();
        await using var stream = await OpenAsync(connection);
        var sent = new string('x', 1_000_000);
        var received = new byte["WELCOME;".Length + sent.Length];
        await Task.WhenAll(stream.ReadExactlyAsync(received).AsTask(),
            stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(sent)).AsTask());
        Assert.That(System.Text.Encoding.ASCII.GetString(received), Is.EqualTo("WELCOME;" + sent.ToUpperInvariant()));
    }

    [Test]
    public async Task Closing_the_stream_ends_the_call()
    {
        var ended = new TaskCompletionSource();
        Daemon.ServesGrpc(GrpcMethod.Duplex<BytesMessage, BytesMessage>(Path, async call =>
        {
            try
            {
                await ShoutAsync(call);
            }
            finally
            {
                ended.SetResult();
            }
        }));
        using var connection = await ConnectAsync();
        var stream = await OpenAsync(connection);
        // A call that is closed before it has begun never comes to the engine.
        await _metadata.Task;
        await stream.DisposeAsync();
        await ended.Task;
    }

    [Test]
    public async Task An_engine_that_ends_the_call_ends_the_stream()
    {
        Daemon.ServesGrpc(GrpcMethod.Duplex<BytesMessage, BytesMessage>(Path, call => call.WriteAsync(Message("BYE"))));
        using var connection = await ConnectAsync();
        await using var stream = await OpenAsync(connection);
        using var reader = new StreamReader(stream);
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("BYE"));
    }

    private static async Task<SessionStream> OpenAsync(EngineConnection connection)
    {
        var control = new Control.ControlClient(await connection.Link.ChannelAsync(CancellationToken.None));
        return new SessionStream(control.Session(SessionHeaders.Metadata("the-id", "the-key", "/a.B/C")));
    }

    private async Task ShoutAsync(GrpcCall<BytesMessage, BytesMessage> call)
    {
        _metadata.TrySetResult(call.Metadata);
        await call.WriteAsync(Message("WELCOME;"));
        await foreach (var message in call.Requests)
        {
            await call.WriteAsync(Message(message.Data.ToStringUtf8().ToUpperInvariant()));
        }
    }

    private static BytesMessage Message(string text) => new() { Data = ByteString.CopyFromUtf8(text) };

    private static async Task<string> ReadAsync(Stream stream, int length)
    {
        var octets = new byte[length];
        await stream.ReadExactlyAsync(octets);
        return System.Text.Encoding.ASCII.GetString(octets);
    }
}
