using System.Security.Cryptography;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Packages;
using Cake.MultiStage.Measuring.Tar;

namespace Cake.MultiStage.Measuring;

/// <summary>Reads layers: tar archives whose files may be marks that take files of lower layers away.</summary>
internal sealed class LayerReader(MeasureOptions options) : IDisposable
{
    private const string WhiteoutPrefix = ".wh.";
    private const string OpaqueName = ".wh..wh..opq";
    private const long LargestLayer = 1L << 55;
    private const int LargestContent = 64 << 20;

    // Characters of names, of packages and their licenses too, of all layers together: half a gigabyte.
    private const long MostText = 1L << 28;
    private const int MostPackages = 200_000;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _hashed = new byte[SHA256.HashSizeInBytes];
    private int _kept;
    private int _packages;
    private int _entries;
    private long _text;

    /// <exception cref="InvalidDataException">The layer is damaged.</exception>
    /// <exception cref="EndOfStreamException">The layer is cut off.</exception>
    public async Task<LayerContent> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var archive = new ArchiveReader(stream);
        var entries = new List<ImageFile>();
        var (files, bytes, unlisted) = (0, 0L, 0);
        while (await archive.NextAsync(cancellationToken))
        {
            var file = await FileAsync(archive, cancellationToken);
            (_entries, _text) = (_entries + 1, _text + file.Path.Length + (file.LinkTarget?.Length ?? 0));
            if (_entries <= options.MostEntries && _text <= MostText)
            {
                entries.Add(file);
            }
            else
            {
                unlisted++;
            }

            if (archive.Entry.Type == ImageFileType.File)
            {
                files++;
                bytes += archive.Entry.Size;
            }

            if (bytes > LargestLayer)
            {
                throw new InvalidDataException("The archive is damaged: its files are larger than any disk.");
            }
        }

        return new LayerContent(entries, files, bytes) { Unlisted = unlisted };
    }

    public void Dispose() => _hash.Dispose();

    private async ValueTask<ImageFile> FileAsync(ArchiveReader archive, CancellationToken cancellationToken)
    {
        var entry = archive.Entry;
        if (entry.Type == ImageFileType.File && PosixPath.NameOf(entry.Path.AsSpan()).StartsWith(WhiteoutPrefix, StringComparison.Ordinal))
        {
            return Mark(entry);
        }

        var scan = options.Packages && entry is { Type: ImageFileType.File, IsSparse: false }
            ? PackageScans.Of(entry.Path, entry.StoredSize, entry.Mode) : null;
        var (hash, content) = entry.Type == ImageFileType.File ? await ContentAsync(archive, scan, cancellationToken) : default;
        return new ImageFile
        {
            Path = entry.Path,
            Type = entry.Type,
            Size = new ByteSize(entry.Size),
            Mode = entry.Mode,
            UserId = entry.UserId,
            GroupId = entry.GroupId,
            LinkTarget = entry.Type switch
            {
                ImageFileType.HardLink => PosixPath.Rooted(entry.LinkName),
                ImageFileType.SymbolicLink => entry.LinkName,
                _ => null,
            },
            HasCapabilities = entry.HasCapabilities,
            Hash = hash,
            Content = content,
            Contained = Counted(scan?.Finish() ?? []),
        };
    }

    private IReadOnlyList<ContainedPackage> Counted(IReadOnlyList<ContainedPackage> packages)
    {
        // A package may have as much text as 64 licenses of a kilobyte, and little of a layer that is packed well.
        _packages += packages.Count;
        _text += packages.Sum(package =>
            (long)package.Name.Length + package.Version.Length + package.Licenses.Sum(license => license.Length));
        return packages.Count == 0 || (_packages <= MostPackages && _text <= MostText) ? packages
            : [ContainedPackage.More(packages.Sum(package => package.IsPackage ? 1 : package.Number))];
    }

    private static ImageFile Mark(ArchiveEntry entry)
    {
        var folder = PosixPath.FolderOf(entry.Path.AsSpan());
        var name = PosixPath.NameOf(entry.Path.AsSpan());
        // The bytes are those of the mark itself, which are none but in archives made by hand.
        return name.SequenceEqual(OpaqueName)
            ? new ImageFile { Path = folder.ToString(), Type = ImageFileType.OpaqueDirectory, Size = new ByteSize(entry.Size) }
            : new ImageFile { Path = folder is "/" ? $"/{name[WhiteoutPrefix.Length..]}" : $"{folder}/{name[WhiteoutPrefix.Length..]}",
                Type = ImageFileType.Whiteout, Size = new ByteSize(entry.Size) };
    }

    private async ValueTask<(ContentHash? Hash, ReadOnlyMemory<byte> Content)> ContentAsync(ArchiveReader archive, IFileScan? scan,
        CancellationToken cancellationToken)
    {
        var entry = archive.Entry;
        if (entry.StoredSize == 0 || entry.IsSparse)
        {
            return default;
        }

        var wanted = Wanted(entry);
        if (wanted == 0 && scan is null && !options.Hash)
        {
            return default;
        }

        var piece = await archive.ReadAsync(cancellationToken);
        var kept = wanted == 0 ? [] : new byte[wanted];
        scan?.Add(piece.Span);
        if (piece.Length == entry.StoredSize)
        {
            // In one piece, as nearly all files are: hashed at one go.
            piece[..kept.Length].CopyTo(kept);
            return (options.Hash ? Hash(piece.Span) : null, kept);
        }

        for (var position = 0L; !piece.IsEmpty; piece = await NextAsync(archive, scan, cancellationToken))
        {
            if (position < kept.Length)
            {
                piece[..Math.Min(piece.Length, kept.Length - (int)position)].CopyTo(kept.AsMemory((int)position));
            }

            position += piece.Length;
            if (options.Hash)
            {
                _hash.AppendData(piece.Span);
            }
            else if (position >= kept.Length && scan is null)
            {
                break;
            }
        }

        return (options.Hash ? Finished() : null, kept);
    }

    private static async ValueTask<ReadOnlyMemory<byte>> NextAsync(ArchiveReader archive, IFileScan? scan,
        CancellationToken cancellationToken)
    {
        var piece = await archive.ReadAsync(cancellationToken);
        scan?.Add(piece.Span);
        return piece;
    }

    private ContentHash Hash(ReadOnlySpan<byte> content)
    {
        _hash.AppendData(content);
        return Finished();
    }

    private ContentHash Finished()
    {
        _hash.GetHashAndReset(_hashed);
        return new ContentHash(_hashed);
    }

    private int Wanted(ArchiveEntry entry)
    {
        var wanted = 0;
        foreach (var selector in options.Selectors)
        {
            wanted = Math.Max(wanted, selector.BytesOf(entry.Path, entry.Size, entry.Mode));
        }

        wanted = (int)Math.Min(Math.Min(wanted, entry.StoredSize), LargestContent - _kept);
        _kept += wanted;
        return wanted;
    }
}
