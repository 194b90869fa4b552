using System.Diagnostics;
using Cake.MultiStage.Engine.Grpc;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Grpc;

/// <summary>Sessions of valid frames with something wrong in them. The seed is in the name of the case.</summary>
[TestFixture]
internal sealed class Http2FuzzTests
{
    private const int CasesPerSeed = 250;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

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

    private static readonly GrpcServerLimits Limits = new()
    {
        MaxConcurrentStreams = 8,
        MaxHeaderListSize = 4096,
        MaxHeaderCount = 64,
        MaxMessageSize = 100_000,
        StreamWindow = 65535,
        ConnectionWindow = 100_000,
        NuisanceBurst = 50,
    };

    [Test]
    public async Task A_session_with_something_wrong_in_it_ends_in_time_and_without_a_failure([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        for (var number = 0; number < CasesPerSeed; number++)
        {
            var octets = Session(random);
            var watch = Stopwatch.StartNew();

            var result = await ServeAsync(octets);

            Assert.That(result.End, Is.Not.EqualTo(GrpcEnd.TransportFailed),
                $"case {number}: {result.Detail}\n{Convert.ToHexString(octets)}");
            Assert.That(result.Code, Is.Not.EqualTo(Http2ErrorCode.InternalError), $"case {number}");
            Assert.That(result.Abandoned, Is.Zero, $"case {number}");
            Assert.That(watch.Elapsed, Is.LessThan(Bound), $"case {number}");
        }
    }

    private static async Task<GrpcServerResult> ServeAsync(byte[] octets)
    {
        var (here, there) = DuplexPair.Create(4 << 20);
        var running = new GrpcServer(Methods, Limits).RunAsync(there, CancellationToken.None);
        var draining = here.CopyToAsync(Stream.Null);
        await here.WriteAsync(octets);

        // Reading goes on to the end: a server that still writes to a peer that reads no more would rightly call that a failure.
        here.EndWriting();
        var result = await running.WaitAsync(Bound);
        await draining.ContinueWith(_ => { }, TaskScheduler.Default);
        await here.DisposeAsync();
        return result;
    }

    private static byte[] Session(Random random)
    {
        var encoder = new RawBlocks();
        List<byte[]> frames = [RawPeer.Preface, RawPeer.Settings((4, (uint)random.Next(0, 100_000)), (1, (uint)random.Next(0, 5000)))];
        var stream = 1;
        for (var count = random.Next(1, 40); count > 0; count--)
        {
            frames.AddRange(Some(random, encoder, ref stream));
        }

        for (var mutations = random.Next(0, 3); mutations > 0; mutations--)
        {
            Mutate(random, frames);
        }

        byte[] octets = [.. frames.SelectMany(frame => frame)];
        for (var flips = random.Next(3) == 0 ? random.Next(1, 4) : 0; flips > 0; flips--)
        {
            octets[random.Next(RawPeer.Preface.Length, octets.Length)] ^= (byte)(1 << random.Next(8));
        }

        return random.Next(5) == 0 ? octets[..random.Next(octets.Length)] : octets;
    }

    private static byte[][] Some(Random random, RawBlocks blocks, ref int stream)
    {
        // mostly what a peer may send, for what is wrong in the first frame hides all that follow
        var opened = 1 + (2 * random.Next(Math.Max(1, stream / 2)));
        switch (stream == 1 ? 9 : random.Next(10))
        {
            case 0:
                return [RawPeer.Frame(6, random.Next(2), 0, new byte[8])];
            case 1:
                return [RawPeer.Settings((random.Next(2) == 0 ? 4 : 1, (uint)random.Next(0, 1 << 17)))];
            case 2:
                return [RawPeer.Frame(8, 0, random.Next(2) == 0 ? 0 : opened, 0, (byte)random.Next(16), 1, 1)];
            case 3:
                return [RawPeer.Frame(3, 0, opened, 0, 0, 0, (byte)random.Next(14))];
            case 4 when random.Next(8) == 0:
                return [RawPeer.Frame(random.Next(12), random.Next(64), random.Next(8), Octets(random, random.Next(40)))];
            case 4 or 5 or 6:
                return [RawPeer.Frame(0, random.Next(2), opened,
                    GrpcTestClient.Frame(Octets(random, random.Next(16_000)), flag: (byte)(random.Next(20) == 0 ? 1 : 0)))];
            default:
                var path = random.Next(4) switch { 0 => "/wait", 1 => "/chat", 2 => "/none", _ => "/echo" };
                var block = blocks.Request(path, random.Next(5) == 0 ? "1m" : "10S");
                var cut = random.Next(block.Length);
                var head = random.Next(3) == 0
                    ? [RawPeer.Frame(1, 0, stream, block[..cut]), RawPeer.Frame(9, 4, stream, block[cut..])]
                    : (byte[][])[RawPeer.Frame(1, 4, stream, block)];
                byte[][] call = [.. head, RawPeer.Frame(0, random.Next(2), stream, GrpcTestClient.Frame(Octets(random, random.Next(200))))];
                stream += 2;
                return call;
        }
    }

    private static void Mutate(Random random, List<byte[]> frames)
    {
        var at = random.Next(2, frames.Count);
        switch (random.Next(6))
        {
            case 0:
                frames.RemoveAt(at);
                frames.Add([]);
                break;
            case 1:
                frames.Insert(at, frames[random.Next(2, frames.Count)]);
                break;
            case 2:
                var other = random.Next(2, frames.Count);
                (frames[at], frames[other]) = (frames[other], frames[at]);
                break;
            case 3:
                frames[at] = [.. frames[at].Select((octet, index) => index == random.Next(9) ? (byte)random.Next(256) : octet)];
                break;
            case 4:
                frames.Insert(at, Octets(random, random.Next(1, 30)));
                break;
            default:
                frames[at] = frames[at][..random.Next(frames[at].Length + 1)];
                break;
        }
    }

    private static byte[] Octets(Random random, int count)
    {
        var octets = new byte[count];
        random.NextBytes(octets);
        return octets;
    }

    private sealed class RawBlocks
    {
        private readonly HpackEncoder _encoder = new();

        public byte[] Request(string path, string timeout)
        {
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            _encoder.Encode([new(":method", "POST"), new(":scheme", "http"), new(":path", path), new("content-type", "application/grpc"),
                new("grpc-timeout", timeout), new("x-bin", "AQID", HeaderIndexing.Never)], output);
            return output.WrittenSpan.ToArray();
        }
    }
}
