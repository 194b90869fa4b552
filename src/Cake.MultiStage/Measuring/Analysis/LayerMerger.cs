using Cake.MultiStage.Measuring.Tar;

namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>Lays layers over each other (OCI image specification, "Applying Changesets") and keeps account of what that hides.</summary>
internal sealed class LayerMerger
{
    private readonly FileSystemNode _root = new("/", parent: null);
    private readonly List<HiddenFile> _hidden = [];
    private readonly List<RemovedDirectory> _removed = [];
    private FileSystemNode _folder;
    private int _layer;

    private LayerMerger() => _folder = _root;

    /// <summary>Merges layers, the lowest first.</summary>
    public static MergedLayers Merge(IReadOnlyList<MeasuredLayer> layers)
    {
        var merger = new LayerMerger();
        foreach (var layer in layers)
        {
            merger.Apply(layer.Entries);
            merger._layer++;
        }

        merger._root.Seal();
        return new MergedLayers(new FileSystemTree(merger._root), merger._hidden, merger._removed);
    }

    private void Apply(IReadOnlyList<ImageFile> entries)
    {
        // Marks are about the layers below, wherever they stand in this one.
        foreach (var entry in entries)
        {
            if (entry.IsMark)
            {
                TakeAway(entry);
            }
        }

        _folder = _root;
        foreach (var entry in entries)
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

        if (_root.Below(mark.Path) is not { } node)
        {
            return;
        }

        if (mark.Type == ImageFileType.OpaqueDirectory)
        {
            foreach (var child in node.ByName.Values.ToList())
            {
                Remove(child);
            }
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

        var inode = entry.Type == ImageFileType.Directory ? null : (entry.Type == ImageFileType.HardLink ? _root.Below(entry.LinkTarget) : null)?.Inode ?? new Inode(entry, _layer);
        if (inode is not null)
        {
            // Before anything goes to make room: that may be the link's own target.
            inode.Names++;
        }

        var folder = FolderOf(entry.Path);
        var name = ArchivePath.NameOf(entry.Path);
        var existing = folder.Child(name);
        if (entry.Type == ImageFileType.Directory && existing is { IsDirectory: true })
        {
            (existing.File, existing.Layer) = (entry, _layer);
            return;
        }

        if (existing is not null)
        {
            Remove(existing);
        }

        folder.Add(name.ToString(), new FileSystemNode(entry.Path, folder) { File = inode?.File ?? entry, Layer = inode?.Layer ?? _layer, Inode = inode });
    }

    /// <summary>Gets the folder of a path, made where no layer lists it. Archives list folders one after the other, so the last one is mostly it.</summary>
    private FileSystemNode FolderOf(string path)
    {
        var wanted = ArchivePath.FolderOf(path);
        if (!wanted.SequenceEqual(_folder.Path))
        {
            _folder = Folder(wanted);
        }

        return _folder;
    }

    private FileSystemNode Folder(ReadOnlySpan<char> path)
    {
        var node = _root;
        foreach (var part in path.Split('/'))
        {
            var name = path[part];
            if (name.IsEmpty)
            {
                continue;
            }

            var child = node.Child(name);
            if (child is { IsDirectory: false })
            {
                Remove(child);
                child = null;
            }

            if (child is null)
            {
                child = new FileSystemNode(path[..part.End].ToString(), node) { Layer = _layer };
                node.Add(name.ToString(), child);
            }

            node = child;
        }

        return node;
    }

    private void Remove(FileSystemNode node)
    {
        node.Parent!.Remove(ArchivePath.NameOf(node.Path));
        Hide(node);
        // What is removed may hold the folder that was last written to.
        _folder = _root;
    }

    private void Hide(FileSystemNode node)
    {
        if (node.Inode is { } inode && --inode.Names == 0 && inode.File.Size.Bytes > 0)
        {
            _hidden.Add(new HiddenFile(inode.File, inode.Layer, _layer));
        }

        foreach (var child in node.ByName.Values)
        {
            Hide(child);
        }
    }

    /// <summary>Sums what a directory lists, as dive does: a hard link is listed with 0 bytes.</summary>
    private static long Listed(FileSystemNode node) =>
        node.Inode is { } inode ? (inode.File.Path == node.Path ? inode.File.Size.Bytes : 0) : node.ByName.Values.Sum(Listed);
}

/// <summary>What the layers make together.</summary>
/// <param name="Files">The file system.</param>
/// <param name="Hidden">The files of layers that are not in it any more.</param>
/// <param name="Removed">The directories that a mark took away.</param>
internal sealed record MergedLayers(FileSystemTree Files, IReadOnlyList<HiddenFile> Hidden, IReadOnlyList<RemovedDirectory> Removed);

/// <summary>A file that an upper layer took away or replaced.</summary>
internal sealed record HiddenFile(ImageFile File, int Layer, int RemovedIn);

/// <summary>A directory that an upper layer took away, with the bytes that were in it.</summary>
internal sealed record RemovedDirectory(int Layer, string Path, long Bytes);
