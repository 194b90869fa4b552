using System.Runtime.InteropServices;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>Waste as dive computes it (wagoodman/dive, <c>filetree.Efficiency</c> and <c>image.Analyze</c>), with its defects.</summary>
internal static class DiveFormula
{
    // As LayerMerger has it.
    private const long MostImplied = 1L << 27;

    public static DiveWaste Of(
        IReadOnlyList<MeasuredLayer> layers, IReadOnlyList<RemovedDirectory> removed, CancellationToken cancellationToken)
    {
        var user = new ByteSize(layers.Skip(1).Sum(layer => layer.Size.Bytes));
        // A layer alone has each path once, and nothing to waste it on.
        return layers.Count < 2 ? new DiveWaste(1, default, user) : Of(AccountsOf(layers, removed, cancellationToken), user);
    }

    private static DiveWaste Of(Dictionary<string, Account> paths, ByteSize user)
    {
        var (smallest, sum, wasted) = (0L, 0L, 0L);
        foreach (var account in paths.Values)
        {
            smallest += account.Smallest;
            sum += account.Sum;
            wasted += account.Count > 1 ? account.Sum : 0;
        }

        return new DiveWaste(sum == 0 ? 1 : (double)smallest / sum, new ByteSize(wasted), user);
    }

    private static Dictionary<string, Account> AccountsOf(
        IReadOnlyList<MeasuredLayer> layers, IReadOnlyList<RemovedDirectory> removed, CancellationToken cancellationToken)
    {
        var removedBytes = removed.ToDictionary(directory => (directory.Layer, directory.Path), directory => directory.Bytes);
        var paths = new Dictionary<string, Account>(layers.Sum(layer => layer.Entries.Count), StringComparer.Ordinal);
        foreach (var (index, layer) in layers.Index())
        {
            var folders = Folders(layer.Entries, cancellationToken);
            foreach (var entry in layer.Entries.Heeding(cancellationToken))
            {
                // dive leaves opaque marks out, and counts folders only where nothing is in them.
                if (entry.Type == ImageFileType.OpaqueDirectory || (entry.Type == ImageFileType.Directory && folders.Contains(entry.Path)))
                {
                    continue;
                }

                var bytes = entry.Type == ImageFileType.Whiteout ? removedBytes.GetValueOrDefault((index, entry.Path)) : entry.Size.Bytes;
                ref var account = ref CollectionsMarshal.GetValueRefOrAddDefault(paths, entry.Path, out var known);
                account = known
                    ? new Account(Math.Min(account.Smallest, bytes), account.Sum + bytes, account.Count + 1)
                    : new Account(bytes, bytes, 1);
            }
        }

        return paths;
    }

    private static HashSet<string> Folders(IReadOnlyList<ImageFile> entries, CancellationToken cancellationToken)
    {
        var implied = 0L;
        var folders = new HashSet<string>(StringComparer.Ordinal);
        var lookup = folders.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var entry in entries.Heeding(cancellationToken))
        {
            var folder = PosixPath.FolderOf(entry.Path.AsSpan());
            // The folders above have something in them too.
            while (entry.Type != ImageFileType.OpaqueDirectory && implied < MostImplied && lookup.Add(folder))
            {
                implied += folder.Length;
                folder = PosixPath.FolderOf(folder);
            }
        }

        return folders;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Account(long Smallest, long Sum, int Count);
}
