using System.Net;
using System.Security.Cryptography;
using Cake.MultiStage.Engine.Grpc;
using Google.Protobuf.WellKnownTypes;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Grpc;

[TestFixture]
[CancelAfter(30_000)]
internal sealed class GrpcServerTests
{
    private const string EchoPath = "/test.Service/Echo";
    private const string ChatPath = "/test.Service/Chat";
    private static readonly GrpcMethod Echo = OctetMethod.Unary(EchoPath, (message, _) => Task.FromResult(message));

    private static readonly GrpcMethod Chat = OctetMethod.Duplex(ChatPath, async call =>
    {
        await foreach (var message in call.Requests)
        {
            await call.WriteAsync(message);
        }
    });

    [Test]
    public async Task A_unary_call_is_answered()
    {
        await using var client = new GrpcTestClient([Echo]);

        var (status, _, messages) = await client.CallAsync(EchoPath, GrpcTestClient.Frame([1, 2, 3]));

        Assert.That(status, Is.EqualTo("0"));
        Assert.That(messages, Is.EqualTo(new[] { new byte[] { 1, 2, 3 } }));
    }

    [Test]
    public async Task A_call_of_protobuf_messages_is_answered()
    {
        await using var client = new GrpcTestClient(
            [GrpcMethod.Unary<StringValue, StringValue>("/p",
                (request, _) => Task.FromResult(new StringValue { Value = request.Value + "!" }))]);

        var (status, _, messages) = await client.CallAsync("/p", GrpcTestClient.Frame([0x0A, 2, (byte)'h', (byte)'i']));

        Assert.That(status, Is.EqualTo("0"));
        Assert.That(StringValue.Parser.ParseFrom(messages.Single()).Value, Is.EqualTo("hi!"));
    }

    [Test]
    public async Task Five_megabytes_go_through_the_windows_both_ways()
    {
        var message = RandomNumberGenerator.GetBytes(5 << 20);
        await using var client = new GrpcTestClient([Echo], new GrpcServerLimits { StreamWindow = 65535, ConnectionWindow = 65535 });

        var (status, _, messages) = await client.CallAsync(EchoPath, GrpcTestClient.Frame(message));

        Assert.That(status, Is.EqualTo("0"));
        Assert.That(messages.Single().AsSpan().SequenceEqual(message), Is.True);
    }

    [Test]
    public async Task Fifty_calls_go_in_parallel()
    {
        await using var client = new GrpcTestClient([Echo]);

        var calls = await Task.WhenAll(Enumerable.Range(0, 50)
            .Select(number => client.CallAsync(EchoPath, GrpcTestClient.Frame(Enumerable.Repeat((byte)number, 40_000).ToArray()))));

        Assert.That(calls.Select(call => call.Status), Is.All.EqualTo("0"));
        Assert.That(calls.Select(call => call.Messages.Single().Distinct().Single()), Is.EqualTo(Enumerable.Range(0, 50)));
    }

    [Test]
    public async Task More_calls_than_streams_wait_their_turn()
    {
        await using var client = new GrpcTestClient([Echo], new GrpcServerLimits { MaxConcurrentStreams = 3 });
        await client.CallAsync(EchoPath, GrpcTestClient.Frame([0]));

        var calls = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => client.CallAsync(EchoPath, GrpcTestClient.Frame([1]))));

        Assert.That(calls.Select(call => call.Status), Is.All.EqualTo("0"));
    }

    [Test]
    public async Task A_duplex_call_echoes_each_message_before_the_next()
    {
        await using var client = new GrpcTestClient([Chat]);
        var sending = new TaskCompletionSource<Stream>();
        var done = new TaskCompletionSource();
        var answer = client.SendAsync(ChatPath, new CallbackContent(async stream =>
        {
            sending.SetResult(stream);
            await done.Task;
        }));
        var there = await sending.Task;
        Stream? back = null;
        for (byte number = 0; number < 20; number++)
        {
            await there.WriteAsync(GrpcTestClient.Frame([number]));
            await there.FlushAsync();
            back ??= await (await answer).Content.ReadAsStreamAsync();
            Assert.That(await GrpcTestClient.ReadMessageAsync(back), Is.EqualTo(new[] { number }));
        }

        done.SetResult();
        Assert.That(await back!.ReadAsync(new byte[1]), Is.Zero);
        Assert.That(GrpcTestClient.Trailer(await answer, "grpc-status"), Is.EqualTo("0"));
    }

    [Test]
    public async Task A_handler_that_needs_no_more_ends_a_call_the_caller_still_sends_on()
    {
        await using var client = new GrpcTestClient([OctetMethod.Duplex("/first", async call =>
        {
            await foreach (var message in call.Requests)
            {
                await call.WriteAsync(message);
                return;
            }
        })]);
        using var content = new CallbackContent(async stream =>
        {
            await stream.WriteAsync(GrpcTestClient.Frame([7]));
            await stream.FlushAsync();
            await Task.Delay(Timeout.Infinite, new CancellationTokenSource(20_000).Token);
        });

        using var response = await client.SendAsync("/first", content);

        Assert.That(await response.Content.ReadAsByteArrayAsync(), Has.Length.EqualTo(6));
        Assert.That(GrpcTestClient.Trailer(response, "grpc-status"), Is.EqualTo("0"));
    }

    [Test]
    public async Task Messages_written_at_the_same_time_stay_whole()
    {
        await using var client = new GrpcTestClient(
            [OctetMethod.Duplex("/many",
                call =>
                    Task.WhenAll(Enumerable.Range(0, 20)
                        .Select(number => Task.Run(() => call.WriteAsync(Enumerable.Repeat((byte)number, 100_000).ToArray())))))]);

        var (status, _, messages) = await client.CallAsync("/many", []);

        Assert.That(status, Is.EqualTo("0"));
        Assert.That(messages.Select(message => (message.Length, message.Distinct().Single())),
            Is.EquivalentTo(Enumerable.Range(0, 20).Select(number => (100_000, (byte)number))));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_call_beyond_its_deadline_is_told_so_whether_or_not_the_handler_heeds_it(bool heeds)
    {
        var never = new TaskCompletionSource<ReadOnlyMemory<byte>>();
        await using var client = new GrpcTestClient(
            [OctetMethod.Unary("/slow", (_, context) => heeds ? never.Task.WaitAsync(context.CancellationToken) : never.Task)]);

        var (status, _, _) = await client.CallAsync("/slow", GrpcTestClient.Frame([]), default, ("grpc-timeout", "50m"));
        never.TrySetCanceled();

        Assert.That(status, Is.EqualTo("4"));
    }

    [Test]
    public async Task A_call_with_the_longest_timeout_is_answered()
    {
        await using var client = new GrpcTestClient([Echo]);

        var (status, _, _) = await client.CallAsync(EchoPath, GrpcTestClient.Frame([]), default, ("grpc-timeout", "99999999H"));

        Assert.That(status, Is.EqualTo("0"));
    }

    [Test]
    public async Task A_caller_that_cancels_cancels_the_handler_and_nothing_else()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var client = new GrpcTestClient([Echo, OctetMethod.Duplex("/wait", async call =>
        {
            await using var registration = call.CancellationToken.Register(cancelled.SetResult);
            started.SetResult();
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
        })]);
        using var cancel = new CancellationTokenSource();
        var call = client.CallAsync("/wait", GrpcTestClient.Frame([]), cancel.Token);
        await started.Task;

        await cancel.CancelAsync();

        Assert.That(() => call, Throws.InstanceOf<OperationCanceledException>());
        await cancelled.Task;
        Assert.That((await client.CallAsync(EchoPath, GrpcTestClient.Frame([]))).Status, Is.EqualTo("0"));
    }

    [Test]
    public async Task Metadata_reaches_the_handler()
    {
        GrpcMetadata? seen = null;
        await using var client = new GrpcTestClient([OctetMethod.Unary("/m", (message, context) =>
        {
            seen = context.Metadata;
            return Task.FromResult(message);
        })]);

        await client.CallAsync("/m", GrpcTestClient.Frame([]), default, ("dir-name", "context"), ("x-bin", "AQI"), ("X-Bin", "AQID,AQ=="));

        Assert.That(seen!.First("Dir-Name"), Is.EqualTo("context"));
        Assert.That(seen.All("absent"), Is.Empty);
        Assert.That(string.Join(", ", seen.All("x-bin")), Is.EqualTo("AQI, AQID,AQ=="));
    }

    [Test]
    public async Task A_server_told_to_stop_cancels_its_handlers_and_returns()
    {
        var started = new TaskCompletionSource();
        await using var client = new GrpcTestClient([OctetMethod.Duplex("/wait", async call =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
        })]);
        var call = client.CallAsync("/wait", GrpcTestClient.Frame([]));
        await started.Task;

        await client.StopAsync();

        var result = await client.Running;
        Assert.That((result.End, result.Code, result.Calls, result.Abandoned),
            Is.EqualTo((GrpcEnd.Cancelled, Http2ErrorCode.NoError, 1, 0)));
        Assert.That(() => call, Throws.InstanceOf<HttpRequestException>());
    }

    [Test]
    public async Task A_handler_that_never_returns_is_abandoned()
    {
        var started = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        await using var client = new GrpcTestClient(
            [OctetMethod.Duplex("/wait", async _ =>
            {
                started.SetResult();
                await never.Task;
            })],
            new GrpcServerLimits { HandlerGrace = TimeSpan.FromMilliseconds(50) });
        var call = client.CallAsync("/wait", GrpcTestClient.Frame([]));
        await started.Task;

        await client.StopAsync();

        Assert.That((await client.Running).Abandoned, Is.EqualTo(1));
        Assert.That(() => call, Throws.InstanceOf<HttpRequestException>());
        never.SetResult();
    }

    private sealed class CallbackContent(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
