namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>Finds files with the same content, by hash.</summary>
internal static class DuplicateFinder
{
    public static IReadOnlyList<DuplicateFiles> Find(FileSystemTree files)
    {
        var first = new Dictionary<ContentHash, FileSystemNode>();
        var more = new Dictionary<ContentHash, List<string>>();
        foreach (var node in files.Root.Descendants())
        {
            if (node is not { FileCount: 1, File.Hash: { } hash } || first.TryAdd(hash, node))
            {
                continue;
            }

            if (!more.TryGetValue(hash, out var paths))
            {
                more.Add(hash, paths = [first[hash].Path]);
            }

            paths.Add(node.Path);
        }

        return [.. more
            .Select(group => new DuplicateFiles(group.Key, first[group.Key].Size, [.. group.Value.Order(StringComparer.Ordinal)]))
            .OrderByDescending(group => group.Wasted.Bytes).ThenBy(group => group.Paths[0], StringComparer.Ordinal)];
    }
}
