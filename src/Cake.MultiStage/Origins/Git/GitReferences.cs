using System.Text;

namespace Cake.MultiStage.Origins.Git;

/// <summary>A repository's references, as files of their own and packed in one.</summary>
internal sealed class GitReferences(GitFolder folder)
{
    private const string Symbolic = "ref:";
    private const string Tags = "refs/tags/";

    // As git itself.
    private const int MostLinks = 5;
    private const int LongestName = 1024;

    // Half a million references.
    private const int LongestPacked = 40 * 1024 * 1024;
    private const int MostLooseTags = 10_000;

    private readonly Lazy<IReadOnlyDictionary<string, PackedReference>> _packed = new(() => ReadPacked(folder));

    /// <summary>Gets what <c>HEAD</c> says: the reference it stands for, if any, and the commit, if there is one.</summary>
    public (string? Reference, string? Id) Head()
    {
        var head = GitFolder.ReadLine(folder.Own, "HEAD");
        return Target(head) is { } name ? (name, Resolve(name)) : (null, IdOf(head));
    }

    /// <summary>
    /// Gets the tags by their short names: what each names, and the commit behind it where that is known without reading objects.
    /// </summary>
    public IEnumerable<(string Name, string Id, string? Commit)> AllTags()
    {
        var loose = LooseTags().ToHashSet(StringComparer.Ordinal);
        foreach (var name in loose.Order(StringComparer.Ordinal))
        {
            if (Resolve(name) is { } id)
            {
                yield return (name[Tags.Length..], id, null);
            }
        }

        foreach (var (name, packed) in _packed.Value)
        {
            if (name.StartsWith(Tags, StringComparison.Ordinal) && !loose.Contains(name))
            {
                yield return (name[Tags.Length..], packed.Id, packed.Peeled);
            }
        }
    }

    private string? Resolve(string name)
    {
        string? current = name;
        for (var links = 0; links < MostLinks && current is not null && IsName(current); links++)
        {
            var line = GitFolder.ReadLine(folder.Shared, current);
            if ((IdOf(line) ?? (line is null ? _packed.Value.GetValueOrDefault(current)?.Id : null)) is { } id)
            {
                return id;
            }

            current = Target(line);
        }

        return null;
    }

    private IEnumerable<string> LooseTags()
    {
        var root = new DirectoryInfo(Path.Join(folder.Shared, "refs", "tags"));
        if (!root.Exists || root.LinkTarget is not null || new DirectoryInfo(Path.Join(folder.Shared, "refs")).LinkTarget is not null)
        {
            return [];
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 16,
            AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        return root.EnumerateFiles("*", options).Take(MostLooseTags)
            .Select(file => Tags + Path.GetRelativePath(root.FullName, file.FullName).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(IsName);
    }

    private static Dictionary<string, PackedReference> ReadPacked(GitFolder folder)
    {
        var packed = new Dictionary<string, PackedReference>(StringComparer.Ordinal);
        string? last = null;
        ReadOnlySpan<byte> file = GitFolder.Read(folder.Shared, "packed-refs", LongestPacked) ?? [];
        foreach (var range in file.Split((byte)'\n'))
        {
            var line = file[range];
            if (line.Length is 0 or > LongestName || line[0] == '#')
            {
                continue;
            }

            // The line after an annotated tag names what it is of.
            var text = Encoding.UTF8.GetString(line);
            if (text[0] == '^' && last is not null)
            {
                packed[last] = packed[last] with { Peeled = IdOf(text[1..]) };
            }
            else if (text.Split(' ', 2) is [var id, var name] && IdOf(id) is not null)
            {
                packed[last = name] = new PackedReference(id, null);
            }
        }

        return packed;
    }

    private static string? Target(string? line) =>
        line?.StartsWith(Symbolic, StringComparison.Ordinal) == true && line[Symbolic.Length..].Trim() is var name
            && IsName(name) ? name : null;

    /// <summary>An object's id, by SHA-1 or SHA-256.</summary>
    private static string? IdOf(string? text) => text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigitLower) ? text : null;

    /// <summary>git's manual, "git-check-ref-format": above all, nothing that leads out of the folder.</summary>
    private static bool IsName(string name) =>
        name.StartsWith("refs/", StringComparison.Ordinal) && name.Length <= LongestName
        && name.All(character => character > ' ' && character != '\x7f' && !"~^:?*[\\".Contains(character, StringComparison.Ordinal))
        && name.Split('/').All(part => part.Length > 0 && part[0] != '.' && part[^1] != '.'
            && !part.Contains("..", StringComparison.Ordinal));

    private sealed record PackedReference(string Id, string? Peeled);
}
