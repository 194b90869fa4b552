using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring;

/// <summary>
/// The space that the layers of an image waste: files that an upper layer replaced or took away travel with every push and pull.
/// </summary>
public sealed record ImageWaste
{
    /// <summary>Gets the waste of an image without files.</summary>
    public static ImageWaste None { get; } = new();

    /// <summary>Gets what is wasted: <c>Σ bytes of the layers − Σ bytes of the merged file system</c>.</summary>
    public ByteSize Size { get; init; }

    /// <summary>Gets the bytes of all layers.</summary>
    public ByteSize Total { get; init; }

    /// <summary>Gets the part that is not wasted: <c>1 − wasted / total</c>; 1 where there are no bytes.</summary>
    public double Efficiency => Total.Bytes == 0 ? 1 : 1 - ((double)Size.Bytes / Total.Bytes);

    /// <summary>Gets the wasted files, the largest first; their sizes add up to <see cref="Size"/>.</summary>
    public IReadOnlyList<WastedFile> Files { get; init; } = [];

    /// <summary>Gets the numbers that dive would show.</summary>
    internal DiveWaste Dive { get; init; } = new(1, default, default);
}

/// <summary>A file that wastes space in a layer.</summary>
/// <param name="Path">The path from the image's root.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Layer">The index of the layer that holds it.</param>
/// <param name="CreatedBy">The instruction that brought it.</param>
/// <param name="RemovedInLayer">The index of the layer that replaced it or took it away.</param>
/// <param name="RemovedBy">The instruction that replaced it or took it away.</param>
public sealed record WastedFile(string Path, ByteSize Size, int Layer, string CreatedBy, int RemovedInLayer, string RemovedBy);

/// <summary>
/// Waste as <see href="https://github.com/wagoodman/dive">dive</see> computes it, to compare with where dive is in use.
/// </summary>
/// <remarks>
/// It has known defects, kept here: the copy of a file that survives counts as wasted too; deleting a directory raises
/// the efficiency, as its bytes count as needed once more; the lowest layer is taken for the base image, on
/// <c>scratch</c> too. <see cref="ImageWaste.Size"/> has none of them.
/// </remarks>
/// <param name="Efficiency"><c>Σ smallest size / Σ all sizes</c> over the paths of all layers; 1 where there are no bytes.</param>
/// <param name="Wasted">The sizes of all paths that more than one layer holds.</param>
/// <param name="UserSize">The bytes of all layers but the lowest.</param>
internal sealed record DiveWaste(double Efficiency, ByteSize Wasted, ByteSize UserSize)
{
    /// <summary>
    /// Gets <see cref="Wasted"/> in percent of <see cref="UserSize"/>; 0 where that is 0, as with one layer, where dive divides by it.
    /// </summary>
    public double WastedPercent => UserSize.Bytes == 0 ? 0 : 100.0 * Wasted.Bytes / UserSize.Bytes;
}
