using System.Buffers;
using System.Buffers.Binary;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>A call while it runs, in octets.</summary>
internal sealed class GrpcExchange(Http2Stream stream, GrpcCallContext context, int maxMessageSize) : IDisposable
{
    private const int PrefixSize = 5;

    // four frames, which is what a stream sends at a time
    private const int BatchSize = 4 * Http2Frame.AlwaysAcceptedSize;

    private readonly SemaphoreSlim _writing = new(1);
    private readonly ArrayBufferWriter<byte> _waiting = new();

    /// <summary>Gets the fields every response begins with.</summary>
    public static IReadOnlyList<HeaderField> Head { get; } =
        [new(":status", "200"), new("content-type", "application/grpc"), new("grpc-accept-encoding", "identity")];

    /// <summary>Gets what the caller has said of the call.</summary>
    public GrpcCallContext Context { get; } = context;

    /// <summary>Reads a message.</summary>
    /// <returns>The message, or <see langword="null"/> where the caller has sent all.</returns>
    /// <exception cref="GrpcException">There is no message there, or one too great.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync()
    {
        var prefix = new ArrayBufferWriter<byte>(PrefixSize);
        if (!await ReadAsync(prefix, PrefixSize))
        {
            return prefix.WrittenCount == 0 ? null : throw CutOff();
        }

        var length = Check(prefix.WrittenSpan);
        if (length == 0)
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        // the room grows with what has come, not with what a prefix promises
        var message = new ArrayBufferWriter<byte>(Math.Min(length, 64 * 1024));
        return await ReadAsync(message, length) ? message.WrittenMemory : throw CutOff();
    }

    /// <summary>Writes a message and those that wait, and returns when all are on the wire.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> message) => WriteAsync(message, atOnce: true);

    /// <summary>
    /// Adds a message to those that wait: small ones go out together, since a write of its own for each costs more than it carries.
    /// </summary>
    public Task AddAsync(ReadOnlyMemory<byte> message) => WriteAsync(message, atOnce: false);

    /// <summary>Writes the messages that wait, and returns when they are on the wire.</summary>
    public Task FlushAsync() => WriteAsync(message: null, atOnce: true);

    /// <inheritdoc/>
    public void Dispose() => _writing.Dispose();

    private async Task WriteAsync(ReadOnlyMemory<byte>? message, bool atOnce)
    {
        await _writing.WaitAsync(Context.CancellationToken);
        try
        {
            if (message is { } added)
            {
                BinaryPrimitives.WriteInt32BigEndian(_waiting.GetSpan(PrefixSize)[1..], added.Length);
                _waiting.GetSpan(PrefixSize)[0] = 0;
                _waiting.Advance(PrefixSize);
                _waiting.Write(added.Span);
            }

            if (_waiting.WrittenCount > 0 && (atOnce || _waiting.WrittenCount >= BatchSize))
            {
                await stream.StartAsync(Head);
                await stream.SendAsync(_waiting.WrittenMemory, Context.CancellationToken);
                _waiting.ResetWrittenCount();
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private int Check(ReadOnlySpan<byte> prefix)
    {
        if (prefix[0] != 0)
        {
            // the caller was told that nothing is compressed here; a flag without an encoding has no meaning at all
            throw Context.Metadata.First("grpc-encoding") is null or "identity"
                ? new GrpcException(GrpcStatusCode.Internal, "a message is marked as compressed, but the call names no grpc-encoding")
                : new GrpcException(GrpcStatusCode.Unimplemented, "compressed messages are not taken");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        return length <= maxMessageSize
            ? (int)length
            : throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"a message of {length} octets is greater than {maxMessageSize}");
    }

    private async Task<bool> ReadAsync(ArrayBufferWriter<byte> target, int count)
    {
        while (target.WrittenCount < count)
        {
            var read = await stream.Body.ReadAsync(Context.CancellationToken);
            var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, count - target.WrittenCount));
            foreach (var piece in part)
            {
                target.Write(piece.Span);
            }

            var taken = (int)part.Length;
            stream.Body.AdvanceTo(part.End);
            stream.Consumed(taken);
            if (taken == 0 && read.IsCompleted)
            {
                return false;
            }
        }

        return true;
    }

    private static GrpcException CutOff() => new(GrpcStatusCode.Internal, "the request ends within a message");
}
