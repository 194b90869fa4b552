using Cake.MultiStage.Engine.Grpc;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Grpc;

/// <summary>What a peer must not do, and what it is told for it.</summary>
[TestFixture]
[CancelAfter(20_000)]
internal sealed class Http2FaultTests
{
    private const int Headers = 1;
    private const int EndStream = 1;
    private const int EndHeaders = 4;
    private const int Padded = 8;

    private static readonly GrpcMethod[] Methods =
    [
        OctetMethod.Unary("/echo", (message, _) => Task.FromResult(message)),
        OctetMethod.Duplex("/wait", call => Task.Delay(Timeout.Infinite, call.CancellationToken)),
        OctetMethod.Duplex("/chat", async call =>
        {
            await foreach (var message in call.Requests)
            {
                await call.WriteAsync(message);
            }
        }),
    ];

    private static IEnumerable<TestCaseData> ConnectionFaults()
    {
        yield return Case("a frame on a reserved even stream", Http2ErrorCode.ProtocolError,
            peer => RawPeer.Frame(Headers, EndHeaders, 2, peer.Request()));
        yield return Case("HEADERS on stream 0", Http2ErrorCode.ProtocolError,
            peer => RawPeer.Frame(Headers, EndHeaders, 0, peer.Request()));
        yield return Case("DATA on stream 0", Http2ErrorCode.ProtocolError, _ => RawPeer.Frame(0, 0, 0, 1));
        yield return Case("DATA on an idle stream", Http2ErrorCode.ProtocolError, _ => RawPeer.Frame(0, 0, 1, 1));
        yield return Case("RST_STREAM on stream 0", Http2ErrorCode.ProtocolError, _ => RawPeer.Frame(3, 0, 0, 0, 0, 0, 8));
        yield return Case("RST_STREAM on an idle stream", Http2ErrorCode.ProtocolError, _ => RawPeer.Frame(3, 0, 1, 0, 0, 0, 8));
        yield return Case("RST_STREAM of a wrong length", Http2ErrorCode.FrameSizeError,
            peer => [.. Open(peer), .. RawPeer.Frame(3, 0, 1, 0, 0, 8)]);
        yield return Case("PRIORITY on stream 0", Http2ErrorCode.ProtocolError, _ => RawPeer.Frame(2, 0, 0, 0, 0, 0, 0, 0));
        yield return Case("PRIORITY of a wrong length", Http2ErrorCode.FrameSizeError, _ => RawPeer.Frame(2, 0, 1, 0, 0, 0, 0));
        yield return Case("PUSH_PROMISE", Http2ErrorCode.ProtocolError, _ => RawPeer.Frame(5, 4, 1, 0, 0, 0, 2));
        yield return Case("SETTINGS on a stream", Http2ErrorCode.ProtocolError, _ => RawPeer.Frame(4, 0, 1));
        yield return Case("SETTINGS of a wrong length", Http2ErrorCode.FrameSizeError, _ => RawPeer.Frame(4, 0, 0, 0, 1, 0, 0, 0));
        yield return Case("SETTINGS acknowledgement with a payload", Http2ErrorCode.FrameSizeError,
            _ => RawPeer.Frame(4, 1, 0, 0, 1, 0, 0, 0, 0));
        yield return Case("SETTINGS_ENABLE_PUSH of 2", Http2ErrorCode.ProtocolError, _ => RawPeer.Settings((2, 2)));
        yield return Case("SETTINGS_INITIAL_WINDOW_SIZE above 2^31-1", Http2ErrorCode.FlowControlError,
            _ => RawPeer.Settings((4, 1u << 31)));
        yield return Case("SETTINGS_MAX_FRAME_SIZE below 2^14", Http2ErrorCode.ProtocolError, _ => RawPeer.Settings((5, 16383)));
        yield return Case("SETTINGS_MAX_FRAME_SIZE above 2^24-1", Http2ErrorCode.ProtocolError, _ => RawPeer.Settings((5, 1 << 24)));
        yield return Case("PING on a stream", Http2ErrorCode.ProtocolError, _ => RawPeer.Frame(6, 0, 1, new byte[8]));
        yield return Case("PING of a wrong length", Http2ErrorCode.FrameSizeError, _ => RawPeer.Frame(6, 0, 0, new byte[7]));
        yield return Case("GOAWAY on a stream", Http2ErrorCode.ProtocolError, _ => RawPeer.Frame(7, 0, 1, new byte[8]));
        yield return Case("GOAWAY too short", Http2ErrorCode.FrameSizeError, _ => RawPeer.Frame(7, 0, 0, new byte[7]));
        yield return Case("WINDOW_UPDATE of a wrong length", Http2ErrorCode.FrameSizeError, _ => RawPeer.Frame(8, 0, 0, 0, 0, 1));
        yield return Case("WINDOW_UPDATE of zero on the connection", Http2ErrorCode.ProtocolError, _ => RawPeer.Frame(8, 0, 0, 0, 0, 0, 0));
        yield return Case("WINDOW_UPDATE on an idle stream", Http2ErrorCode.ProtocolError, _ => RawPeer.Frame(8, 0, 1, 0, 0, 0, 1));
        yield return Case("a connection window above 2^31-1", Http2ErrorCode.FlowControlError,
            _ => RawPeer.Frame(8, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF));
        yield return Case("a stream window above 2^31-1 through settings", Http2ErrorCode.FlowControlError,
            peer => [.. Open(peer), .. RawPeer.Frame(8, 0, 1, 0x7F, 0, 0, 0), .. RawPeer.Settings((4, int.MaxValue))]);
        yield return Case("CONTINUATION after nothing", Http2ErrorCode.ProtocolError,
            peer => RawPeer.Frame(9, EndHeaders, 1, peer.Request()));
        yield return Case("a frame within a header block", Http2ErrorCode.ProtocolError,
            peer => [.. RawPeer.Frame(Headers, 0, 1, peer.Request()), .. RawPeer.Frame(6, 0, 0, new byte[8])]);
        yield return Case("an unknown frame within a header block", Http2ErrorCode.ProtocolError,
            peer => [.. RawPeer.Frame(Headers, 0, 1, peer.Request()), .. RawPeer.Frame(99, 0, 0)]);
        yield return Case("CONTINUATION of another stream", Http2ErrorCode.ProtocolError,
            peer => [.. RawPeer.Frame(Headers, 0, 1, peer.Request()), .. RawPeer.Frame(9, EndHeaders, 3)]);
        yield return Case("more padding than DATA", Http2ErrorCode.ProtocolError,
            peer => [.. Open(peer), .. RawPeer.Frame(0, Padded, 1, 5, 0, 0)]);
        yield return Case("padding without its length", Http2ErrorCode.FrameSizeError,
            peer => [.. Open(peer), .. RawPeer.Frame(0, Padded, 1)]);
        yield return Case("more padding than HEADERS", Http2ErrorCode.ProtocolError,
            _ => RawPeer.Frame(Headers, EndHeaders | Padded, 1, 200, 0x82));
        yield return Case("HEADERS too short for its priority", Http2ErrorCode.FrameSizeError,
            _ => RawPeer.Frame(Headers, EndHeaders | 0x20, 1, 0, 0));
        yield return Case("a frame above the announced size", Http2ErrorCode.FrameSizeError,
            peer => [.. Open(peer), .. RawPeer.Frame(0, 0, 1, new byte[16385])]);
        yield return Case("a header block that is none", Http2ErrorCode.CompressionError, _ => RawPeer.Frame(Headers, EndHeaders, 1, 0x80));
        yield return Case("HEADERS on a stream the peer has reset", Http2ErrorCode.StreamClosed,
            peer => [.. Open(peer), .. RawPeer.Frame(3, 0, 1, 0, 0, 0, 8), .. RawPeer.Frame(Headers, EndHeaders, 1, peer.Request())]);
        yield return Case("a header list above the limit", Http2ErrorCode.EnhanceYourCalm,
            peer => RawPeer.Frame(Headers, EndHeaders, 1, peer.Block(("x", new string('~', 9000)))));
        yield return Case("an HPACK bomb", Http2ErrorCode.EnhanceYourCalm,
            peer => RawPeer.Frame(Headers, EndHeaders, 1, peer.Block([.. Enumerable.Repeat(("x", new string('x', 2000)), 3000)])));
        yield return Case("too many fields", Http2ErrorCode.EnhanceYourCalm,
            peer => RawPeer.Frame(Headers, EndHeaders, 1, peer.Block([.. Enumerable.Repeat(("x", "y"), 65)])));
        yield return Case("a header block without end", Http2ErrorCode.EnhanceYourCalm,
            _ => [.. RawPeer.Frame(Headers, 0, 1), .. Repeat(9, RawPeer.Frame(9, 0, 1, new byte[2000]))]);
        yield return Case("a flood of empty CONTINUATION", Http2ErrorCode.EnhanceYourCalm,
            _ => [.. RawPeer.Frame(Headers, 0, 1), .. Repeat(300, RawPeer.Frame(9, 0, 1))]);
        yield return Case("a flood of empty DATA", Http2ErrorCode.EnhanceYourCalm,
            peer => [.. Open(peer), .. Repeat(300, RawPeer.Frame(0, 0, 1))]);
        yield return Case("a flood of settings", Http2ErrorCode.EnhanceYourCalm, _ => Repeat(300, RawPeer.Settings((4, 70_000))));
        yield return Case("a flood of frames of unknown types", Http2ErrorCode.EnhanceYourCalm, _ => Repeat(300, RawPeer.Frame(99, 0, 0)));
        yield return Case("rapid reset", Http2ErrorCode.EnhanceYourCalm,
            peer => [.. Enumerable.Range(0, 300).SelectMany(number => Rapid(peer, (number * 2) + 1))]);
    }

    private static IEnumerable<TestCaseData> StreamFaults()
    {
        (string, string)[] pseudo = [(":method", "POST"), (":scheme", "http"), (":path", "/echo")];
        yield return Case("a field name with capitals", Http2ErrorCode.ProtocolError, peer => Head(peer, [.. pseudo, ("X-Y", "z")]));
        yield return Case("a field value with a line feed", Http2ErrorCode.ProtocolError, peer => Head(peer, [.. pseudo, ("x", "a\nb")]));
        yield return Case("an empty field name", Http2ErrorCode.ProtocolError, peer => Head(peer, [.. pseudo, ("", "a")]));
        yield return Case("a pseudo-header field of responses", Http2ErrorCode.ProtocolError,
            peer => Head(peer, [.. pseudo, (":status", "200")]));
        yield return Case("a pseudo-header field after others", Http2ErrorCode.ProtocolError,
            peer => Head(peer, [.. pseudo, ("x", "y"), (":authority", "a")]));
        yield return Case("a pseudo-header field twice", Http2ErrorCode.ProtocolError, peer => Head(peer, [.. pseudo, (":path", "/echo")]));
        yield return Case("no path", Http2ErrorCode.ProtocolError, peer => Head(peer, pseudo[..2]));
        yield return Case("an empty path", Http2ErrorCode.ProtocolError, peer => Head(peer, [.. pseudo[..2], (":path", "")]));
        yield return Case("no method", Http2ErrorCode.ProtocolError, peer => Head(peer, pseudo[1..]));
        yield return Case("no fields at all", Http2ErrorCode.ProtocolError, _ => RawPeer.Frame(Headers, EndHeaders, 1));
        yield return Case("the field connection", Http2ErrorCode.ProtocolError, peer => Head(peer, [.. pseudo, ("connection", "close")]));
        yield return Case("te of gzip", Http2ErrorCode.ProtocolError, peer => Head(peer, [.. pseudo, ("te", "gzip")]));
        yield return Case("a content-length that is none", Http2ErrorCode.ProtocolError,
            peer => Head(peer, [.. pseudo, ("content-length", "+1")]));
        yield return Case("a body beyond the content-length", Http2ErrorCode.ProtocolError,
            peer => [.. Head(peer, [.. pseudo[..2], (":path", "/wait"), ("content-type", "application/grpc"), ("content-length", "1")]),
                .. RawPeer.Frame(0, 0, 1, 1, 2)]);
        yield return Case("no body but a content-length", Http2ErrorCode.ProtocolError,
            peer => RawPeer.Frame(Headers, EndHeaders | EndStream, 1, peer.Block([.. pseudo, ("content-length", "1")])));
        yield return Case("WINDOW_UPDATE of zero", Http2ErrorCode.ProtocolError,
            peer => [.. Open(peer), .. RawPeer.Frame(8, 0, 1, 0, 0, 0, 0)]);
        yield return Case("a window above 2^31-1", Http2ErrorCode.FlowControlError,
            peer => [.. Open(peer), .. RawPeer.Frame(8, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF)]);
        yield return Case("DATA after the end", Http2ErrorCode.StreamClosed,
            peer => [.. RawPeer.Frame(Headers, EndHeaders | EndStream, 1, peer.Request("/wait")), .. RawPeer.Frame(0, 0, 1, 1)]);
        yield return Case("HEADERS after the end", Http2ErrorCode.StreamClosed,
            peer => [.. RawPeer.Frame(Headers, EndHeaders | EndStream, 1, peer.Request("/wait")),
                .. RawPeer.Frame(Headers, EndHeaders | EndStream, 1, peer.Block(("x", "y")))]);
        yield return Case("HEADERS in the middle", Http2ErrorCode.ProtocolError,
            peer => [.. Open(peer), .. RawPeer.Frame(Headers, EndHeaders, 1, peer.Block(("x", "y")))]);
        yield return Case("DATA on a stream the peer has reset", Http2ErrorCode.StreamClosed,
            peer => [.. Open(peer), .. RawPeer.Frame(3, 0, 1, 0, 0, 0, 8), .. RawPeer.Frame(0, 0, 1, 1)]);
        yield return Case("DATA beyond the stream's window", Http2ErrorCode.FlowControlError,
            peer => [.. Open(peer), .. Repeat(5, RawPeer.Frame(0, 0, 1, new byte[16384]))]);
    }

    [TestCaseSource(nameof(ConnectionFaults))]
    public async Task Ends_the_connection(Func<RawPeer, byte[]> fault, Http2ErrorCode code)
    {
        var limits = new GrpcServerLimits { MaxHeaderListSize = 8192, MaxHeaderCount = 64, NuisanceBurst = 200, NuisancesPerSecond = 0 };
        await using var peer = new RawPeer(Methods, limits);
        await peer.GreetAsync();

        await peer.SendAsync(fault(peer));

        Assert.That(await peer.NextGoAwayAsync(), Is.EqualTo(code));
        var result = await peer.Running;
        Assert.That((result.End, result.Code, result.Abandoned), Is.EqualTo((GrpcEnd.PeerFault, code, 0)));
    }

    [TestCaseSource(nameof(StreamFaults))]
    public async Task Ends_the_stream_alone(Func<RawPeer, byte[]> fault, Http2ErrorCode code)
    {
        await using var peer = new RawPeer(Methods, new GrpcServerLimits { StreamWindow = 65535 });
        await peer.GreetAsync();

        await peer.SendAsync(fault(peer));

        Assert.That(await peer.NextResetAsync(), Is.EqualTo((1, code)));
        await peer.SendAsync(RawPeer.Frame(Headers, EndHeaders, 3, peer.Request()), RawPeer.Frame(0, EndStream, 3, 0, 0, 0, 0, 0));
        Assert.That(await peer.NextHeadersAsync(), Does.ContainKey(":status"));
    }

    [Test]
    public async Task A_peer_that_speaks_HTTP_1_is_told_to_go_away()
    {
        await using var peer = new RawPeer(Methods);

        await peer.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        Assert.That(await peer.NextGoAwayAsync(), Is.EqualTo(Http2ErrorCode.ProtocolError));
    }

    [Test]
    public async Task A_peer_that_does_not_begin_with_settings_is_told_to_go_away()
    {
        await using var peer = new RawPeer(Methods);

        await peer.SendAsync(RawPeer.Preface, RawPeer.Frame(6, 0, 0, new byte[8]));

        Assert.That(await peer.NextGoAwayAsync(), Is.EqualTo(Http2ErrorCode.ProtocolError));
    }

    [Test]
    public async Task A_peer_that_does_not_begin_at_all_is_told_to_go_away()
    {
        await using var peer = new RawPeer(Methods, new GrpcServerLimits { HandshakeTimeout = TimeSpan.FromMilliseconds(50) });

        Assert.That(await peer.NextGoAwayAsync(), Is.EqualTo(Http2ErrorCode.SettingsTimeout));
    }

    [Test]
    public async Task A_peer_that_pings_and_does_not_read_is_left()
    {
        await using var peer = new RawPeer(Methods,
            new GrpcServerLimits { FlushTimeout = TimeSpan.FromMilliseconds(50), MaxQueuedReplies = 100 }, buffer: 1024);
        await peer.GreetAsync();

        var sending = peer.SendAsync(Repeat(10_000, RawPeer.Frame(6, 0, 0, new byte[8])));

        var result = await peer.Running;
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.That((result.End, result.Code), Is.EqualTo((GrpcEnd.PeerFault, Http2ErrorCode.EnhanceYourCalm)));
    }

    [Test]
    public async Task Data_beyond_the_connections_window_ends_it()
    {
        await using var peer = new RawPeer(Methods, new GrpcServerLimits { ConnectionWindow = 65535 });
        await peer.GreetAsync();

        await peer.SendAsync([.. Open(peer), .. Repeat(5, RawPeer.Frame(0, 0, 1, new byte[16384]))]);

        Assert.That(await peer.NextGoAwayAsync(), Is.EqualTo(Http2ErrorCode.FlowControlError));
    }

    [Test]
    public async Task A_call_too_many_is_refused()
    {
        await using var peer = new RawPeer(Methods, new GrpcServerLimits { MaxConcurrentStreams = 1 });
        await peer.GreetAsync();

        await peer.SendAsync(Open(peer), RawPeer.Frame(Headers, EndHeaders, 3, peer.Request()));

        Assert.That(await peer.NextResetAsync(), Is.EqualTo((3, Http2ErrorCode.RefusedStream)));
    }

    private static TestCaseData Case(string name, Http2ErrorCode code, Func<RawPeer, byte[]> fault) =>
        new TestCaseData(fault, code).SetArgDisplayNames(name);

    private static byte[] Open(RawPeer peer) => RawPeer.Frame(Headers, EndHeaders, 1, peer.Request("/wait"));

    private static byte[] Head(RawPeer peer, params (string, string)[] fields) => RawPeer.Frame(Headers, EndHeaders, 1, peer.Block(fields));

    private static byte[] Rapid(RawPeer peer, int stream) =>
        [.. RawPeer.Frame(Headers, EndHeaders, stream, peer.Request("/wait")), .. RawPeer.Frame(3, 0, stream, 0, 0, 0, 8)];

    private static byte[] Repeat(int times, byte[] piece) => [.. Enumerable.Repeat(piece, times).SelectMany(octets => octets)];
}
