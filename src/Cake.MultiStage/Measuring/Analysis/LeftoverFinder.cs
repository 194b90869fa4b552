using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>Finds in the merged file system what <see cref="LeftoverRules"/> know, apart for each layer that brought some of it.</summary>
internal sealed class LeftoverFinder(IReadOnlyList<MeasuredLayer> layers, CancellationToken cancellationToken)
{
    private readonly List<Leftover> _found = [];

    public IReadOnlyList<Leftover> Find(FileSystemTree files)
    {
        Search(files.Root);
        return [.. _found.OrderByDescending(leftover => leftover.Size.Bytes)
            .ThenBy(leftover => leftover.Path, StringComparer.Ordinal)
            .ThenBy(leftover => leftover.Layer)];
    }

    private void Search(FileSystemNode directory)
    {
        foreach (var child in directory.Children.Heeding(cancellationToken))
        {
            if (child.Size.Bytes == 0)
            {
                continue;
            }

            if (!child.IsDirectory)
            {
                if (LeftoverRules.OfFile(child) is { } kind)
                {
                    Add(kind, child.Path, child.Layer, 1, child.Size.Bytes);
                }
            }
            else if (LeftoverRules.OfDirectory(child) is { } kind)
            {
                foreach (var layer in child.Descendants().Heeding(cancellationToken)
                    .Where(node => node is { FileCount: 1, IsDirectory: false, Size.Bytes: > 0 })
                    .GroupBy(node => node.Layer))
                {
                    Add(kind, child.Path, layer.Key, layer.Count(), layer.Sum(node => node.Size.Bytes));
                }
            }
            else
            {
                Search(child);
            }
        }
    }

    private void Add(string kind, string path, int layer, int files, long bytes) =>
        _found.Add(new Leftover(kind, path, new ByteSize(bytes), files, layer, layers[layer].CreatedBy, layers[layer].IsFromBase));
}
