using Cake.MultiStage.Engine.Grpc;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Grpc;

/// <summary>Transports that fail, or that never come back.</summary>
[TestFixture]
[CancelAfter(20_000)]
internal sealed class GrpcTransportTests
{
    private static readonly GrpcServerLimits Quick = new()
        { FlushTimeout = TimeSpan.FromMilliseconds(50), HandlerGrace = TimeSpan.FromMilliseconds(50) };

    private static readonly Func<Task> Never = () => Task.Delay(Timeout.Infinite);
    private static readonly Func<Task> Fine = () => Task.CompletedTask;
    private static readonly Func<Task> Failing = () => throw new InvalidOperationException("the transport is broken");

    private static readonly Func<Task> Blocking = () =>
    {
        Block();
        return Task.CompletedTask;
    };

    [Test]
    public async Task A_transport_that_heeds_no_token_holds_nobody_up()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        await using var transport = new FaultyStream(Never, Never, Never);

        var result = await new GrpcServer([], Quick).RunAsync(transport, stop.Token).WaitAsync(TimeSpan.FromSeconds(4));

        Assert.That(result.End, Is.EqualTo(GrpcEnd.Cancelled));
    }

    [Test]
    public async Task A_transport_that_blocks_its_reader_holds_nobody_up()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        await using var transport = new FaultyStream(Blocking, Blocking, Fine);

        var result = await new GrpcServer([], Quick).RunAsync(transport, stop.Token).WaitAsync(TimeSpan.FromSeconds(4));

        Assert.That(result.End, Is.EqualTo(GrpcEnd.Cancelled));
    }

    [Test]
    public async Task A_transport_that_fails_to_read_ends_the_connection()
    {
        await using var transport = new FaultyStream(Failing, Fine, Failing);

        var result = await new GrpcServer([], Quick).RunAsync(transport, CancellationToken.None);

        Assert.That((result.End, result.Detail),
            Is.EqualTo((GrpcEnd.TransportFailed, "InvalidOperationException: the transport is broken")));
    }

    [Test]
    public async Task A_transport_that_fails_to_write_ends_the_connection()
    {
        await using var transport = new FaultyStream(Never, Failing, Fine);

        var result = await new GrpcServer([], Quick).RunAsync(transport, CancellationToken.None);

        Assert.That(result.End, Is.EqualTo(GrpcEnd.TransportFailed));
    }

    [Test]
    public async Task A_server_told_to_stop_beforehand_does_not_start()
    {
        await using var transport = new FaultyStream(Never, Fine, Fine);

        var result = await new GrpcServer([], Quick).RunAsync(transport, new CancellationToken(canceled: true));

        Assert.That(result.End, Is.EqualTo(GrpcEnd.Cancelled));
    }

    [Test]
    public void Limits_that_make_no_sense_are_refused()
    {
        Assert.That(() => new GrpcServer([], new GrpcServerLimits { StreamWindow = 1000 }), Throws.InvalidOperationException);
        Assert.That(() => new GrpcServer([], new GrpcServerLimits { MaxFrameSize = 1 << 24 }), Throws.InvalidOperationException);
        Assert.That(() => new GrpcServer([], new GrpcServerLimits { MaxConcurrentStreams = 0 }), Throws.InvalidOperationException);
    }

    private static void Block() => Thread.Sleep(5000);

    private sealed class FaultyStream(Func<Task> read, Func<Task> write, Func<Task> close) : MemoryStream
    {
        private bool _closed;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await read();
            return 0;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await write();

        public override async ValueTask DisposeAsync()
        {
            // the server's turn; what the test disposes of after it is this object alone
            if (!_closed)
            {
                _closed = true;
                await close();
            }

            await base.DisposeAsync();
        }
    }
}
