namespace Cake.MultiStage.Measuring;

/// <summary>An image's file system as a container sees it: all layers merged, what upper layers took away left out.</summary>
public sealed class FileSystemTree
{
    // As many links as Linux follows in one path.
    private const int MostLinks = 40;
    private const int LongestPath = 4096;

    internal FileSystemTree(FileSystemNode root) => Root = root;

    /// <summary>Gets a file system with nothing in it.</summary>
    public static FileSystemTree Empty { get; } = new(new FileSystemNode("/", parent: null));

    /// <summary>Gets the root directory.</summary>
    public FileSystemNode Root { get; }

    /// <summary>Finds a path, without following a symbolic link.</summary>
    /// <param name="path">The path from the root, such as <c>/bin/sh</c>.</param>
    /// <returns>What is there, or <see langword="null"/>.</returns>
    public FileSystemNode? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Root.Below(path);
    }

    /// <summary>Finds what a program gets that opens a path: symbolic links are followed within the image.</summary>
    /// <param name="path">The path from the root, such as <c>/bin/sh</c>.</param>
    /// <returns>What is there in the end, or <see langword="null"/> where a link leads to nothing or in a cycle.</returns>
    public FileSystemNode? Resolve(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Walk(path, out _);
    }

    /// <summary>Finds the last link on the way to a path where it leads to nothing; <see langword="null"/> where no link does.</summary>
    internal FileSystemNode? BrokenLink(string path) => Walk(path, out var link) is null ? link : null;

    private FileSystemNode? Walk(string path, out FileSystemNode? link)
    {
        link = null;
        var node = Root;
        var parts = new Stack<string>(path.Length > LongestPath ? [] : path.Split('/').Reverse());
        for (var links = 0; parts.TryPop(out var part);)
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part == "..")
            {
                node = node.Parent ?? node;
                continue;
            }

            if (node.Child(part) is not { } child)
            {
                return null;
            }

            if (child.File is not { Type: ImageFileType.SymbolicLink, LinkTarget: { } target })
            {
                node = child;
                continue;
            }

            link = child;
            if (++links > MostLinks || target.Length is 0 or > LongestPath)
            {
                return null;
            }

            node = target.StartsWith('/') ? Root : node;
            foreach (var further in target.Split('/').Reverse())
            {
                parts.Push(further);
            }
        }

        return path.Length > LongestPath ? null : node;
    }
}
