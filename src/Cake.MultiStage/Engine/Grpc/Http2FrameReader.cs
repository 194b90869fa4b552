using System.Buffers.Binary;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>Reads frames from a transport.</summary>
internal sealed class Http2FrameReader(Stream transport, int maxFrameSize)
{
    private readonly byte[] _buffer = new byte[Math.Max(maxFrameSize + Http2Frame.HeadSize, 32 * 1024)];
    private int _start;
    private int _end;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Reads the client's preface (RFC 9113, 3.4).</summary>
    /// <returns>Whether there was any; none where the peer ended without a word.</returns>
    /// <exception cref="Http2ConnectionException">The octets are something else.</exception>
    public async Task<bool> ReadPrefaceAsync(CancellationToken cancellationToken)
    {
        // octet by octet, so that a peer speaking something short and else is told at once
        for (var have = 1; have <= Preface.Length; have++)
        {
            if (!await FillAsync(have, cancellationToken))
            {
                return false;
            }

            if (_buffer[_start + have - 1] != Preface[have - 1])
            {
                throw new Http2ConnectionException(Http2ErrorCode.ProtocolError,
                    "the connection does not start with the preface of HTTP/2");
            }
        }

        _start += Preface.Length;
        return true;
    }

    /// <summary>Reads a frame.</summary>
    /// <returns>The frame, or <see langword="null"/> where the peer has ended.</returns>
    /// <exception cref="Http2ConnectionException">The frame is greater than announced.</exception>
    public async Task<Http2Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(Http2Frame.HeadSize, cancellationToken))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start)) >>> 8;
        if (length > maxFrameSize)
        {
            throw new Http2ConnectionException(Http2ErrorCode.FrameSizeError,
                $"a frame of {length} octets is greater than the {maxFrameSize} announced");
        }

        if (!await FillAsync(Http2Frame.HeadSize + length, cancellationToken))
        {
            return null;
        }

        var head = _buffer.AsSpan(_start, Http2Frame.HeadSize);
        var frame = new Http2Frame(
            (Http2FrameType)head[3],
            (Http2FrameFlags)head[4],
            BinaryPrimitives.ReadInt32BigEndian(head[5..]) & int.MaxValue, // the reserved bit is ignored (RFC 9113, 4.1)
            _buffer.AsMemory(_start + Http2Frame.HeadSize, length));
        _start += Http2Frame.HeadSize + length;
        return frame;
    }

    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_start == _end || _buffer.Length - _start < count)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        while (_end - _start < count)
        {
            // a transport may not heed the token, so the wait does
            var read = await transport.ReadAsync(_buffer.AsMemory(_end), cancellationToken).AsTask().WaitAsync(cancellationToken);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }
}
