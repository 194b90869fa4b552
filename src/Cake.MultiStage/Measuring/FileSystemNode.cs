using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring;

/// <summary>A name in an image's file system, as a container sees it: a directory with what is in it, or a file.</summary>
public sealed class FileSystemNode
{
    private FileSystemNode[] _children = [];

    // While layers are merged, what is in a directory is a chain: nothing is allocated for it, and most of it never moves.
    private FileSystemNode? _newest;
    private FileSystemNode? _older;
    private bool _isRemoved;

    internal FileSystemNode(string path, FileSystemNode? parent)
    {
        Path = path;
        Parent = parent;
    }

    /// <summary>Gets the path from the image's root, such as <c>/bin/sh</c>; <c>/</c> for the root.</summary>
    public string Path { get; }

    /// <summary>Gets the last part of the path; empty for the root.</summary>
    public string Name => PosixPath.NameOf(Path);

    /// <summary>Gets the directory it is in; <see langword="null"/> for the root.</summary>
    public FileSystemNode? Parent { get; }

    /// <summary>
    /// Gets the file as its layer holds it: for a hard link, the file that it is a further name of. <see langword="null"/> for directories
    /// that no layer lists.
    /// </summary>
    public ImageFile? File { get; internal set; }

    /// <summary>Gets the index of the layer it comes from; for directories, the topmost that lists it.</summary>
    public int Layer { get; internal set; }

    /// <summary>Gets what is in the directory, by name in ordinal order; nothing for a file.</summary>
    public IReadOnlyList<FileSystemNode> Children => _children;

    /// <summary>
    /// Gets the bytes of the file, or of everything in the directory. A file with several names counts once, for the first of them in
    /// ordinal order.
    /// </summary>
    public ByteSize Size { get; private set; }

    /// <summary>Gets the number of regular files: 1 for one, for a directory those in it. Further names of a file do not count.</summary>
    public int FileCount { get; private set; }

    /// <summary>Gets a value indicating whether it is a directory.</summary>
    public bool IsDirectory => File is null or { Type: ImageFileType.Directory };

    /// <summary>Gets a value indicating whether it is a further name of a file that is counted elsewhere.</summary>
    public bool IsFurtherName { get; private set; }

    /// <summary>Gets or sets what the names of a file with several have in common; null for a file with one.</summary>
    internal Inode? Inode { get; set; }

    /// <summary>Gets what was put into the directory and not removed since, while layers are merged.</summary>
    internal IEnumerable<FileSystemNode> Present
    {
        get
        {
            for (var child = _newest; child is not null; child = child._older)
            {
                if (!child._isRemoved)
                {
                    yield return child;
                }
            }
        }
    }

    /// <summary>Gets something in the directory by its name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The node, or <see langword="null"/> where there is none.</returns>
    public FileSystemNode? Child(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Child(name.AsSpan());
    }

    /// <summary>Gets everything under the directory, each directory before what is in it, in ordinal order.</summary>
    /// <returns>The nodes, this one left out.</returns>
    public IEnumerable<FileSystemNode> Descendants()
    {
        var waiting = new Stack<FileSystemNode>(Children.Reverse());
        while (waiting.TryPop(out var node))
        {
            yield return node;
            for (var index = node.Children.Count - 1; index >= 0; index--)
            {
                waiting.Push(node.Children[index]);
            }
        }
    }

    /// <summary>Returns the path.</summary>
    /// <returns>The path.</returns>
    public override string ToString() => Path;

    internal FileSystemNode? Child(ReadOnlySpan<char> name)
    {
        var (low, high) = (0, _children.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = PosixPath.NameOf(_children[middle].Path.AsSpan()).SequenceCompareTo(name);
            if (order == 0)
            {
                return _children[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>Finds a path under this directory, without following a symbolic link.</summary>
    internal FileSystemNode? Below(ReadOnlySpan<char> path)
    {
        var node = this;
        foreach (var part in path.Split('/'))
        {
            var name = path[part];
            if (!name.IsEmpty)
            {
                node = node.Child(name);
                if (node is null)
                {
                    return null;
                }
            }
        }

        return node;
    }

    /// <summary>Puts something into the directory, while layers are merged.</summary>
    internal void Put(FileSystemNode child) => (child._older, _newest) = (_newest, child);

    /// <summary>Forgets what was put into the directory, all of which is removed: what is passed over again and again takes time.</summary>
    internal void Clear() => _newest = null;

    /// <summary>Takes it out of the directory it is in, while layers are merged.</summary>
    internal void Remove() => _isRemoved = true;

    /// <summary>Sums up and sorts, once all layers are in. Paths are bounded, and so is the depth of this.</summary>
    internal void Seal()
    {
        if (!IsDirectory)
        {
            if (Inode is { IsCounted: true })
            {
                IsFurtherName = true;
                return;
            }

            Inode?.IsCounted = true;
            (Size, FileCount) = (File!.Size, File.Type == ImageFileType.File ? 1 : 0);
            return;
        }

        _children = [.. Present];
        _newest = null;
        // What is in a directory has its path in common, so whole paths are in the order of the names.
        Array.Sort(_children, static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        var (bytes, files) = (0L, 0);
        foreach (var child in _children)
        {
            child.Seal();
            bytes += child.Size.Bytes;
            files += child.FileCount;
        }

        (Size, FileCount) = (new ByteSize(bytes), files);
    }
}

/// <summary>What the names of a file have in common, where it has several.</summary>
internal sealed class Inode
{
    /// <summary>Gets or sets the number of names it has.</summary>
    public int Names { get; set; } = 1;

    public bool IsCounted { get; set; }
}
