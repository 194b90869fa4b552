using System.Buffers;
using System.Buffers.Binary;
using Cake.MultiStage.Engine.Grpc;

namespace Cake.MultiStage.Tests.Grpc;

/// <summary>A peer that sends frames of any kind, also wrong ones.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly Http2FrameReader _reader;
    private readonly CancellationTokenSource _stop = new();
    private readonly HpackDecoder _decoder = new(4096, 1 << 20, 1000);

    public RawPeer(IReadOnlyCollection<GrpcMethod> methods, GrpcServerLimits? limits = null, int buffer = 256 * 1024)
    {
        (_stream, var there) = DuplexPair.Create(buffer);
        Running = new GrpcServer(methods, limits ?? new GrpcServerLimits()).RunAsync(there, _stop.Token);
        _reader = new Http2FrameReader(_stream, 1 << 20);
    }

    public static byte[] Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    public HpackEncoder Encoder { get; } = new();

    public Task<GrpcServerResult> Running { get; }

    public static byte[] Frame(int type, int flags, int streamId, params byte[] payload) =>
        new Http2Frame((Http2FrameType)type, (Http2FrameFlags)flags, streamId, payload).ToBytes();

    public static byte[] Settings(params (int Id, uint Value)[] settings)
    {
        var payload = new byte[settings.Length * 6];
        foreach (var (index, (id, value)) in settings.Index())
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(index * 6), (ushort)id);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((index * 6) + 2), value);
        }

        return Frame(4, 0, 0, payload);
    }

    public byte[] Block(params (string Name, string Value)[] fields)
    {
        var output = new ArrayBufferWriter<byte>();
        Encoder.Encode(fields.Select(field => new HeaderField(field.Name, field.Value)), output);
        return output.WrittenSpan.ToArray();
    }

    public byte[] Request(string path = "/echo") =>
        Block((":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"), ("content-type", "application/grpc"),
            ("te", "trailers"));

    public Task GreetAsync() => SendAsync(Preface, Settings());

    public async Task SendAsync(params byte[][] pieces)
    {
        await _stream.WriteAsync(pieces.SelectMany(piece => piece).ToArray());
        await _stream.FlushAsync();
    }

    public void Close() => _stream.Dispose();

    public async Task<Http2Frame?> ReadAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _reader.ReadAsync(late.Token);
    }

    /// <summary>Reads until a frame of the type comes; acknowledgements pass only where asked for.</summary>
    public async Task<Http2Frame> NextAsync(Http2FrameType type, bool ack = false)
    {
        while (await ReadAsync() is { } frame)
        {
            if (frame.Type == type
                && (type is not (Http2FrameType.Settings or Http2FrameType.Ping) || frame.Has(Http2FrameFlags.Ack) == ack))
            {
                return frame;
            }
        }

        throw new EndOfStreamException($"there was no {type}");
    }

    public async Task<Dictionary<string, string>> NextHeadersAsync()
    {
        var frame = await NextAsync(Http2FrameType.Headers);
        return _decoder.Decode(frame.Content().Span).ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);
    }

    public async Task<Http2ErrorCode> NextGoAwayAsync() =>
        (Http2ErrorCode)BinaryPrimitives.ReadInt32BigEndian((await NextAsync(Http2FrameType.GoAway)).Payload.Span[4..]);

    public async Task<(int Stream, Http2ErrorCode Code)> NextResetAsync()
    {
        var frame = await NextAsync(Http2FrameType.ResetStream);
        return (frame.StreamId, (Http2ErrorCode)BinaryPrimitives.ReadInt32BigEndian(frame.Payload.Span));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.WaitAsync(TimeSpan.FromSeconds(20));
        await _stream.DisposeAsync();
        _stop.Dispose();
    }
}
