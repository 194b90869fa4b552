using System.Buffers.Binary;
using Cake.MultiStage.Engine.Grpc;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Grpc;

/// <summary>What a peer may do, and what comes of it.</summary>
[TestFixture]
[CancelAfter(20_000)]
internal sealed class Http2ConnectionTests
{
    private const int EndStream = 1;
    private const int EndHeaders = 4;

    private static readonly GrpcMethod[] Methods =
    [
        OctetMethod.Unary("/echo", (message, _) => Task.FromResult(message)),
        OctetMethod.Unary("/big", (_, _) => Task.FromResult<ReadOnlyMemory<byte>>(new byte[995])),
        OctetMethod.Duplex("/wait", call => Task.Delay(Timeout.Infinite, call.CancellationToken)),
    ];

    private RawPeer _peer = null!;

    [SetUp]
    public async Task Greet()
    {
        _peer = new RawPeer(Methods);
        await _peer.GreetAsync();
    }

    [TearDown]
    public async Task Leave() => await _peer.DisposeAsync();

    [Test]
    public async Task The_server_begins_with_settings_and_acknowledges_the_peers()
    {
        var first = await _peer.ReadAsync();

        Assert.That(first!.Value.Type, Is.EqualTo(Http2FrameType.Settings));
        Assert.That((await _peer.NextAsync(Http2FrameType.Settings, ack: true)).Payload.IsEmpty, Is.True);
    }

    [Test]
    public async Task A_ping_comes_back_with_its_octets()
    {
        await _peer.SendAsync(RawPeer.Frame(6, 1, 0, new byte[8]), RawPeer.Frame(6, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8));

        Assert.That((await _peer.NextAsync(Http2FrameType.Ping, ack: true)).Payload.ToArray(),
            Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }));
    }

    [Test]
    public async Task Padding_priority_and_continuation_are_understood()
    {
        var block = _peer.Request();
        byte[] padded = [3, 0, 0, 0, 0, 16, .. block[..5], 0, 0, 0];

        await _peer.SendAsync(
            RawPeer.Frame(2, 0, 1, 0, 0, 0, 0, 1),
            RawPeer.Frame(1, 0x28, 1, padded),
            RawPeer.Frame(9, 0, 1, block[5..6]),
            RawPeer.Frame(9, EndHeaders, 1, block[6..]),
            RawPeer.Frame(0, 8 | EndStream, 1, 2, 0, 0, 0, 0, 1, 42, 0, 0));

        Assert.That((await _peer.NextHeadersAsync())["content-type"], Is.EqualTo("application/grpc"));
        Assert.That((await _peer.NextAsync(Http2FrameType.Data)).Payload.ToArray(), Is.EqualTo(new byte[] { 0, 0, 0, 0, 1, 42 }));
        Assert.That((await _peer.NextHeadersAsync())["grpc-status"], Is.EqualTo("0"));
    }

    [Test]
    public async Task Trailers_of_the_request_end_it()
    {
        await _peer.SendAsync(
            RawPeer.Frame(1, EndHeaders, 1, _peer.Request()),
            RawPeer.Frame(0, 0, 1, 0, 0, 0, 0, 0),
            RawPeer.Frame(1, EndHeaders | EndStream, 1, _peer.Block(("x-checksum", "1"))));

        await _peer.NextHeadersAsync();
        Assert.That((await _peer.NextHeadersAsync())["grpc-status"], Is.EqualTo("0"));
    }

    [Test]
    public async Task An_error_without_messages_is_trailers_only()
    {
        await _peer.SendAsync(RawPeer.Frame(1, EndHeaders | EndStream, 1, _peer.Request("/none")));

        var frame = await _peer.NextAsync(Http2FrameType.Headers);
        Assert.That(frame.Has(Http2FrameFlags.EndStream), Is.True);
    }

    [TestCase("POST", "text/plain", "415")]
    [TestCase("POST", "application/grpc-web", "415")]
    [TestCase("GET", "application/grpc", "405")]
    public async Task A_request_that_is_no_call_is_answered_in_HTTP(string method, string type, string status)
    {
        await _peer.SendAsync(
            RawPeer.Frame(1, EndHeaders | EndStream, 1,
                _peer.Block((":method", method), (":scheme", "http"), (":path", "/echo"), ("content-type", type))));

        Assert.That((await _peer.NextHeadersAsync())[":status"], Is.EqualTo(status));
    }

    [Test]
    public async Task Data_waits_for_windows_even_below_zero()
    {
        await _peer.SendAsync(RawPeer.Settings((4, 100)));
        await _peer.SendAsync(RawPeer.Frame(1, EndHeaders, 1, _peer.Request("/big")), RawPeer.Frame(0, EndStream, 1, 0, 0, 0, 0, 0));
        Assert.That((await _peer.NextAsync(Http2FrameType.Data)).Payload.Length, Is.EqualTo(100));

        // the window is at 0, then at -100, then at 50
        await _peer.SendAsync(RawPeer.Settings((4, 0)), Widen(1, 150));
        Assert.That((await _peer.NextAsync(Http2FrameType.Data)).Payload.Length, Is.EqualTo(50));

        await _peer.SendAsync(RawPeer.Settings((4, 10)));
        Assert.That((await _peer.NextAsync(Http2FrameType.Data)).Payload.Length, Is.EqualTo(10));

        await _peer.SendAsync(Widen(1, 1_000_000));
        Assert.That((await _peer.NextAsync(Http2FrameType.Data)).Payload.Length, Is.EqualTo(840));
    }

    [Test]
    public async Task A_call_reset_while_it_waits_for_a_window_leaves_the_others_alone()
    {
        await _peer.SendAsync(RawPeer.Settings((4, 0)));
        await _peer.SendAsync(RawPeer.Frame(1, EndHeaders, 1, _peer.Request("/big")), RawPeer.Frame(0, EndStream, 1, 0, 0, 0, 0, 0));
        await _peer.NextHeadersAsync();

        await _peer.SendAsync(RawPeer.Frame(3, 0, 1, 0, 0, 0, 8), RawPeer.Settings((4, 65535)));

        await _peer.SendAsync(RawPeer.Frame(1, EndHeaders, 3, _peer.Request()), RawPeer.Frame(0, EndStream, 3, 0, 0, 0, 0, 0));
        Assert.That((await _peer.NextAsync(Http2FrameType.Data)).StreamId, Is.EqualTo(3));
    }

    [Test]
    public async Task What_is_read_and_what_nobody_will_read_widens_the_connection_again()
    {
        // each call leaves data unread, so without credit for it the connection would be stuck after sixteen of them
        for (var stream = 1; stream < 100; stream += 2)
        {
            await _peer.SendAsync(RawPeer.Frame(1, EndHeaders, stream, _peer.Request("/none")));
            await _peer.NextAsync(Http2FrameType.Headers);
            for (var frame = 0; frame < 32; frame++)
            {
                await _peer.SendAsync(RawPeer.Frame(0, 0, stream, new byte[16384]));
            }
        }

        await _peer.SendAsync(RawPeer.Frame(6, 0, 0, new byte[8]));
        Assert.That((await _peer.NextAsync(Http2FrameType.Ping, ack: true)).Payload.Length, Is.EqualTo(8));
    }

    [Test]
    public async Task A_smaller_header_table_is_taken_over_and_told()
    {
        await _peer.SendAsync(RawPeer.Settings((1, 0)), RawPeer.Frame(1, EndHeaders | EndStream, 1, _peer.Request("/none")));

        var block = (await _peer.NextAsync(Http2FrameType.Headers)).Payload.ToArray();
        Assert.That(block[0], Is.EqualTo(0x20));
    }

    [Test]
    public async Task A_peer_that_goes_away_gets_the_answer_to_its_last_call()
    {
        await _peer.SendAsync(RawPeer.Frame(1, EndHeaders, 1, _peer.Request()), RawPeer.Frame(7, 0, 0, new byte[8]),
            RawPeer.Frame(0, EndStream, 1, 0, 0, 0, 0, 0));

        await _peer.NextHeadersAsync();
        Assert.That((await _peer.NextHeadersAsync())["grpc-status"], Is.EqualTo("0"));
        Assert.That(await _peer.NextGoAwayAsync(), Is.EqualTo(Http2ErrorCode.NoError));
        Assert.That((await _peer.Running).End, Is.EqualTo(GrpcEnd.PeerWentAway));
    }

    [Test]
    public async Task A_peer_that_closes_in_the_middle_cancels_its_calls()
    {
        await _peer.SendAsync(RawPeer.Frame(1, EndHeaders, 1, _peer.Request("/wait")), [0, 0, 100, 0, 0]);

        _peer.Close();

        var result = await _peer.Running;
        Assert.That((result.End, result.Calls, result.Abandoned), Is.EqualTo((GrpcEnd.PeerClosed, 1, 0)));
    }

    private static byte[] Widen(int stream, int increment)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, increment);
        return RawPeer.Frame(8, 0, stream, payload);
    }
}
