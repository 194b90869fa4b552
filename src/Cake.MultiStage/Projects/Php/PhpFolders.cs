using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Php;

/// <summary>The folders of a program in PHP that it writes to, as far as the project shows them.</summary>
internal static partial class PhpFolders
{
    private const int Deepest = 3;

    /// <summary>What makes git keep a folder that is empty otherwise.</summary>
    private static readonly HashSet<string> Placeholders = new(StringComparer.OrdinalIgnoreCase)
    {
        ".gitignore", ".gitkeep", ".keep", ".gitempty", ".empty", ".htaccess",
    };

    /// <summary>Names that say the same of a folder that holds a text for people alone.</summary>
    private static readonly HashSet<string> Written = new(StringComparer.OrdinalIgnoreCase)
    {
        "log", "logs", "var", "cache", "tmp", "temp", "data", "storage", "upload", "uploads", "files", "runtime", "writable", "sessions",
    };

    /// <summary>Returns the folders that the project keeps although they are empty: those that the program fills.</summary>
    public static IEnumerable<string> Empty(ProjectFolder folder)
    {
        var marks = folder.Find(".gitignore", ".gitkeep", ".keep", ".gitempty", ".empty", "README.md", "readme.md")
            .Where(path => path.Contains('/', StringComparison.Ordinal) && path.Count(letter => letter == '/') <= Deepest)
            .Select(path => path[..path.LastIndexOf('/')]).Where(path => !PhpPreset.IsOthers(path + "/"))
            .Distinct(StringComparer.Ordinal).Where(path => IsEmpty(folder, path)).Order(StringComparer.Ordinal).ToList();
        return marks.Where(path => !marks.Exists(other => path.StartsWith(other + "/", StringComparison.Ordinal)));
    }

    /// <summary>Returns a file that writes files, and none of the folders of the system; null where none does.</summary>
    public static string? Writer(ProjectFolder folder) => folder.Find("*.php").Where(path => !PhpPreset.IsOthers(path))
        .FirstOrDefault(path => Writes().IsMatch(folder.Read(path)));

    private static bool IsEmpty(ProjectFolder folder, string path)
    {
        string[] names = [.. folder.FilesBelow(path).Select(file => file[(file.LastIndexOf('/') + 1)..])];
        return Array.TrueForAll(names, Placeholders.Contains)
            || (Written.Contains(path[(path.LastIndexOf('/') + 1)..])
                && Array.TrueForAll(names,
                    name => Placeholders.Contains(name) || name.StartsWith("readme", StringComparison.OrdinalIgnoreCase)));
    }

    [GeneratedRegex(@"\b(file_put_contents|move_uploaded_file|mkdir)\s*\(",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Writes();
}
