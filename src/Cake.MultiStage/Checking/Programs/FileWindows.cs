namespace Cake.MultiStage.Checking.Programs;

/// <summary>
/// What is held of a file: its beginning, and further pieces that were asked for. So a program of gigabytes is read without holding it.
/// </summary>
/// <param name="length">The bytes of the whole file.</param>
internal sealed class FileWindows(long length)
{
    private readonly List<(long Start, ReadOnlyMemory<byte> Bytes)> _pieces = [];

    public long Length => length;

    public void Add(long start, ReadOnlyMemory<byte> bytes) => _pieces.Add((start, bytes));

    /// <summary>Gets bytes of the file, fewer than asked for where it ends before.</summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="most">How many are wanted at most.</param>
    /// <exception cref="InvalidDataException">The file ends before the offset.</exception>
    /// <exception cref="PieceMissingException">They are in the file, but not held.</exception>
    public ReadOnlySpan<byte> At(long offset, int most)
    {
        if (offset < 0 || offset >= length)
        {
            throw new InvalidDataException("An offset leads out of the file.");
        }

        var count = (int)Math.Min(most, length - offset);
        foreach (var (start, bytes) in _pieces)
        {
            if (offset >= start && offset + count <= start + bytes.Length)
            {
                return bytes.Span.Slice((int)(offset - start), count);
            }
        }

        throw new PieceMissingException(offset);
    }
}

/// <summary>A piece of a file is needed that is not held.</summary>
internal sealed class PieceMissingException(long offset) : IOException("A piece of the file is not held.")
{
    public long Offset { get; } = offset;
}
