using System.Formats.Tar;

namespace Cake.MultiStage.Contexts;

/// <summary>Reads names and properties of a context's entries, and says which entry failed.</summary>
internal sealed class ContextDisk(string directory)
{
    private readonly string root = Resolved(Path.GetFullPath(directory));
    private const UnixFileMode Everyone = (UnixFileMode)511; // 0777, what every link has on Linux
    private const UnixFileMode Executable = (UnixFileMode)493; // 0755, what the Docker CLI gives where the host has no modes

    /// <summary>Gets the context's folder.</summary>
    public string Root => root;

    /// <summary>Checks that the context is a folder.</summary>
    /// <exception cref="BuildContextException">It is not.</exception>
    public void RequireRoot()
    {
        if (!Directory.Exists(root))
        {
            throw new BuildContextException(File.Exists(root)
                ? $"The build context '{root}' is a file. Name the folder that holds the project."
                : $"The build context '{root}' does not exist. Name a folder that is there; a relative one starts at the working "
                    + "directory.");
        }
    }

    /// <summary>Finds an entry without following it.</summary>
    /// <param name="path">A slash path relative to the context.</param>
    /// <returns>The entry, or <see langword="null"/> if there is none.</returns>
    public FileSystemInfo? Find(string path)
    {
        var full = Full(path);
        return Read<FileSystemInfo?>(full, () =>
        {
            var file = new FileInfo(full);
            return (int)file.Attributes == -1 ? null
                : file.Attributes.HasFlag(FileAttributes.Directory) && LinkOf(file) is null ? new DirectoryInfo(full)
                : file;
        });
    }

    /// <summary>Checks that a listed name is text: what is not UTF-8 can't be opened by it, nor be named to the engine.</summary>
    /// <exception cref="BuildContextException">It is not.</exception>
    public void RequireText(string path)
    {
        if (path.Contains('\uFFFD', StringComparison.Ordinal) && Find(path) is null)
        {
            throw new BuildContextException(
                $"'{Full(path)}' has a name that is not UTF-8 (shown with '\uFFFD' in place of what is not), so it can't be sent. "
                + "Rename it, or add its folder to .dockerignore.");
        }
    }

    /// <summary>Lists a folder.</summary>
    /// <param name="path">A slash path relative to the context.</param>
    /// <returns>Its entries.</returns>
    public IReadOnlyList<FileSystemInfo> List(string path)
    {
        var full = Full(path);
        return Read(full, () => Directory.Exists(full) || path.Length == 0 ? new DirectoryInfo(full).GetFileSystemInfos() : []);
    }

    /// <summary>Gets where a symbolic link points. What is none is not asked for it, which would be one more call for each file.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>The link's target; <see langword="null"/> for what is no link.</returns>
    /// <exception cref="BuildContextException">It can't be looked at, as in a folder that lists its names alone.</exception>
    public static string? LinkOf(FileSystemInfo entry) => Read(
        entry.FullName, () => entry.Attributes.HasFlag(FileAttributes.ReparsePoint) ? entry.LinkTarget : null);

    /// <summary>Describes an entry.</summary>
    /// <param name="path">A slash path relative to the context.</param>
    /// <param name="entry">The entry.</param>
    /// <returns>The description, or <see langword="null"/> for a socket, a pipe or a device.</returns>
    public ContextFile? Describe(string path, FileSystemInfo? entry)
    {
        var full = Full(path);
        RequireText(path);
        return Read(full, () =>
        {
            if (entry is not null && LinkOf(entry) is { } target)
            {
                return new ContextFile(path, full, ContextFileKind.SymbolicLink, 0, Everyone, OperatingSystem.IsWindows()
                    ? target.Replace('\\', '/') : target) { Modified = entry.LastWriteTimeUtc };
            }

            var mode = entry is null ? throw new FileNotFoundException("It is gone.") : OperatingSystem.IsWindows() ? Executable
                : entry.UnixFileMode;
            return entry is not FileInfo file
                ? new ContextFile(path, full, ContextFileKind.Directory, 0, mode, null) { Modified = entry.LastWriteTimeUtc }
                : file.Length > 0 || IsRegular(full)
                    ? new ContextFile(path, full, ContextFileKind.File, file.Length, mode, null) { Modified = file.LastWriteTimeUtc }
                : null;
        });
    }

    // .NET tells no pipe from an empty file, and opening a pipe waits for its other end. The tar writer looks before it
    // opens, so it is asked; sockets it refuses.
    private static bool IsRegular(string full)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            try
            {
                writer.WriteEntry(full, "entry");
            }
            catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException))
            {
                return false;
            }
        }

        const int typeFlag = 156;
        return archive.GetBuffer()[typeFlag] == (byte)TarEntryType.RegularFile;
    }

    private static T Read<T>(string full, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BuildContextException($"'{full}' can't be read for the build context: {exception.Message} Correct its permissions, "
                + "or add it to .dockerignore.", exception);
        }
    }

    /// <summary>Follows a folder that is a link itself: what is in it is meant, and below it links stay links.</summary>
    private static string Resolved(string full) =>
        Read(full, () => Directory.Exists(full) ? Directory.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full);

    private string Full(string path) => path.Length == 0 ? root : Path.Join(root, path);
}
