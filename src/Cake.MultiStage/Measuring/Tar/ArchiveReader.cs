using System.Buffers;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Tar;

/// <summary>
/// Reads a tar archive forward, once, through one pooled buffer: ustar, PAX, GNU and V7, their long names, and sparse files
/// in GNU's old form and in PAX 0.0, 0.1 and 1.0. As an engine does, it takes the types that have no content for empty.
/// </summary>
internal sealed class ArchiveReader(Stream stream) : IDisposable
{
    // Linux takes no longer ones; a bound on the depth of the trees made of them.
    private const int LongestPath = 4096;

    private const int BufferSize = 256 << 10;
    private const int LargestHeader = 1 << 20;
    private const long LargestFile = 1L << 50;

    private readonly PaxRecords _pax = new();
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;
    private long _left;
    private int _padding;
    private bool _ended;

    /// <summary>Gets the entry that <see cref="NextAsync"/> has come to; the same object for all.</summary>
    public ArchiveEntry Entry { get; } = new();

    /// <summary>Goes to the next entry, past what is left of this one.</summary>
    /// <exception cref="InvalidDataException">What comes is not an entry.</exception>
    /// <exception cref="EndOfStreamException">The archive is cut off.</exception>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return false;
        }

        await SkipAsync(_left + _padding, cancellationToken);
        (_left, _padding) = (0, 0);
        string? longName = null;
        string? longLink = null;
        _pax.Clear();
        while (await HeaderAsync(cancellationToken))
        {
            var type = TarBlock.Type(Block);
            if (type is (byte)'x' or (byte)'X' or (byte)'L' or (byte)'K')
            {
                var length = await ExtendedAsync(cancellationToken);
                var content = _buffer.AsSpan(_start, length);
                switch (type)
                {
                    case (byte)'L':
                        longName = TarBlock.Text(TarBlock.UpToNul(content));
                        break;
                    case (byte)'K':
                        longLink = TarBlock.Text(TarBlock.UpToNul(content));
                        break;
                    default:
                        _pax.Add(content);
                        break;
                }

                await SkipAsync(Padded(length), cancellationToken);
            }
            else if (type is (byte)'g' or (byte)'V' or (byte)'M' or (byte)'N')
            {
                // A header for all entries (git's commit id), a volume's name and the like: nothing that is measured.
                await SkipAsync(TarBlock.Size + Rounded(Sound(TarBlock.DataSize(Block))), cancellationToken);
            }
            else
            {
                await TakeAsync(longName, longLink, cancellationToken);
                return true;
            }
        }

        _ended = true;
        return false;
    }

    /// <summary>
    /// Reads the next piece of the entry's content, without copying it; empty at its end. It is valid until the next call.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        if (_left == 0)
        {
            return default;
        }

        if (_start == _end)
        {
            await FillAsync(1, cancellationToken);
        }

        var count = (int)Math.Min(_left, _end - _start);
        var piece = _buffer.AsMemory(_start, count);
        _start += count;
        _left -= count;
        return piece;
    }

    /// <summary>Looks at the first bytes of the entry's content, which are read again after.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        var wanted = (int)Math.Min(count, _left);
        await FillAsync(wanted, cancellationToken);
        return _buffer.AsMemory(_start, wanted);
    }

    /// <summary>Passes over a part of the entry's content.</summary>
    public async ValueTask SkipContentAsync(long count, CancellationToken cancellationToken)
    {
        var skipped = Math.Min(count, _left);
        await SkipAsync(skipped, cancellationToken);
        _left -= skipped;
        if (skipped < count)
        {
            throw Cut();
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _start, _end, _left, _ended) = ([], 0, 0, 0, true);
        }
    }

    private static EndOfStreamException Cut() => new("The archive ends in the middle of an entry.");

    private static long Rounded(long size) => (size + TarBlock.Size - 1) / TarBlock.Size * TarBlock.Size;

    private static int Padded(int size) => (int)Rounded(size);

    private ReadOnlySpan<byte> Block => _buffer.AsSpan(_start, TarBlock.Size);

    /// <summary>Has the next header in the buffer; false at the archive's end, which writers may leave out.</summary>
    private async ValueTask<bool> HeaderAsync(CancellationToken cancellationToken)
    {
        if (_end - _start < TarBlock.Size && !await TryFillAsync(TarBlock.Size, cancellationToken))
        {
            return _start == _end ? false : throw Cut();
        }

        if (TarBlock.IsHeader(Block))
        {
            return true;
        }

        return TarBlock.IsZero(Block) ? false : throw new InvalidDataException("The archive is damaged: a header's checksum is wrong.");
    }

    /// <summary>Has the content of a header about the next entry in the buffer, the header itself passed over.</summary>
    private async ValueTask<int> ExtendedAsync(CancellationToken cancellationToken)
    {
        var size = TarBlock.DataSize(Block);
        if (size > LargestHeader)
        {
            throw new InvalidDataException($"The archive is damaged: a header of {size} bytes.");
        }

        _start += TarBlock.Size;
        await FillAsync(Padded((int)size), cancellationToken);
        return (int)size;
    }

    private async ValueTask TakeAsync(string? longName, string? longLink, CancellationToken cancellationToken)
    {
        var sparse = Describe(longName, longLink);
        if (sparse)
        {
            // The map of the old form goes on in blocks that the size does not count.
            var more = Block[482] != 0;
            _start += TarBlock.Size;
            while (more)
            {
                await FillAsync(TarBlock.Size, cancellationToken);
                more = Block[504] != 0;
                _start += TarBlock.Size;
            }
        }
        else
        {
            _start += TarBlock.Size;
        }

        _left = Entry.StoredSize;
        _padding = (int)(Rounded(Entry.StoredSize) - Entry.StoredSize);
    }

    /// <summary>Fills the entry from the header block and what came before it; says whether it is a sparse file of the old form.</summary>
    private bool Describe(string? longName, string? longLink)
    {
        var block = Block;
        var type = TarBlock.Type(block);
        var name = _pax.SparseName ?? _pax.Path ?? longName ?? HeaderName(block);
        Entry.Path = name.Length <= LongestPath ? PosixPath.Rooted(name)
            : throw new InvalidDataException($"The archive is damaged: it has a path of {name.Length} characters.");
        Entry.Type = type switch
        {
            (byte)'1' => ImageFileType.HardLink,
            (byte)'2' => ImageFileType.SymbolicLink,
            (byte)'3' => ImageFileType.CharacterDevice,
            (byte)'4' => ImageFileType.BlockDevice,
            (byte)'5' or (byte)'D' => ImageFileType.Directory,
            (byte)'6' => ImageFileType.Fifo,
            // V7 had no type for folders.
            0 when name.EndsWith('/') => ImageFileType.Directory,
            _ => ImageFileType.File,
        };
        Entry.LinkName = Entry.Type is ImageFileType.HardLink or ImageFileType.SymbolicLink
            ? _pax.LinkPath ?? longLink ?? TarBlock.Text(TarBlock.LinkName(block))
            : "";
        Entry.StoredSize = Entry.Type == ImageFileType.File || type == 'D' ? Sound(_pax.Size ?? TarBlock.DataSize(block)) : 0;
        Entry.IsSparse = type == 'S' || _pax.SparseSize is not null;
        Entry.Size = Entry.Type != ImageFileType.File
            ? 0
            : Sound(_pax.SparseSize ?? (type == 'S' ? TarBlock.SparseSize(block) : Entry.StoredSize));
        Entry.Mode = (int)(TarBlock.Mode(block) & 0xfff);
        Entry.UserId = _pax.UserId ?? TarBlock.UserId(block);
        Entry.GroupId = _pax.GroupId ?? TarBlock.GroupId(block);
        Entry.HasCapabilities = _pax.HasCapabilities;
        return type == 'S';
    }

    /// <summary>Refuses sizes that no file has, so that no sum of them overflows.</summary>
    private static long Sound(long size) =>
        size is >= 0 and <= LargestFile ? size : throw new InvalidDataException($"The archive is damaged: an entry of {size} bytes.");

    private static string HeaderName(ReadOnlySpan<byte> block)
    {
        var prefix = TarBlock.Prefix(block);
        return prefix.IsEmpty ? TarBlock.Text(TarBlock.Name(block)) : $"{TarBlock.Text(prefix)}/{TarBlock.Text(TarBlock.Name(block))}";
    }

    private async ValueTask SkipAsync(long count, CancellationToken cancellationToken)
    {
        var buffered = (int)Math.Min(count, _end - _start);
        _start += buffered;
        count -= buffered;
        if (count > 0 && stream is EntryStream entry)
        {
            await entry.SkipAsync(count, cancellationToken);
            return;
        }

        if (count > 0 && stream.CanSeek)
        {
            if (count > stream.Length - stream.Position)
            {
                throw Cut();
            }

            stream.Seek(count, SeekOrigin.Current);
            return;
        }

        while (count > 0)
        {
            (_start, _end) = (0, await stream.ReadAsync(_buffer, cancellationToken));
            if (_end == 0)
            {
                throw Cut();
            }

            _start = (int)Math.Min(count, _end);
            count -= _start;
        }
    }

    private async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _start < count && !await TryFillAsync(count, cancellationToken))
        {
            throw Cut();
        }
    }

    private async ValueTask<bool> TryFillAsync(int count, CancellationToken cancellationToken)
    {
        if (count > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(count);
            _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        }

        (_start, _end) = (0, _end - _start);
        while (_end < count)
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }
}
