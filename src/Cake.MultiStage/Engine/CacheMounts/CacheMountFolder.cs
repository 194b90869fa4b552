using System.Security.Cryptography;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.CacheMounts;

/// <summary>
/// The folder on this host that cache mounts are kept in: an archive for each, whose name says what it holds. A file that is damaged counts
/// as missing.
/// </summary>
/// <param name="folder">The folder; it is made when the first archive is kept.</param>
/// <param name="largest">How large all archives may be together.</param>
internal sealed class CacheMountFolder(string folder, ByteSize largest)
{
    private const string Extension = ".tar";
    private const int HashLength = 16;

    /// <summary>Gets the folder.</summary>
    public string Path => folder;

    /// <summary>Gets how large all archives may be together.</summary>
    public ByteSize Largest => largest;

    /// <summary>Finds what is kept of a mount.</summary>
    /// <param name="name">The name of the mount.</param>
    public CacheArchive? Find(string name) => All().LastOrDefault(archive => archive.Name == name);

    /// <summary>Says why an archive can't be used, and deletes it where it isn't as it was written.</summary>
    /// <returns>What is wrong with it; <see langword="null"/> where nothing is.</returns>
    public static async Task<string?> ProblemAsync(CacheArchive archive, CancellationToken cancellationToken)
    {
        try
        {
            if (await HashAsync(archive.File, cancellationToken) == archive.Hash)
            {
                return null;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"can't be read ({exception.Message.TrimEnd('.')})";
        }

        try
        {
            File.Delete(archive.File);
            return "is damaged and was deleted";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"is damaged and can't be deleted ({exception.Message.TrimEnd('.')})";
        }
    }

    /// <summary>Makes an empty folder beside the archives, to write to.</summary>
    public string Temporary()
    {
        Directory.CreateDirectory(folder);
        return Directory.CreateDirectory(System.IO.Path.Combine(folder, $".{Guid.NewGuid():N}.partial")).FullName;
    }

    /// <summary>Takes an archive in, in place of the one that was kept of the mount.</summary>
    /// <param name="name">The name of the mount.</param>
    /// <param name="state">What tells what the mount holds.</param>
    /// <param name="file">The archive; it is moved.</param>
    /// <param name="cancellationToken">Stops reading it.</param>
    public async Task<CacheArchive> TakeAsync(string name, string state, string file, CancellationToken cancellationToken)
    {
        var hash = await HashAsync(file, cancellationToken);
        var kept = System.IO.Path.Combine(folder, $"{name}.{state}.{hash}{Extension}");
        var before = All().Where(archive => archive.Name == name && archive.File != kept).ToList();
        File.Move(file, kept, overwrite: true);
        before.ForEach(archive => File.Delete(archive.File));
        return new CacheArchive(name, state, hash, kept, new FileInfo(kept).Length);
    }

    /// <summary>
    /// Deletes archives until the rest fits: first those that were not used now, the oldest before the others, then the largest.
    /// </summary>
    /// <param name="used">The names of the mounts that were used now.</param>
    /// <returns>What was deleted.</returns>
    public IReadOnlyList<CacheArchive> MakeRoom(IReadOnlySet<string> used)
    {
        List<CacheArchive> gone = [];
        var all = All();
        var left = all.Sum(archive => archive.Length);
        foreach (var archive in all.Where(archive => !used.Contains(archive.Name))
            .OrderBy(archive => File.GetLastWriteTimeUtc(archive.File))
            .Concat(all.Where(archive => used.Contains(archive.Name)).OrderByDescending(archive => archive.Length)))
        {
            if (left <= largest.Bytes)
            {
                break;
            }

            File.Delete(archive.File);
            left -= archive.Length;
            gone.Add(archive);
        }

        return gone;
    }

    private List<CacheArchive> All() => !Directory.Exists(folder) ? [] :
    [
        .. new DirectoryInfo(folder).GetFiles("*" + Extension).OrderBy(file => file.LastWriteTimeUtc).Select(Named).OfType<CacheArchive>(),
    ];

    private static CacheArchive? Named(FileInfo file) =>
        file.Name.Split('.') is [var name, var state, var hash, _] && hash.Length == HashLength
        ? new CacheArchive(name, state, hash, file.FullName, file.Length) : null;

    private static async Task<string> HashAsync(string file, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken))[..HashLength];
    }
}

/// <summary>What is kept of a cache mount.</summary>
/// <param name="Name">The name of the mount.</param>
/// <param name="State">What tells what the mount held.</param>
/// <param name="Hash">The beginning of the archive's SHA-256.</param>
/// <param name="File">The archive's path.</param>
/// <param name="Length">Its size in bytes.</param>
internal sealed record CacheArchive(string Name, string State, string Hash, string File, long Length);
