using System.IO.Compression;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Tar;
using ZstdSharp;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>Files that lie in a folder or in an archive; their paths begin with a slash.</summary>
internal interface IFileTree
{
    /// <summary>Gets the paths of all files.</summary>
    Task<IReadOnlySet<string>> NamesAsync(CancellationToken cancellationToken);

    /// <exception cref="IOException">There is no such file.</exception>
    Task<Stream> OpenAsync(string path, CancellationToken cancellationToken);
}

/// <summary>The files of a folder.</summary>
internal sealed class FolderTree(string folder) : IFileTree
{
    public Task<IReadOnlySet<string>> NamesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlySet<string>>(
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 })
            .Select(file => "/" + Path.GetRelativePath(folder, file).Replace('\\', '/')).ToHashSet(StringComparer.Ordinal));

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        // Paths come out of the documents: none leads out of the folder.
        var file = Path.GetFullPath(Path.Join(folder, path));
        return file.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? Task.FromResult<Stream>(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true))
            : throw new InvalidDataException($"'{path}' is not in the folder.");
    }
}

/// <summary>The files of a tar archive, plain or packed by gzip or zstd.</summary>
internal sealed class TarTree(string file) : IFileTree
{
    private const int MostLinks = 8;
    private const int MostNames = 1_000_000;
    private const int MostCharacters = 64 << 20;

    private HashSet<string>? _names;

    public async Task<IReadOnlySet<string>> NamesAsync(CancellationToken cancellationToken)
    {
        if (_names is null)
        {
            HashSet<string> names = new(StringComparer.Ordinal);
            await using var stream = Open();
            using var archive = new ArchiveReader(stream);
            var characters = 0L;
            while (await archive.NextAsync(cancellationToken))
            {
                characters += names.Add(archive.Entry.Path) ? archive.Entry.Path.Length : 0;
                if (names.Count > MostNames || characters > MostCharacters)
                {
                    throw new InvalidDataException("it has more files than the archive of any image");
                }
            }

            _names = names;
        }

        return _names;
    }

    public async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var wanted = path;
        for (var links = 0; links < MostLinks && wanted is not null; links++)
        {
            var (found, target) = await FindAsync(wanted, cancellationToken);
            if (found is not null)
            {
                return found;
            }

            wanted = target;
        }

        throw new InvalidDataException($"'{path}' is not in the archive.");
    }

    private async Task<(Stream? Content, string? Target)> FindAsync(string path, CancellationToken cancellationToken)
    {
        var stream = Open();
        var archive = new ArchiveReader(stream);
        var content = new OwnedEntry(archive, stream);
        try
        {
            while (await archive.NextAsync(cancellationToken))
            {
                var entry = archive.Entry;
                if (entry.Path == path && entry.Type is not (ImageFileType.SymbolicLink or ImageFileType.HardLink))
                {
                    return (content, null);
                }

                if (entry.Path == path)
                {
                    // Engines up to 24 save a layer that two images share once, and link to it.
                    var folder = entry.Type == ImageFileType.HardLink ? "/" : PosixPath.FolderOf(path);
                    var target = PosixPath.Join(folder, entry.LinkName);
                    await content.DisposeAsync();
                    return (null, target);
                }
            }
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }

        await content.DisposeAsync();
        return (null, null);
    }

    private Stream Open()
    {
        var plain = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        Span<byte> head = stackalloc byte[6];
        head = head[..plain.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        plain.Position = 0;
        switch (head)
        {
            case [0x1f, 0x8b, ..]:
                return new GZipStream(plain, CompressionMode.Decompress);
            case [0x28, 0xb5, 0x2f, 0xfd, ..]:
                return new DecompressionStream(plain, leaveOpen: false);
            case [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0] or [(byte)'B', (byte)'Z', (byte)'h', ..]:
                plain.Dispose();
                var tool = head[0] == 0xfd ? "xz" : "bzip2";
                throw new InvalidDataException($"it is packed by {tool}, which is not read here. Unpack it: {tool} -d '{file}'.");
            default:
                return plain;
        }
    }

    private sealed class OwnedEntry(ArchiveReader archive, Stream stream) : ForwardStream
    {
        private ReadOnlyMemory<byte> _piece;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_piece.IsEmpty)
            {
                _piece = await archive.ReadAsync(cancellationToken);
            }

            var count = Math.Min(buffer.Length, _piece.Length);
            _piece[..count].CopyTo(buffer);
            _piece = _piece[count..];
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                archive.Dispose();
                stream.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
