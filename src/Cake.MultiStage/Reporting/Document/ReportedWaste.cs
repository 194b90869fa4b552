using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting.Document;

[Description("Wasted space.")]
internal sealed record ReportedWaste
{
    [Description("The bytes of all layers, less those of the merged file system.")]
    public required ByteSize Bytes { get; init; }

    [Description("The bytes of all layers.")]
    public required ByteSize Total { get; init; }

    [Description("The part that is not wasted, from 0 to 1.")]
    public required double Efficiency { get; init; }

    [Description("The same as dive computes it.")]
    public required ReportedDive Dive { get; init; }

    [Description("The number of wasted files.")]
    public required int Count { get; init; }

    [Description("The wasted files, the largest first, 1000 at most.")]
    [MaxLength(ImageReport.Longest)]
    public required IReadOnlyList<ReportedWastedFile> Files { get; init; }

    public static ReportedWaste Of(ImageWaste waste) => new()
    {
        Bytes = waste.Size,
        Total = waste.Total,
        Efficiency = Math.Round(waste.Efficiency, 4),
        Dive = new ReportedDive
        {
            Efficiency = Math.Round(waste.Dive.Efficiency, 4),
            Wasted = waste.Dive.Wasted,
            UserSize = waste.Dive.UserSize,
            WastedPercent = Math.Round(waste.Dive.WastedPercent, 2),
        },
        Count = waste.Files.Count,
        Files = [.. waste.Files.Take(ImageReport.Longest).Select(ReportedWastedFile.Of)],
    };
}

[Description("Waste as dive computes it.")]
internal sealed record ReportedDive
{
    [Description("The sum of each path's smallest size by the sum of all sizes.")]
    public required double Efficiency { get; init; }

    [Description("The bytes of all paths that more than one layer holds.")]
    public required ByteSize Wasted { get; init; }

    [Description("The bytes of all layers but the lowest.")]
    public required ByteSize UserSize { get; init; }

    [Description("The wasted bytes in percent of userSize.")]
    public required double WastedPercent { get; init; }
}

[Description("A file that an upper layer replaced or removed.")]
internal sealed record ReportedWastedFile
{
    [Description("Its path.")]
    public required string Path { get; init; }

    [Description("Its bytes.")]
    public required ByteSize Size { get; init; }

    [Description("The index of the layer that holds it, from 0, the lowest.")]
    public required int Layer { get; init; }

    [Description("The index of the layer that replaced or removed it.")]
    public required int RemovedInLayer { get; init; }

    public static ReportedWastedFile Of(WastedFile file) =>
        new() { Path = file.Path, Size = file.Size, Layer = file.Layer, RemovedInLayer = file.RemovedInLayer };
}

[Description("Files with the same content.")]
internal sealed record ReportedDuplicates
{
    [Description("The number of contents that more than one file has.")]
    public required int Count { get; init; }

    [Description("The bytes that one copy of each would save.")]
    public required ByteSize Bytes { get; init; }

    [Description("The contents, those that waste most first, 1000 at most.")]
    [MaxLength(ImageReport.Longest)]
    public required IReadOnlyList<ReportedDuplicate> Sets { get; init; }

    public static ReportedDuplicates Of(IReadOnlyList<DuplicateFiles> duplicates) => new()
    {
        Count = duplicates.Count,
        Bytes = new ByteSize(duplicates.Sum(files => files.Wasted.Bytes)),
        Sets = [.. duplicates.Take(ImageReport.Longest).Select(ReportedDuplicate.Of)],
    };
}

[Description("Files with one content.")]
internal sealed record ReportedDuplicate
{
    private const int MostPaths = 100;

    [Description("The bytes that one copy would save.")]
    public required ByteSize Wasted { get; init; }

    [Description("The bytes of one of them.")]
    public required ByteSize Size { get; init; }

    [Description("The SHA-256 of the content.")]
    public required ContentHash Sha256 { get; init; }

    [Description("Their number.")]
    public required int Copies { get; init; }

    [Description("Their paths, 100 at most.")]
    [MaxLength(MostPaths)]
    public required IReadOnlyList<string> Paths { get; init; }

    public static ReportedDuplicate Of(DuplicateFiles files) => new()
    {
        Wasted = files.Wasted,
        Size = files.Size,
        Sha256 = files.Hash,
        Copies = files.Paths.Count,
        Paths = [.. files.Paths.Take(MostPaths)],
    };
}

[Description("Something that a tool left in the image.")]
internal sealed record ReportedLeftover
{
    [Description("What it is, such as apt lists.")]
    public required string Kind { get; init; }

    [Description("The directory or file.")]
    public required string Path { get; init; }

    [Description("The bytes of the files in it that the layer brought.")]
    public required ByteSize Size { get; init; }

    [Description("The number of these files.")]
    public required int Files { get; init; }

    [Description("The index of the layer, from 0, the lowest.")]
    public required int Layer { get; init; }

    [Description("Whether that layer is one of the base's.")]
    public required bool FromBase { get; init; }

    public static ReportedLeftover Of(Leftover leftover) => new()
    {
        Kind = leftover.Kind,
        Path = leftover.Path,
        Size = leftover.Size,
        Files = leftover.Files,
        Layer = leftover.Layer,
        FromBase = leftover.IsFromBase,
    };
}
