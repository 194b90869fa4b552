using System.Buffers;

namespace Cake.MultiStage.Engine;

/// <summary>Reads a stream line by line, and of a line without an end no more than a limit.</summary>
internal sealed class BoundedLines(Stream stream, int longest)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>Gets a value indicating whether the line read last is longer than the limit. Nothing can be read after it.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Reads the next line, without its end; <see langword="null"/> at the end of the stream.</summary>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>();
        while (true)
        {
            var found = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            line.Write(_buffer.AsSpan(_start, found >= 0 ? found : _end - _start));
            _start = found >= 0 ? _start + found + 1 : _end;
            IsTooLong = line.WrittenCount > longest;
            if (found >= 0 || IsTooLong)
            {
                return line.WrittenSpan.ToArray();
            }

            (_start, _end) = (0, await stream.ReadAsync(_buffer, cancellationToken));
            if (_end == 0)
            {
                return line.WrittenCount > 0 ? line.WrittenSpan.ToArray() : null;
            }
        }
    }
}
