using System.Buffers;

namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>Finds files with the same content, by hash.</summary>
internal static class DuplicateFinder
{
    public static IReadOnlyList<DuplicateFiles> Find(FileSystemTree files, CancellationToken cancellationToken)
    {
        var most = files.Root.FileCount;
        // Sorted by the hash's beginning, which is quicker than a table of all hashes and leaves nothing behind.
        var (beginnings, nodes) = (ArrayPool<ulong>.Shared.Rent(most), ArrayPool<FileSystemNode>.Shared.Rent(most));
        try
        {
            var count = 0;
            foreach (var node in files.Root.Descendants().Heeding(cancellationToken))
            {
                if (node is { FileCount: 1, File.Hash: { } hash })
                {
                    (beginnings[count], nodes[count]) = (hash.Beginning, node);
                    count++;
                }
            }

            Array.Sort(beginnings, nodes, 0, count);
            return [.. Groups(beginnings.AsMemory(0, count), nodes)
                .OrderByDescending(group => group.Wasted.Bytes).ThenBy(group => group.Paths[0], StringComparer.Ordinal)];
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(beginnings);
            ArrayPool<FileSystemNode>.Shared.Return(nodes, clearArray: true);
        }
    }

    private static IEnumerable<DuplicateFiles> Groups(ReadOnlyMemory<ulong> beginnings, FileSystemNode[] nodes)
    {
        for (var (start, end) = (0, 0); start < beginnings.Length; start = end)
        {
            do
            {
                end++;
            }
            while (end < beginnings.Length && beginnings.Span[end] == beginnings.Span[start]);

            if (end - start > 1)
            {
                var alike = new ArraySegment<FileSystemNode>(nodes, start, end - start);
                var hash = HashOf(alike[0]);
                if (alike.All(node => HashOf(node) == hash))
                {
                    yield return Files(hash, alike);
                    continue;
                }

                foreach (var group in alike.GroupBy(HashOf).Where(group => group.Skip(1).Any()))
                {
                    yield return Files(group.Key, [.. group]);
                }
            }
        }
    }

    private static ContentHash HashOf(FileSystemNode node) => node.File!.Hash!.Value;

    private static DuplicateFiles Files(ContentHash hash, IReadOnlyList<FileSystemNode> nodes)
    {
        var paths = new string[nodes.Count];
        for (var i = 0; i < paths.Length; i++)
        {
            paths[i] = nodes[i].Path;
        }

        Array.Sort(paths, StringComparer.Ordinal);
        return new DuplicateFiles(hash, nodes[0].Size, paths);
    }
}
