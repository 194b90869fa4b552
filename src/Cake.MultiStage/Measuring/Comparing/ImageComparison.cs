using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Comparing;

/// <summary>How two images differ. Sizes are bytes of uncompressed files.</summary>
public sealed record ImageComparison
{
    /// <summary>Gets the image compared with, or the older one.</summary>
    public required ImageBaseline Before { get; init; }

    /// <summary>Gets the image compared, or the newer one.</summary>
    public required ImageBaseline After { get; init; }

    /// <summary>Gets the files that were added, changed or removed, those with the largest difference first.</summary>
    public IReadOnlyList<FileChange> Files { get; init; } = [];

    /// <summary>Gets the directories down to the third level whose bytes differ, those with the largest difference first.</summary>
    public IReadOnlyList<DirectoryChange> Directories { get; init; } = [];

    /// <summary>Gets the layers that both images have.</summary>
    public IReadOnlyList<MeasuredLayer> SharedLayers { get; init; } = [];

    /// <summary>Gets the layers that only the newer image has: what is to be pulled where the older one is.</summary>
    public IReadOnlyList<MeasuredLayer> AddedLayers { get; init; } = [];

    /// <summary>Gets the layers that only the older image has.</summary>
    public IReadOnlyList<MeasuredLayer> RemovedLayers { get; init; } = [];

    /// <summary>Gets by how much the image grew: <c>size after − size before</c>. Negative where it shrank.</summary>
    public ByteSize Growth => After.Size - Before.Size;

    /// <summary>Gets <see cref="Growth"/> in percent of the size before; 0 where that is 0.</summary>
    public double GrowthPercent => Before.Size.Bytes == 0 ? 0 : 100.0 * Growth.Bytes / Before.Size.Bytes;
}

/// <summary>What happened to a file.</summary>
public enum FileChangeKind
{
    /// <summary>Only the newer image has it.</summary>
    Added,

    /// <summary>Content, permissions, owner, type or link target differ.</summary>
    Changed,

    /// <summary>Only the older image has it.</summary>
    Removed,
}

/// <summary>A file that differs.</summary>
/// <param name="Path">The path.</param>
/// <param name="Kind">What happened to it.</param>
/// <param name="Before">Its bytes in the older image.</param>
/// <param name="After">Its bytes in the newer image.</param>
/// <param name="CreatedBy">The instruction that brought it: of the newer image, and for what was removed, of the older.</param>
public sealed record FileChange(string Path, FileChangeKind Kind, ByteSize Before, ByteSize After, string CreatedBy)
{
    /// <summary>Gets the difference: <c>after − before</c>.</summary>
    public ByteSize Difference => After - Before;
}

/// <summary>A directory whose bytes differ.</summary>
/// <param name="Path">The path.</param>
/// <param name="Before">The bytes in it in the older image.</param>
/// <param name="After">The bytes in it in the newer image.</param>
public sealed record DirectoryChange(string Path, ByteSize Before, ByteSize After)
{
    /// <summary>Gets the difference: <c>after − before</c>.</summary>
    public ByteSize Difference => After - Before;
}
