namespace Cake.MultiStage.Projects.DotNet;

/// <summary>Paths relative to the project's folder, with <c>/</c>.</summary>
internal static class RelativePath
{
    /// <summary>Returns the folder of a file; empty for the project's own.</summary>
    public static string FolderOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    public static string FileOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    public static string Join(string folder, string file) => folder.Length == 0 ? file : $"{folder}/{file}";

    /// <summary>Follows a path as a project file writes it; what leaves the folder begins with <c>..</c>.</summary>
    public static string Follow(string folder, string path)
    {
        List<string> parts = [];
        var text = path.Replace('\\', '/');
        foreach (var part in (text.StartsWith('/') ? text : Join(folder, text)).Split('/').Where(part => part is not ("" or ".")))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>Returns a folder and those above it, the nearest first and the project's own last.</summary>
    public static IEnumerable<string> Upwards(string folder)
    {
        for (var at = folder; at.Length > 0; at = FolderOf(at))
        {
            yield return at;
        }

        yield return "";
    }
}
