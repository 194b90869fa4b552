using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Cake.MultiStage.Contexts;

namespace Cake.MultiStage.Projects;

/// <summary>The files of a project, read for what they say. Paths are relative to its folder, with <c>/</c>.</summary>
internal sealed class ProjectFolder
{
    /// <summary>Folders that tools make: what is in them says nothing about the project.</summary>
    private static readonly HashSet<string> Made = new(StringComparer.Ordinal) { ".git", ".hg", ".svn", "bin", "obj", "node_modules",
        "target", "dist", "__pycache__", ".venv", "venv", ".gradle", "artifacts", "TestResults" };

    /// <exception cref="MultiStageException">The folder is missing.</exception>
    public ProjectFolder(string path) => Path = ContextDirectory = ProjectDescription.ExistingDirectory(path);

    private ProjectFolder(string path, string contextDirectory) => (Path, ContextDirectory) = (path, contextDirectory);

    /// <summary>Gets the absolute path.</summary>
    public string Path { get; }

    /// <summary>Gets the folder that is the build context: this one, or one above that holds what the project refers to as well.</summary>
    public string ContextDirectory { get; }

    /// <summary>Gets the folder's path in the build context: empty, or ending in <c>/</c>.</summary>
    public string Below => Relative(ContextDirectory, Path);

    /// <summary>Gets the folder that was described, where that is one below: empty, or ending in <c>/</c>.</summary>
    public string Described { get; private init; } = "";

    /// <summary>Gets the folder's own name.</summary>
    public string Name => System.IO.Path.GetFileName(Path.TrimEnd('/', '\\')) is { Length: > 0 } name ? name : "app";

    /// <summary>Finds the nearest folder above that has a file, within the repository where the folder is in one.</summary>
    public ProjectFolder? Above(string file)
    {
        var at = Path;
        while (!IsTop(at) && System.IO.Path.GetDirectoryName(at) is { } above)
        {
            if (File.Exists(System.IO.Path.Combine(above, file)))
            {
                return At(above);
            }

            at = above;
        }

        return null;
    }

    /// <summary>Returns the folder above that holds some paths, such as <c>../Lib/Lib.csproj</c>, besides this one.</summary>
    /// <param name="outside">The paths, relative to this folder.</param>
    /// <param name="referrer">What refers to them, for the error.</param>
    /// <exception cref="MultiStageException">One doesn't exist, or is outside of the repository.</exception>
    public ProjectFolder Holding(IEnumerable<string> outside, string referrer)
    {
        var root = Path;
        foreach (var path in outside)
        {
            var full = System.IO.Path.GetFullPath(Absolute(path)).TrimEnd(System.IO.Path.DirectorySeparatorChar);
            if (!File.Exists(full) && !Directory.Exists(full))
            {
                throw new MultiStageException($"{referrer} refers to '{path}', which is '{full}' and does not exist. Correct the "
                    + "reference.");
            }

            while (!IsIn(root, full))
            {
                root = !IsTop(root) && System.IO.Path.GetDirectoryName(root) is { } above ? above : throw new MultiStageException(
                    $"{referrer} refers to '{path}', which is '{full}': no folder that could be the build context holds both it and "
                    + $"'{Path}'{(IsRepository(root) ? $", as the repository ends at '{root}'" : "")}. Bring it into the repository.");
            }
        }

        return At(root);
    }

    /// <summary>Returns the same folder with a build context that holds some paths outside of it as well.</summary>
    /// <param name="outside">The paths, relative to this folder.</param>
    /// <param name="referrer">What refers to them, for the error.</param>
    /// <exception cref="MultiStageException">One doesn't exist, or is outside of the repository.</exception>
    public ProjectFolder Reaching(IEnumerable<string> outside, string referrer) =>
        new(Path, Holding([.. outside, "."], referrer).Path) { Described = Described };

    /// <summary>Returns where the folder is in the builder, when the build context is at a path there.</summary>
    public string In(string directory) => (directory + "/" + Below).TrimEnd('/');

    /// <summary>Returns the path in the build context of one that is relative to the folder.</summary>
    public string InContext(string path) => Relative(ContextDirectory, System.IO.Path.GetFullPath(Absolute(path)))
        .TrimEnd('/') is { Length: > 0 } inside ? inside : ".";

    public bool Has(string path) => File.Exists(Absolute(path));

    public bool HasFolder(string path) => Directory.Exists(Absolute(path));

    /// <exception cref="MultiStageException">The file can't be read, or is larger than any that is read so.</exception>
    public string Read(string path)
    {
        try
        {
            return SmallFile.Text(Absolute(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MultiStageException($"'{Absolute(path)}' can't be read: {exception.Message}", exception);
        }
    }

    /// <exception cref="MultiStageException">The file can't be read, or is not valid XML.</exception>
    public XElement ReadXml(string path)
    {
        const int Deepest = 256;
        const int MostOfEntities = 10_000_000;
        try
        {
            // A tree of elements takes the square of its depth to build.
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse, MaxCharactersFromEntities = MostOfEntities,
                XmlResolver = null };
            var text = Read(path);
            using (var reader = XmlReader.Create(new StringReader(text), settings))
            {
                while (reader.Read())
                {
                    if (reader.Depth > Deepest)
                    {
                        throw new XmlException(string.Create(CultureInfo.InvariantCulture,
                            $"its elements are more than {Deepest} deep in each other."));
                    }
                }
            }

            return XDocument.Parse(text).Root!;
        }
        catch (XmlException exception)
        {
            throw new MultiStageException($"'{path}' in '{Path}' is not valid XML: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a file that need not be there.</summary>
    public string? ReadIfThere(string path) => Has(path) ? Read(path) : null;

    /// <summary>Returns those of some paths that exist, in their order.</summary>
    public IReadOnlyList<string> Existing(params IEnumerable<string> paths) => [.. paths.Where(path => Has(path) || HasFolder(path))];

    /// <summary>Returns the first of some paths that exists.</summary>
    public string? First(params IEnumerable<string> paths) => paths.FirstOrDefault(path => Has(path) || HasFolder(path));

    /// <summary>Returns the names of the files and folders in one of its folders, in ordinal order.</summary>
    public IReadOnlyList<string> Entries(string path) =>
        [.. Directory.EnumerateFileSystemEntries(Absolute(path)).Select(entry => System.IO.Path.GetFileName(entry))
            .Order(StringComparer.Ordinal)];

    /// <summary>Returns the paths of the files in one of its folders and in those below, no more than can tell what is in there.</summary>
    public IEnumerable<string> FilesBelow(string path)
    {
        const int Most = 2000;
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(Absolute(path), "*", options).Take(Most)
            .Select(file => System.IO.Path.GetRelativePath(Path, file).Replace(System.IO.Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>
    /// Returns the names of the files and folders right in the folder that travel to the engine: those that its <c>.dockerignore</c> or the
    /// defaults leave out would be missing there.
    /// </summary>
    /// <param name="settings">The settings, which may bring some back.</param>
    /// <param name="ignored">What the ecosystem's tools leave.</param>
    public IReadOnlyList<string> Travelling(ImageProjectSettings settings, IEnumerable<string> ignored)
    {
        var ignore = Ignore(settings, ignored);
        return [.. Entries("").Where(Travels)];

        bool Travels(string name) =>
            ignore.Judge(name, folder: null) is var verdict
                && (!verdict.Ignored || (HasFolder(name) && ignore.MayReincludeBelow(name, verdict)));
    }

    /// <summary>Returns the project's own ignore file, as builds read it: the one beside the Dockerfile comes first.</summary>
    public IgnoreFile OwnIgnore()
    {
        var beside = ReadIfThere("Dockerfile.dockerignore") is { } text && !text.StartsWith(IgnoreFile.Mark, StringComparison.Ordinal)
            ? text
            : null;
        return IgnoreFile.Parse(beside ?? ReadIfThere(".dockerignore") ?? "");
    }

    /// <summary>Returns what stays out of the build, by the project's own ignore file or by default.</summary>
    /// <param name="settings">The settings, which may bring some back.</param>
    /// <param name="ignored">What the ecosystem's tools leave.</param>
    public IgnoreFile Ignore(ImageProjectSettings settings, IEnumerable<string> ignored) =>
        OwnIgnore().WithDefaults(LeftOut.Of(this, ignored), [], [.. settings.Include]);

    /// <summary>
    /// Finds files by name patterns such as <c>*.csproj</c>, in all folders but those that tools make; in ordinal order, the folder's own
    /// files first.
    /// </summary>
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
            if (patterns.Any(pattern =>
                System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, file.Name, ignoreCase: false)))
            {
                found.Add(prefix + file.Name);
            }
        }

        foreach (var inner in folder.EnumerateDirectories().Where(inner => !Made.Contains(inner.Name) && inner.LinkTarget is null))
        {
            Collect(inner, prefix + inner.Name + "/", patterns, found);
        }
    }

    private ProjectFolder At(string above) => new(above, above) { Described = Relative(above, Path) + Described };

    // Above a repository, or where all of a user's folders lie, nothing belongs to the project.
    private static bool IsTop(string path) =>
        IsRepository(path) || path == Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)
            || path == System.IO.Path.GetPathRoot(path);

    private static bool IsRepository(string path) => System.IO.Path.Exists(System.IO.Path.Combine(path, ".git"));

    private static bool IsIn(string folder, string path) =>
        path == folder || path.StartsWith(folder.TrimEnd(System.IO.Path.DirectorySeparatorChar) + System.IO.Path.DirectorySeparatorChar,
            StringComparison.Ordinal);

    private static string Relative(string folder, string path) =>
        path == folder ? "" : System.IO.Path.GetRelativePath(folder, path).Replace(System.IO.Path.DirectorySeparatorChar, '/')
            .TrimEnd('/') + "/";

    private string Absolute(string path) => System.IO.Path.Combine(Path, path);
}
