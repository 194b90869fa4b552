namespace Cake.MultiStage.Origins.Git;

/// <summary>
/// The folder that holds a repository, found and read as data. Nothing in it is run, nothing it names is opened unless it
/// belongs to this very project, and a file counts only where it is a regular one: a link, a pipe or a device is passed over.
/// </summary>
/// <param name="Own">What belongs to this worktree: <c>HEAD</c>.</param>
/// <param name="Shared">What all worktrees share: branches, tags, objects, the configuration.</param>
internal sealed record GitFolder(string Own, string Shared)
{
    private const string Name = ".git";
    private const int LongestPath = 16 * 1024;

    /// <summary>Finds the repository that a folder is in, as git does: in the folder, or in the nearest one above.</summary>
    public static GitFolder? Around(string directory)
    {
        var isProject = true;
        for (var folder = new DirectoryInfo(Path.GetFullPath(directory)); folder is not null; folder = folder.Parent)
        {
            // What lies above a link is above its target.
            folder = folder.ResolveLinkTarget(returnFinalTarget: true) as DirectoryInfo ?? folder;
            var entry = new FileInfo(Path.Join(folder.FullName, Name));
            if ((entry.Exists || Directory.Exists(entry.FullName)) && (isProject || !IsOpenToAll(folder)))
            {
                return In(folder.FullName, entry);
            }

            isProject = false;
        }

        return null;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="root"><see cref="Own"/> or <see cref="Shared"/>, or another folder of objects.</param>
    /// <param name="relative">The file's path in it, with slashes.</param>
    /// <param name="limit">How long it may be.</param>
    /// <returns>Its bytes, or <see langword="null"/> where there is no such regular file.</returns>
    /// <exception cref="InvalidDataException">It is longer.</exception>
    public static byte[]? Read(string root, string relative, int limit)
    {
        using var file = Open(root, relative);
        if (file is null)
        {
            return null;
        }

        // The length is a promise that a file which grows does not keep.
        var content = new byte[file.Length <= limit ? (int)file.Length : throw TooLong(root, relative, limit)];
        return content[..file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
    }

    /// <summary>Reads a file of one line.</summary>
    public static string? ReadLine(string root, string relative) =>
        Read(root, relative, LongestPath) is { } content ? System.Text.Encoding.UTF8.GetString(content).TrimEnd('\n', '\r', ' ') : null;

    /// <summary>Opens a file, or gives <see langword="null"/> where there is no such regular file.</summary>
    public static FileStream? Open(string root, string relative)
    {
        var path = root;
        foreach (var part in relative.Split('/'))
        {
            path = Path.Join(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                return null;
            }
        }

        // Pipes, sockets and devices have no length, and opening a pipe would wait for its other end.
        return new FileInfo(path) is { Exists: true, Length: > 0 }
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
    }

    /// <summary>Says whether a path leads to another computer: opening it would open a connection, and log in there.</summary>
    public static bool IsRemote(string path) => path.Length > 1 && path[0] is '/' or '\\' && path[1] is '/' or '\\';

    /// <summary>Resolves the links of all of a path's folders.</summary>
    public static string RealPath(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        foreach (var part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Join(real, part);
            real = new DirectoryInfo(real).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? real;
        }

        return real;
    }

    private static GitFolder? In(string folder, FileInfo entry)
    {
        if (Directory.Exists(entry.FullName) && entry.LinkTarget is null)
        {
            return new GitFolder(entry.FullName, entry.FullName);
        }

        const string Prefix = "gitdir:";
        var target = entry.LinkTarget ?? (
            ReadLine(folder, Name) is { } line && line.StartsWith(Prefix, StringComparison.Ordinal) ? line[Prefix.Length..].Trim() : null);
        if (target is not { Length: > 0 } || IsRemote(target))
        {
            return null;
        }

        // Whoever wrote the file could have named any repository of this host: it has to know this folder as its own.
        var own = Path.GetFullPath(target, folder);
        return IsWorktree(own, entry.FullName) ? new GitFolder(own, Path.GetFullPath(Path.Join(own, "..", "..")))
            : IsSubmodule(own, folder) ? new GitFolder(own, own)
            : null;
    }

    /// <summary>A worktree's folder is <c>REPOSITORY/worktrees/NAME</c>, and has the way back in its file <c>gitdir</c>.</summary>
    private static bool IsWorktree(string own, string entry) =>
        Path.GetFileName(Path.GetDirectoryName(own)) == "worktrees" && LeadsTo(ReadLine(own, "gitdir"), own, entry);

    /// <summary>A submodule's folder has the way back in its configuration.</summary>
    private static bool IsSubmodule(string own, string folder) =>
        Read(own, "config", GitConfig.Longest) is { } config && LeadsTo(GitConfig.Parse(config).Find("core", "", "worktree"), own, folder);

    private static bool LeadsTo(string? path, string from, string to) =>
        path is { Length: > 0 } && !IsRemote(path) && RealPath(Path.GetFullPath(path, from)) == RealPath(to);

    /// <summary>In a folder such as <c>/tmp</c> anybody may have put a repository.</summary>
    private static bool IsOpenToAll(DirectoryInfo folder) =>
        !OperatingSystem.IsWindows() && folder.UnixFileMode.HasFlag(UnixFileMode.OtherWrite | UnixFileMode.StickyBit);

    private static InvalidDataException TooLong(string root, string relative, int limit) =>
        new($"'{relative}' in '{root}' is longer than {limit} bytes");
}
