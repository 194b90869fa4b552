namespace Cake.MultiStage.Measuring.Tar;

/// <summary>Paths as an archive writes them, made absolute: <c>./bin//sh/</c> is <c>/bin/sh</c>.</summary>
internal static class ArchivePath
{
    // Linux takes no longer ones; a bound on the depth of the trees made of them.
    private const int Longest = 4096;

    /// <exception cref="InvalidDataException">The path is longer than any system takes.</exception>
    public static string Absolute(string name)
    {
        if (name.Length > Longest)
        {
            throw new InvalidDataException($"The archive is damaged: it has a path of {name.Length} characters.");
        }

        var trimmed = name.AsSpan().Trim('/');
        if (trimmed.StartsWith("./", StringComparison.Ordinal))
        {
            trimmed = trimmed[2..];
        }

        return IsPlain(trimmed)
            ? trimmed.Length == name.Length - 1 && name[0] == '/' ? name : string.Concat("/", trimmed)
            : Resolved("/", name);
    }

    /// <summary>Follows a path from a folder; <c>..</c> stops at the root.</summary>
    public static string Resolved(string folder, string path)
    {
        var parts = new List<string>();
        foreach (var part in (path.StartsWith('/') ? path : folder + "/" + path).Split('/'))
        {
            switch (part)
            {
                case "" or ".":
                    break;
                case "..":
                    parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }

        return "/" + string.Join('/', parts);
    }

    /// <summary>Gets the folder a path is in; the root is in itself.</summary>
    public static ReadOnlySpan<char> FolderOf(ReadOnlySpan<char> path) => path.LastIndexOf('/') is var slash and > 0 ? path[..slash] : "/";

    public static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> path) => path[(path.LastIndexOf('/') + 1)..];

    private static bool IsPlain(ReadOnlySpan<char> path) =>
        !path.IsEmpty && !path.Contains("//", StringComparison.Ordinal) && path is not "." and not ".."
        && !path.Contains("/./", StringComparison.Ordinal) && !path.Contains("/../", StringComparison.Ordinal)
        && !path.StartsWith("./", StringComparison.Ordinal) && !path.StartsWith("../", StringComparison.Ordinal)
        && !path.EndsWith("/.", StringComparison.Ordinal) && !path.EndsWith("/..", StringComparison.Ordinal);
}
