using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Reporting.Document;

[Description("How two images differ.")]
internal sealed record ReportedComparison
{
    [Description("The image compared with.")]
    public required ReportedSide Before { get; init; }

    [Description("The image compared.")]
    public required ReportedSide After { get; init; }

    [Description("The size after, less the size before.")]
    public required long Growth { get; init; }

    [Description("The growth in percent of the size before; 0 where that is 0.")]
    public required double GrowthPercent { get; init; }

    [Description("The number of files that differ.")]
    public required ReportedChanges Changes { get; init; }

    [Description("The files that differ, those with the largest difference first, 1000 at most.")]
    [MaxLength(ImageReport.Longest)]
    public required IReadOnlyList<ReportedFileChange> Files { get; init; }

    [Description("The directories down to the third level whose bytes differ, those with the largest difference first.")]
    public required IReadOnlyList<ReportedDirectoryChange> Directories { get; init; }

    [Description("The layers of both: those that both have, those that only the image has, those that only the other has.")]
    public required IReadOnlyList<ReportedLayerChange> Layers { get; init; }

    public static ReportedComparison Of(ImageComparison comparison) => new()
    {
        Before = ReportedSide.Of(comparison.Before),
        After = ReportedSide.Of(comparison.After),
        Growth = comparison.Growth.Bytes,
        GrowthPercent = Math.Round(comparison.GrowthPercent, 2),
        Changes = new ReportedChanges
        {
            Added = Count(comparison, FileChangeKind.Added),
            Changed = Count(comparison, FileChangeKind.Changed),
            Removed = Count(comparison, FileChangeKind.Removed),
        },
        Files = [.. comparison.Files.Take(ImageReport.Longest).Select(ReportedFileChange.Of)],
        Directories = [.. comparison.Directories.Select(ReportedDirectoryChange.Of)],
        Layers =
        [
            .. comparison.SharedLayers.Select(layer => ReportedLayerChange.Of(layer, LayerChangeKind.Shared)),
            .. comparison.AddedLayers.Select(layer => ReportedLayerChange.Of(layer, LayerChangeKind.Added)),
            .. comparison.RemovedLayers.Select(layer => ReportedLayerChange.Of(layer, LayerChangeKind.Removed)),
        ],
    };

    private static int Count(ImageComparison comparison, FileChangeKind kind) => comparison.Files.Count(file => file.Kind == kind);
}

[Description("One of the images compared.")]
internal sealed record ReportedSide
{
    [Description("Its first tag, or its id.")]
    public required string Name { get; init; }

    [Description("Its id.")]
    public required Digest Id { get; init; }

    [Description("Its bytes.")]
    public required ByteSize Size { get; init; }

    [Description("Its wasted bytes: files that an upper layer replaced or removed.")]
    public required ByteSize Wasted { get; init; }

    public static ReportedSide Of(ImageBaseline side) => new() { Name = side.Name, Id = side.Id, Size = side.Size, Wasted = side.Wasted };
}

[Description("The number of files that differ.")]
internal sealed record ReportedChanges
{
    [Description("Files that only the image has.")]
    public required int Added { get; init; }

    [Description("Files whose content, permissions, owner, type or link target differ.")]
    public required int Changed { get; init; }

    [Description("Files that only the other image has.")]
    public required int Removed { get; init; }
}

[Description("A file that differs.")]
internal sealed record ReportedFileChange
{
    [Description("Its path.")]
    public required string Path { get; init; }

    [Description("What happened to it.")]
    public required FileChangeKind Change { get; init; }

    [Description("Its bytes in the other image; absent where it was added.")]
    public ByteSize? Before { get; init; }

    [Description("Its bytes in the image; absent where it was removed.")]
    public ByteSize? After { get; init; }

    [Description("The instruction that brought it: of the image, or of the other where it was removed.")]
    public required string CreatedBy { get; init; }

    public static ReportedFileChange Of(FileChange file) => new()
    {
        Path = file.Path,
        Change = file.Kind,
        Before = file.Kind == FileChangeKind.Added ? null : file.Before,
        After = file.Kind == FileChangeKind.Removed ? null : file.After,
        CreatedBy = file.CreatedBy,
    };
}

[Description("A directory whose bytes differ.")]
internal sealed record ReportedDirectoryChange
{
    [Description("Its path.")]
    public required string Path { get; init; }

    [Description("The bytes in it in the other image.")]
    public required ByteSize Before { get; init; }

    [Description("The bytes in it in the image.")]
    public required ByteSize After { get; init; }

    public static ReportedDirectoryChange Of(DirectoryChange directory) =>
        new() { Path = directory.Path, Before = directory.Before, After = directory.After };
}

/// <summary>Which of two images has a layer.</summary>
internal enum LayerChangeKind
{
    /// <summary>Both.</summary>
    Shared,

    /// <summary>The newer: what is to be pulled where the older is.</summary>
    Added,

    /// <summary>The older.</summary>
    Removed,
}

[Description("A layer of the images compared.")]
internal sealed record ReportedLayerChange
{
    [Description("Which of the images has it.")]
    public required LayerChangeKind Change { get; init; }

    [Description("The digest of the uncompressed layer.")]
    public required Digest Digest { get; init; }

    [Description("The bytes of the files in it.")]
    public required ByteSize Size { get; init; }

    [Description("The instruction that made it; empty where that is not known.")]
    public required string CreatedBy { get; init; }

    public static ReportedLayerChange Of(MeasuredLayer layer, LayerChangeKind change) =>
        new() { Change = change, Digest = layer.DiffId, Size = layer.Size, CreatedBy = layer.CreatedBy };
}
