using System.Buffers.Binary;
using Cake.MultiStage.Engine.Sessions.Messages;
using Google.Protobuf;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>A duplex stream of octets that travel as <c>BytesMessage</c>s of a gRPC call, this side being the client.</summary>
/// <param name="call">What ends the call when it is disposed of.</param>
/// <param name="incoming">The answer's body.</param>
/// <param name="outgoing">The request's body.</param>
/// <param name="request">What ends the request's body when it is disposed of.</param>
internal sealed class GrpcByteStream(IDisposable call, Stream incoming, Stream outgoing, IDisposable request) : Stream
{
    // gRPC's frame: a flag for compression, and the message's length (PROTOCOL-HTTP2, "Length-Prefixed-Message").
    private const int PrefixLength = 5;
    private const int LargestChunk = 256 * 1024;

    // Nothing that BuildKit sends over a session comes near; a length beyond it is no message.
    private const int LargestMessage = 16 * 1024 * 1024;

    private readonly byte[] _prefix = new byte[PrefixLength];
    private ReadOnlyMemory<byte> _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_read.IsEmpty)
        {
            if (await ReadMessageAsync(cancellationToken) is not { } message)
            {
                return 0;
            }

            _read = message;
        }

        var count = Math.Min(buffer.Length, _read.Length);
        _read[..count].CopyTo(buffer);
        _read = _read[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous calls are served.");

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var rest = buffer; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, LargestChunk)..])
        {
            var message = new BytesMessage { Data = UnsafeByteOperations.UnsafeWrap(rest[..Math.Min(rest.Length, LargestChunk)]) };
            var frame = new byte[PrefixLength + message.CalculateSize()];
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - PrefixLength);
            message.WriteTo(frame.AsSpan(PrefixLength));
            await outgoing.WriteAsync(frame, cancellationToken);
        }

        await outgoing.FlushAsync(cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous calls are served.");

    public override Task FlushAsync(CancellationToken cancellationToken) => outgoing.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException("Only asynchronous calls are served.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            request.Dispose();
            call.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<ReadOnlyMemory<byte>?> ReadMessageAsync(CancellationToken cancellationToken)
    {
        var count = await incoming.ReadAtLeastAsync(_prefix, PrefixLength, throwOnEndOfStream: false, cancellationToken);
        if (count == 0)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(_prefix.AsSpan(1));
        if (count < PrefixLength || _prefix[0] != 0 || length > LargestMessage)
        {
            throw new IOException("What came over the session is no gRPC message.");
        }

        var message = new byte[length];
        await incoming.ReadExactlyAsync(message, cancellationToken);
        try
        {
            return BytesMessage.Parser.ParseFrom(message).Data.Memory;
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new IOException($"What came over the session is no message of octets: {exception.Message}", exception);
        }
    }
}
