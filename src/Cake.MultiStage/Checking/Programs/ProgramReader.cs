using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>What was read of a file that is started, loaded or run.</summary>
/// <param name="Head">Its beginning.</param>
/// <param name="Elf">What it is, where it is an ELF file.</param>
/// <param name="Scan">The traces that were found in it.</param>
internal sealed record ProgramContent(ReadOnlyMemory<byte> Head, ElfFile? Elf, TraceScan Scan);

/// <summary>
/// Reads programs, libraries and scripts of an image. However large they are, little of them is held, and there is an end.
/// </summary>
internal sealed class ProgramReader(ImageFileReader read)
{
    private const int HeldMost = 64 << 20;
    private const int PieceSize = 1 << 20;
    private const int MostPieces = 4;
    private const long ScannedMost = 1L << 30;

    private readonly List<string> _limits = [];
    private long _left = 4L << 30;

    /// <summary>Gets what was not looked at, or not as a whole, in words.</summary>
    public IReadOnlyList<string> Limits => _limits;

    /// <summary>Notes what was not looked at.</summary>
    public void Limit(string what)
    {
        const int MostLimits = 20;
        if (_limits.Count < MostLimits && !_limits.Contains(what))
        {
            _limits.Add(what);
        }
    }

    /// <summary>Reads the beginning of a file.</summary>
    public async Task<ReadOnlyMemory<byte>> HeadAsync(FileSystemNode file, int most, CancellationToken cancellationToken)
    {
        var head = new byte[Math.Min(most, SizeOf(file))];
        var count = 0;
        await StreamAsync(
            file,
            piece =>
            {
                var taken = Math.Min(piece.Length, head.Length - count);
                piece[..taken].CopyTo(head.AsMemory(count));
                count += taken;
                return count < head.Length;
            },
            cancellationToken);
        return head.AsMemory(0, count);
    }

    /// <summary>Reads a program or a library.</summary>
    public async Task<ProgramContent> ReadAsync(FileSystemNode file, CancellationToken cancellationToken)
    {
        var scan = new TraceScan();
        var head = new byte[Math.Min(HeldMost, SizeOf(file))];
        var (count, seen) = (0, 0L);
        await StreamAsync(
            file,
            piece =>
            {
                var taken = Math.Min(piece.Length, head.Length - count);
                piece[..taken].CopyTo(head.AsMemory(count));
                scan.Add(piece.Span);
                (count, seen) = (count + taken, seen + piece.Length);
                return seen < ScannedMost;
            },
            cancellationToken);
        if (SizeOf(file) > ScannedMost)
        {
            Limit($"of '{file.Path}', {file.Size}, the first {new ByteSize(ScannedMost)}");
        }

        return new ProgramContent(head.AsMemory(0, count), await ElfAsync(file, head.AsMemory(0, count), cancellationToken), scan);
    }

    private static long SizeOf(FileSystemNode file) => file.File?.Size.Bytes ?? 0;

    private async Task<ElfFile?> ElfAsync(FileSystemNode file, ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        var windows = new FileWindows(head.Length < HeldMost ? head.Length : SizeOf(file));
        windows.Add(0, head);
        for (var pieces = 0; ; pieces++)
        {
            try
            {
                var elf = ElfFile.Read(windows);
                if (elf is { IsCut: true })
                {
                    Limit($"of '{file.Path}' its first headers, libraries and folders: it has more than any linker writes");
                }

                return elf;
            }
            catch (PieceMissingException missing) when (pieces < MostPieces)
            {
                windows.Add(missing.Offset, await PieceAsync(file, missing.Offset, cancellationToken));
            }
            catch (PieceMissingException)
            {
                Limit($"of '{file.Path}', {file.Size}, what it is linked to: that is spread all over it");
                return null;
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>> PieceAsync(FileSystemNode file, long offset, CancellationToken cancellationToken)
    {
        var held = new byte[Math.Min(PieceSize, SizeOf(file) - offset)];
        var (at, count) = (0L, 0);
        await StreamAsync(
            file,
            piece =>
            {
                var skipped = (int)Math.Clamp(offset - at, 0, piece.Length);
                var taken = Math.Min(piece.Length - skipped, held.Length - count);
                piece.Slice(skipped, taken).CopyTo(held.AsMemory(count));
                (at, count) = (at + piece.Length, count + taken);
                return count < held.Length;
            },
            cancellationToken);
        return held;
    }

    private async Task StreamAsync(FileSystemNode file, Func<ReadOnlyMemory<byte>, bool> piece, CancellationToken cancellationToken)
    {
        if (_left <= 0)
        {
            Limit($"'{file.Path}' and what is loaded after it: the programs and libraries before take gigabytes");
            return;
        }

        try
        {
            await read(
                file.Path,
                bytes =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    _left -= bytes.Length;
                    return piece(bytes) && _left > 0;
                },
                cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            Limit($"'{file.Path}', which the engine sent damaged ({exception.Message})");
        }
    }
}
