using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Comparing;

/// <summary>What is compared of an image: taken of a measurement, or read back from a stored report.</summary>
public sealed record ImageBaseline
{
    /// <summary>Gets the image's first tag, or its id.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the image's id.</summary>
    public required Digest Id { get; init; }

    /// <summary>Gets the size: the sum of the layers.</summary>
    public required ByteSize Size { get; init; }

    /// <summary>Gets the space that the layers waste.</summary>
    public ByteSize Wasted { get; init; }

    /// <summary>Gets the layers, the lowest first; without their entries where they were read from a report.</summary>
    public IReadOnlyList<MeasuredLayer> Layers { get; init; } = [];

    /// <summary>Gets the stages.</summary>
    public IReadOnlyList<MeasuredStage> Stages { get; init; } = [];

    /// <summary>Gets everything that is in the merged file system but directories, by path in ordinal order.</summary>
    public IReadOnlyList<BaselineFile> Files { get; init; } = [];

    /// <summary>Takes what is compared of a measurement.</summary>
    /// <param name="measured">The measurement.</param>
    /// <returns>The baseline.</returns>
    public static ImageBaseline Of(MeasuredImage measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        return new ImageBaseline
        {
            Name = measured.Image.ToString(),
            Id = measured.Image.Id,
            Size = measured.Size,
            Wasted = measured.Waste.Size,
            Layers = measured.Layers,
            Stages = measured.Stages,
            Files = FilesOf(measured.Files),
        };
    }

    internal static IReadOnlyList<BaselineFile> FilesOf(FileSystemTree files)
    {
        List<BaselineFile> list = [.. files.Root.Descendants().Where(node => !node.IsDirectory).Select(BaselineFile.Of)];
        list.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return list;
    }
}

/// <summary>A file of the merged file system, as it is compared.</summary>
/// <param name="Path">The path.</param>
/// <param name="Type">What it is; a hard link is the file it names.</param>
/// <param name="Size">The bytes; 0 for a further name of a file that is counted elsewhere.</param>
/// <param name="Layer">The index of the layer it comes from.</param>
public sealed record BaselineFile(string Path, ImageFileType Type, ByteSize Size, int Layer)
{
    /// <summary>Gets the permissions.</summary>
    public int Mode { get; init; }

    /// <summary>Gets the number of the user who owns it.</summary>
    public long UserId { get; init; }

    /// <summary>Gets the number of the group that owns it.</summary>
    public long GroupId { get; init; }

    /// <summary>Gets what a symbolic link points to.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>Gets the hash of the content; <see langword="null"/> for empty files and where hashing was off.</summary>
    public ContentHash? Hash { get; init; }

    internal static BaselineFile Of(FileSystemNode node)
    {
        var file = node.File!;
        return new BaselineFile(node.Path, file.Type, node.Size, node.Layer)
        {
            Mode = file.Mode,
            UserId = file.UserId,
            GroupId = file.GroupId,
            LinkTarget = file.Type == ImageFileType.SymbolicLink ? file.LinkTarget : null,
            Hash = file.Hash,
        };
    }
}
