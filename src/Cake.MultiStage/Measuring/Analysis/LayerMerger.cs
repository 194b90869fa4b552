using System.Runtime.InteropServices;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>Lays layers over each other (OCI image specification, "Applying Changesets") and keeps account of what that hides.</summary>
internal sealed class LayerMerger
{
    // Characters in the paths of folders that no layer lists: a path of 4,096 implies 2,048 of them.
    private const long MostImplied = 1L << 27;

    private readonly FileSystemNode _root = new("/", parent: null);
    private readonly Dictionary<string, FileSystemNode> _nodes;
    private readonly List<HiddenFile> _hidden = [];
    private readonly List<RemovedDirectory> _removed = [];
    private FileSystemNode _folder;
    private int _layer;
    private long _implied;
    private int _unlisted;

    private LayerMerger(int nodes)
    {
        _folder = _root;
        _nodes = new Dictionary<string, FileSystemNode>(nodes, StringComparer.Ordinal) { [_root.Path] = _root };
    }

    /// <summary>Merges layers, the lowest first.</summary>
    public static MergedLayers Merge(IReadOnlyList<MeasuredLayer> layers, CancellationToken cancellationToken)
    {
        var merger = new LayerMerger(layers.Sum(layer => layer.Entries.Count) + 1);
        foreach (var layer in layers)
        {
            merger.Apply(layer.Entries, cancellationToken);
            merger._layer++;
        }

        merger._root.Seal();
        return new MergedLayers(new FileSystemTree(merger._root), merger._hidden, merger._removed) { Unlisted = merger._unlisted };
    }

    private void Apply(IReadOnlyList<ImageFile> entries, CancellationToken cancellationToken)
    {
        // Marks are about the layers below, wherever they stand in this one.
        foreach (var entry in entries.Heeding(cancellationToken))
        {
            if (entry.IsMark)
            {
                TakeAway(entry);
            }
        }

        _folder = _root;
        foreach (var entry in entries.Heeding(cancellationToken))
        {
            if (!entry.IsMark)
            {
                Put(entry);
            }
        }
    }

    private void TakeAway(ImageFile mark)
    {
        if (mark.Size.Bytes > 0)
        {
            _hidden.Add(new HiddenFile(mark, _layer, _layer));
        }

        if (!_nodes.TryGetValue(mark.Path, out var node))
        {
            return;
        }

        if (mark.Type == ImageFileType.OpaqueDirectory)
        {
            foreach (var child in node.Present)
            {
                Remove(child);
            }

            node.Clear();
        }
        else if (node.Parent is not null)
        {
            if (node.IsDirectory)
            {
                _removed.Add(new RemovedDirectory(_layer, node.Path, Listed(node)));
            }

            Remove(node);
        }
    }

    private void Put(ImageFile entry)
    {
        if (entry.Path == "/")
        {
            (_root.File, _root.Layer) = (entry.Type == ImageFileType.Directory ? entry : _root.File, _layer);
            return;
        }

        if (_implied > MostImplied)
        {
            _unlisted++;
            return;
        }

        var folder = FolderOf(entry.Path);
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_nodes, entry.Path, out _);
        var existing = place;
        if (existing is { IsDirectory: true } && entry.Type == ImageFileType.Directory)
        {
            (existing.File, existing.Layer) = (entry, _layer);
            return;
        }

        var node = Named(entry, folder);
        place = node;
        if (existing is not null)
        {
            Remove(existing);
            _nodes[entry.Path] = node;
        }

        folder.Put(node);
    }

    /// <summary>
    /// Makes the name of a file, which a hard link gives to one that is there. It counts before anything goes to make room: that may be the
    /// link's own target.
    /// </summary>
    private FileSystemNode Named(ImageFile entry, FileSystemNode folder)
    {
        if (entry.Type != ImageFileType.HardLink || _nodes.GetValueOrDefault(entry.LinkTarget!) is not { IsDirectory: false } target)
        {
            return new FileSystemNode(entry.Path, folder) { File = entry, Layer = _layer };
        }

        target.Inode ??= new Inode();
        target.Inode.Names++;
        return new FileSystemNode(entry.Path, folder) { File = target.File, Layer = target.Layer, Inode = target.Inode };
    }

    /// <summary>
    /// Gets the folder of a path, made where no layer lists it. Archives list folders one after the other, so the last one is mostly it.
    /// </summary>
    private FileSystemNode FolderOf(string path)
    {
        var wanted = PosixPath.FolderOf(path);
        if (!wanted.SequenceEqual(_folder.Path))
        {
            _folder = Folder(wanted);
        }

        return _folder;
    }

    private FileSystemNode Folder(ReadOnlySpan<char> path)
    {
        if (_nodes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path, out var node) && node.IsDirectory)
        {
            return node;
        }

        var parent = Folder(PosixPath.FolderOf(path));
        if (node is not null)
        {
            Remove(node);
        }

        _implied += path.Length;
        var folder = new FileSystemNode(path.ToString(), parent) { Layer = _layer };
        parent.Put(folder);
        _nodes[folder.Path] = folder;
        return folder;
    }

    private void Remove(FileSystemNode node)
    {
        Hide(node);
        // What is removed may hold the folder that was last written to.
        _folder = _root;
    }

    private void Hide(FileSystemNode node)
    {
        node.Remove();
        _nodes.Remove(node.Path);
        if (node is { IsDirectory: false, File: { Size.Bytes: > 0 } file } && (node.Inode is not { } inode || --inode.Names == 0))
        {
            _hidden.Add(new HiddenFile(file, node.Layer, _layer));
        }

        foreach (var child in node.Present)
        {
            Hide(child);
        }
    }

    /// <summary>Sums what a directory lists, as dive does: a hard link is listed with 0 bytes.</summary>
    private static long Listed(FileSystemNode node) =>
        node is { IsDirectory: false, File: { } file } ? (file.Path == node.Path ? file.Size.Bytes : 0) : node.Present.Sum(Listed);
}

/// <summary>What the layers make together.</summary>
/// <param name="Files">The file system.</param>
/// <param name="Hidden">The files of layers that are not in it any more.</param>
/// <param name="Removed">The directories that a mark took away.</param>
internal sealed record MergedLayers(FileSystemTree Files, IReadOnlyList<HiddenFile> Hidden, IReadOnlyList<RemovedDirectory> Removed)
{
    /// <summary>Gets the number of entries that were left out: they imply more folders than are held.</summary>
    public int Unlisted { get; init; }
}

/// <summary>A file that an upper layer took away or replaced.</summary>
internal sealed record HiddenFile(ImageFile File, int Layer, int RemovedIn);

/// <summary>A directory that an upper layer took away, with the bytes that were in it.</summary>
internal sealed record RemovedDirectory(int Layer, string Path, long Bytes);
