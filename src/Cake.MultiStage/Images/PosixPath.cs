namespace Cake.MultiStage.Images;

/// <summary>
/// Paths with <c>/</c>, as images, archives, Dockerfiles and projects write them, whatever the host. Names are compared as they are
/// written: nothing here looks at a disk.
/// </summary>
internal static class PosixPath
{
    /// <summary>Returns the names between the slashes, without those that change nothing.</summary>
    public static IEnumerable<string> Parts(string path) => path.Split('/').Where(part => part is not ("" or "."));

    /// <summary>
    /// Brings a path into its shortest form, as Go's <c>path.Clean</c> does: <c>..</c> takes the name before it away, nothing is above the
    /// root, and a relative path that leads out of its folder begins with <c>..</c>. Nothing is left of the folder itself.
    /// </summary>
    public static string Clean(string path)
    {
        if (IsClean(path))
        {
            return path;
        }

        var isRooted = path.StartsWith('/');
        List<string> parts = [];
        foreach (var part in Parts(path))
        {
            if (part != ".." || (!isRooted && (parts.Count == 0 || parts[^1] == "..")))
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return (isRooted ? "/" : "") + string.Join('/', parts);
    }

    /// <summary>Follows a path from a folder; an absolute one stays so.</summary>
    public static string Join(string folder, string path) =>
        Clean(path.StartsWith('/') || folder.Length == 0 ? path : $"{folder}/{path}");

    /// <summary>Makes a path absolute that counts from the root: <c>./bin//sh/</c> is <c>/bin/sh</c>.</summary>
    public static string Rooted(string path)
    {
        var trimmed = path.AsSpan().Trim('/');
        if (trimmed.StartsWith("./", StringComparison.Ordinal))
        {
            trimmed = trimmed[2..];
        }

        return !IsClean(trimmed) ? Clean("/" + path)
            : trimmed.Length == path.Length - 1 && path[0] == '/' ? path : string.Concat("/", trimmed);
    }

    /// <summary>Tells whether a relative path in its shortest form leads out of its folder.</summary>
    public static bool Leaves(string path) => path == ".." || path.StartsWith("../", StringComparison.Ordinal);

    /// <summary>Returns the folder that a path is in: nothing for a name alone; the root is in itself.</summary>
    public static string FolderOf(string path) => FolderOf(path.AsSpan()).ToString();

    /// <inheritdoc cref="FolderOf(string)"/>
    public static ReadOnlySpan<char> FolderOf(ReadOnlySpan<char> path)
    {
        var slash = path.LastIndexOf('/');
        return path[..(slash > 0 ? slash : slash + 1)];
    }

    /// <summary>Returns a path's last name.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <inheritdoc cref="NameOf(string)"/>
    public static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Returns a relative folder and those above it, the nearest first and the one that it counts from last.</summary>
    public static IEnumerable<string> Upwards(string folder)
    {
        for (var at = folder; at.Length > 0; at = FolderOf(at))
        {
            yield return at;
        }

        yield return "";
    }

    // Most paths of an archive are: nothing is made of those.
    private static bool IsClean(ReadOnlySpan<char> path)
    {
        var names = path.StartsWith('/') ? path[1..] : path;
        foreach (var part in names.Split('/'))
        {
            if (names[part] is "" or "." or "..")
            {
                return false;
            }
        }

        return true;
    }
}
