using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Cake.MultiStage.Origins.Git;

/// <summary>
/// A repository's objects, as far as commits and tags go: as files of their own, in packs, and in other folders it borrows from.
/// </summary>
internal sealed class GitObjects(GitFolder folder, CancellationToken cancellationToken)
{
    // A commit or a tag is a text that people wrote.
    private const int Largest = 1024 * 1024;
    private const int MostFolders = 16;
    private const int MostPacks = 4096;

    private readonly Lazy<IReadOnlyList<Store>> _stores = new(() => [.. Stores(folder)]);

    /// <summary>Gets an object, or <see langword="null"/> where the repository lacks it, as a shallow or partial clone may.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or no text.</exception>
    public GitObject? Find(string id)
    {
        var bytes = Convert.FromHexString(id);
        foreach (var store in _stores.Value)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Loose(store, id) is { } loose)
            {
                return loose;
            }

            foreach (var pack in store.Packs)
            {
                if (pack.Read(bytes, Largest, Find, cancellationToken) is { } packed)
                {
                    return packed;
                }
            }
        }

        return null;
    }

    private static GitObject? Loose(Store store, string id)
    {
        using var file = GitFolder.Open(store.Root, $"{store.Folder}{id[..2]}/{id[2..]}");
        if (file is null)
        {
            return null;
        }

        const int LongestHeader = 64;
        using var content = new ZLibStream(file, CompressionMode.Decompress);
        var bytes = new byte[Largest + LongestHeader];
        var count = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var end = bytes.AsSpan(0, Math.Min(count, LongestHeader)).IndexOf((byte)0);
        var header = end < 0 ? [] : Encoding.ASCII.GetString(bytes, 0, end).Split(' ');
        return header is [var type, var size] && int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length == count - end - 1
            ? new GitObject(type, bytes[(end + 1)..count])
            : throw new InvalidDataException($"the object {id} is damaged, or larger than {Largest} bytes");
    }

    /// <summary>The repository's own folder, and those that <c>info/alternates</c> names, which a clone may borrow objects from.</summary>
    private static IEnumerable<Store> Stores(GitFolder folder)
    {
        var waiting = new Queue<(string Root, string Folder)>([(folder.Shared, "objects/")]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (waiting.TryDequeue(out var next) && seen.Count < MostFolders)
        {
            var path = Path.GetFullPath(Path.Join(next.Root, next.Folder));
            if (!seen.Add(path) || !Directory.Exists(path))
            {
                continue;
            }

            yield return new Store(next.Root, next.Folder, [.. Packs(next.Root, next.Folder)]);
            foreach (var line in Encoding.UTF8.GetString(GitFolder.Read(next.Root, next.Folder + "info/alternates", Largest) ?? [])
                .Split('\n', StringSplitOptions.TrimEntries))
            {
                if (line.Length > 0 && line[0] != '#' && !GitFolder.IsRemote(line))
                {
                    waiting.Enqueue((Path.GetFullPath(line, path), ""));
                }
            }
        }
    }

    private static IEnumerable<GitPack> Packs(string root, string folder)
    {
        var packs = new DirectoryInfo(Path.Join(root, folder, "pack"));
        return packs is { Exists: true, LinkTarget: null }
            ? packs.EnumerateFiles("*.idx").Take(MostPacks)
                .Select(file => new GitPack(root, $"{folder}pack/{Path.GetFileNameWithoutExtension(file.Name)}"))
            : [];
    }

    private sealed record Store(string Root, string Folder, IReadOnlyList<GitPack> Packs);
}

/// <summary>An object: <c>commit</c>, <c>tag</c>, <c>tree</c> or <c>blob</c>, and its content.</summary>
internal sealed record GitObject(string Type, byte[] Content)
{
    /// <summary>Gets the value of a line of a commit's or tag's head, which ends at the first empty line.</summary>
    public string? Header(string name)
    {
        ReadOnlySpan<byte> rest = Content;
        foreach (var range in rest.Split((byte)'\n'))
        {
            var line = Encoding.UTF8.GetString(rest[range]);
            if (line.Length == 0)
            {
                break;
            }

            if (line.StartsWith(name + ' ', StringComparison.Ordinal))
            {
                return line[(name.Length + 1)..];
            }
        }

        return null;
    }

    /// <summary>Gets the time in a line such as <c>committer A U Thor &lt;author@example.com&gt; 1577934245 +0000</c>.</summary>
    public DateTimeOffset? Time(string name)
    {
        var parts = Header(name)?.Split(' ') ?? [];
        return parts.Length > 2 && long.TryParse(parts[^2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
    }
}
