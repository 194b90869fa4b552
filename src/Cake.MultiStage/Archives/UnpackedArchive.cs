using System.Globalization;
using System.Security.Cryptography;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Tar;

namespace Cake.MultiStage.Archives;

/// <summary>A file that lies on this host, and what it holds.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record BlobFile(string Path, long Size);

/// <summary>The files of an archive of images, unpacked under names of our own: no path of the archive is one of this host.</summary>
internal sealed class UnpackedArchive
{
    private const int MostFiles = 100_000;
    private const int MostCharacters = 64 << 20;
    private const int MostLinks = 8;

    private readonly Dictionary<string, (BlobFile File, Digest Digest)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    private UnpackedArchive()
    {
    }

    /// <summary>Gets the paths of the files, each from the archive's root.</summary>
    public IEnumerable<string> Paths => _files.Keys;

    /// <summary>Unpacks an archive.</summary>
    /// <param name="archive">The archive, not packed itself.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="most">How many bytes its files may have.</param>
    /// <param name="shown">The path that errors of the disk tell.</param>
    /// <param name="cancellationToken">Stops unpacking.</param>
    /// <exception cref="InvalidDataException">It is no archive, or has more than any archive of images.</exception>
    /// <exception cref="EndOfStreamException">It is cut off.</exception>
    public static async Task<UnpackedArchive> UnpackAsync(
        Stream archive, string folder, long most, string shown, CancellationToken cancellationToken)
    {
        var unpacked = new UnpackedArchive();
        using var reader = new ArchiveReader(archive);
        var (bytes, characters) = (0L, 0L);
        while (await reader.NextAsync(cancellationToken))
        {
            var entry = reader.Entry;
            bytes += entry.StoredSize;
            characters += entry.Path.Length;
            if (bytes > most || characters > MostCharacters || unpacked._files.Count + unpacked._links.Count >= MostFiles)
            {
                throw new InvalidDataException("it unpacks to more than any archive of images does");
            }

            if (entry.Type is ImageFileType.SymbolicLink or ImageFileType.HardLink)
            {
                // Engines up to 24 save a layer that two images share once, and link to it.
                var from = entry.Type == ImageFileType.HardLink ? "/" : PosixPath.FolderOf(entry.Path);
                unpacked._links[entry.Path] = PosixPath.Join(from, entry.LinkName);
            }
            else if (entry is { Type: ImageFileType.File, IsSparse: false })
            {
                var name = unpacked._files.Count.ToString(CultureInfo.InvariantCulture) + ".part";
                var path = Path.Combine(folder, name);
                var digest = await WriteAsync(reader, path, shown, cancellationToken);
                if (!unpacked._files.TryAdd(entry.Path, (new BlobFile(path, entry.StoredSize), digest)))
                {
                    throw new InvalidDataException($"it has '{entry.Path}' twice");
                }
            }
        }

        return unpacked;
    }

    /// <summary>Gets a file, through links, with the SHA-256 digest of its content; nothing where there is none.</summary>
    public (BlobFile File, Digest Digest)? Find(string path)
    {
        for (var links = 0; links <= MostLinks; links++)
        {
            if (_files.TryGetValue(path, out var found))
            {
                return found;
            }

            if (!_links.TryGetValue(path, out path!))
            {
                return null;
            }
        }

        return null;
    }

    private static async Task<Digest> WriteAsync(ArchiveReader reader, string path, string shown, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = HostDisk.Create(path, shown);
        while (await reader.ReadAsync(cancellationToken) is { IsEmpty: false } piece)
        {
            hash.AppendData(piece.Span);
            await file.WriteAsync(piece, cancellationToken);
        }

        return Digest.Parse($"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}");
    }
}
