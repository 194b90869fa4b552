using Cake.MultiStage.Contexts;

namespace Cake.MultiStage.Projects;

/// <summary>The files of a project, read for what they say. Paths are relative to its folder, with <c>/</c>.</summary>
internal sealed class ProjectFolder
{
    /// <summary>Folders that tools make: what is in them says nothing about the project.</summary>
    private static readonly HashSet<string> Made = new(StringComparer.Ordinal) { ".git", ".hg", ".svn", "bin", "obj", "node_modules", "target", "dist", "__pycache__", ".venv", "venv", ".gradle", "artifacts", "TestResults" };

    /// <exception cref="MultiStageException">The folder is missing.</exception>
    public ProjectFolder(string path) => Path = ProjectDescription.ExistingDirectory(path);

    /// <summary>Gets the absolute path.</summary>
    public string Path { get; }

    /// <summary>Gets the folder's own name.</summary>
    public string Name => System.IO.Path.GetFileName(Path.TrimEnd('/', '\\')) is { Length: > 0 } name ? name : "app";

    public bool Has(string path) => File.Exists(Absolute(path));

    public bool HasFolder(string path) => Directory.Exists(Absolute(path));

    /// <exception cref="MultiStageException">The file can't be read.</exception>
    public string Read(string path)
    {
        try
        {
            return File.ReadAllText(Absolute(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MultiStageException($"'{Absolute(path)}' can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a file that need not be there.</summary>
    public string? ReadIfThere(string path) => Has(path) ? Read(path) : null;

    /// <summary>Returns those of some paths that exist, in their order.</summary>
    public IReadOnlyList<string> Existing(params IEnumerable<string> paths) => [.. paths.Where(path => Has(path) || HasFolder(path))];

    /// <summary>Returns the first of some paths that exists.</summary>
    public string? First(params IEnumerable<string> paths) => paths.FirstOrDefault(path => Has(path) || HasFolder(path));

    /// <summary>Returns the names of the files and folders right in the folder that travel to the engine: those that its <c>.dockerignore</c> leaves out would be missing there.</summary>
    public IReadOnlyList<string> Travelling()
    {
        var ignore = IgnoreFile.Parse(ReadIfThere("Dockerfile.dockerignore") ?? ReadIfThere(".dockerignore") ?? "");
        return [.. Directory.EnumerateFileSystemEntries(Path).Select(entry => System.IO.Path.GetFileName(entry)).Where(Travels).Order(StringComparer.Ordinal)];

        bool Travels(string name) => ignore.Judge(name, folder: null) is var verdict && (!verdict.Ignored || (HasFolder(name) && ignore.MayReincludeBelow(name, verdict)));
    }

    /// <summary>Finds files by name patterns such as <c>*.csproj</c>, in all folders but those that tools make; in ordinal order, the folder's own files first.</summary>
    public IReadOnlyList<string> Find(params IEnumerable<string> patterns)
    {
        string[] given = [.. patterns];
        List<string> found = [];
        Collect(new DirectoryInfo(Path), "", given, found);
        return [.. found.OrderBy(path => path.Count(c => c == '/')).ThenBy(path => path, StringComparer.Ordinal)];
    }

    private static void Collect(DirectoryInfo folder, string prefix, string[] patterns, List<string> found)
    {
        foreach (var file in folder.EnumerateFiles())
        {
            if (patterns.Any(pattern => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, file.Name, ignoreCase: false)))
            {
                found.Add(prefix + file.Name);
            }
        }

        foreach (var inner in folder.EnumerateDirectories().Where(inner => !Made.Contains(inner.Name) && inner.LinkTarget is null))
        {
            Collect(inner, prefix + inner.Name + "/", patterns, found);
        }
    }

    private string Absolute(string path) => System.IO.Path.Combine(Path, path);
}
