using System.Runtime.InteropServices;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Comparing;

/// <summary>Compares two images: files by path, layers by digest.</summary>
internal static class ImageComparer
{
    private const int DeepestDirectory = 3;

    public static ImageComparison Compare(ImageBaseline before, ImageBaseline after)
    {
        var olderLayers = before.Layers.Select(layer => layer.DiffId).ToHashSet();
        var newerLayers = after.Layers.Select(layer => layer.DiffId).ToHashSet();
        return new ImageComparison
        {
            Before = before,
            After = after,
            Files = [.. Files(before, after)
                .OrderByDescending(change => Math.Abs(change.Difference.Bytes))
                .ThenBy(change => change.Path, StringComparer.Ordinal)],
            Directories = [.. Directories(before, after)
                .OrderByDescending(change => Math.Abs(change.Difference.Bytes))
                .ThenBy(change => change.Path, StringComparer.Ordinal)],
            SharedLayers = [.. after.Layers.Where(layer => olderLayers.Contains(layer.DiffId))],
            AddedLayers = [.. after.Layers.Where(layer => !olderLayers.Contains(layer.DiffId))],
            RemovedLayers = [.. before.Layers.Where(layer => !newerLayers.Contains(layer.DiffId))],
        };
    }

    private static IEnumerable<FileChange> Files(ImageBaseline before, ImageBaseline after)
    {
        var older = before.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var file in after.Files)
        {
            if (!older.Remove(file.Path, out var known))
            {
                yield return new FileChange(file.Path, FileChangeKind.Added, default, file.Size, InstructionOf(after, file));
            }
            else if (Differ(known, file))
            {
                yield return new FileChange(file.Path, FileChangeKind.Changed, known.Size, file.Size, InstructionOf(after, file));
            }
        }

        foreach (var file in older.Values)
        {
            yield return new FileChange(file.Path, FileChangeKind.Removed, file.Size, default, InstructionOf(before, file));
        }
    }

    /// <summary>Without hashes on both sides the size has to do.</summary>
    private static bool Differ(BaselineFile left, BaselineFile right) =>
        left.Type != right.Type
        || left.Size != right.Size
        || left.Mode != right.Mode
        || left.UserId != right.UserId
        || left.GroupId != right.GroupId
        || left.LinkTarget != right.LinkTarget
        || (left.Hash is { } before && right.Hash is { } after && before != after);

    private static string InstructionOf(ImageBaseline image, BaselineFile file) =>
        file.Layer >= 0 && file.Layer < image.Layers.Count ? image.Layers[file.Layer].CreatedBy : "";

    private static IEnumerable<DirectoryChange> Directories(ImageBaseline before, ImageBaseline after)
    {
        var older = Sizes(before);
        var newer = Sizes(after);
        return older.Keys.Union(newer.Keys, StringComparer.Ordinal)
            .Select(
                path => new DirectoryChange(path, new ByteSize(older.GetValueOrDefault(path)), new ByteSize(newer.GetValueOrDefault(path))))
            .Where(change => change.Before != change.After);
    }

    private static Dictionary<string, long> Sizes(ImageBaseline image)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        var lookup = sizes.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var file in image.Files)
        {
            var (depth, slash) = (0, 0);
            while (depth++ < DeepestDirectory && file.Path.IndexOf('/', slash + 1) is var next and > 0)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, file.Path.AsSpan(0, next), out _) += file.Size.Bytes;
                slash = next;
            }
        }

        return sizes;
    }
}
