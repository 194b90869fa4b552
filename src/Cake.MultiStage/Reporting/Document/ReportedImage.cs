using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Packages;

namespace Cake.MultiStage.Reporting.Document;

[Description("The image.")]
internal sealed record ReportedImage
{
    [Description("The image's first tag, or its id where it has none.")]
    public required string Name { get; init; }

    [Description("The image's id: the digest of its configuration.")]
    public required Digest Id { get; init; }

    [Description("The tags that the build gave it, in the order asked for.")]
    public required IReadOnlyList<string> Tags { get; init; }

    [Description("The platform, such as linux/amd64 or linux/arm64/v8.")]
    [RegularExpression("^[^/]+/[^/]+(/[^/]+)?$")]
    public required string Platform { get; init; }

    [Description("The system that the image says it is (os-release(5)); absent where it says none.")]
    public ReportedSystem? System { get; init; }

    [Description("When the image was made, as it says itself; absent where it doesn't.")]
    public DateTimeOffset? Created { get; init; }

    [Description("The size: the bytes of all layers.")]
    public required ByteSize Size { get; init; }

    [Description("The bytes of the layers as they are packed, which is what a pull costs; absent where that of a layer is not known.")]
    public ByteSize? CompressedSize { get; init; }

    [Description("The bytes of the layers that are not the base's; absent where the base is not known.")]
    public ByteSize? OwnSize { get; init; }

    [Description("The image that the final stage starts from, as part of this one; absent where the engine does not know that image.")]
    public ReportedBase? Base { get; init; }

    [Description("The layers, the lowest first.")]
    public required IReadOnlyList<ReportedLayer> Layers { get; init; }

    public static ReportedImage Of(MeasuredImage measured) => new()
    {
        Name = measured.Image.ToString(),
        Id = measured.Image.Id,
        Tags = [.. measured.Image.Tags.Select(tag => tag.ToString())],
        Platform = measured.Image.Platform.ToString(),
        System = ReportedSystem.Of(measured.System),
        Created = measured.Created,
        Size = measured.Size,
        CompressedSize = measured.CompressedSize,
        OwnSize = measured.OwnSize,
        Base = measured.Base is { } from ? new ReportedBase { Name = from.Name, Layers = from.Layers, Size = from.Size } : null,
        Layers = [.. measured.Layers.Select(ReportedLayer.Of)],
    };
}

[Description("The system that an image is made of.")]
internal sealed record ReportedSystem
{
    [Description("Its id, such as debian.")]
    public required string Id { get; init; }

    [Description("Its version, such as 13; absent where it says none.")]
    public string? Version { get; init; }

    [Description("Its name for people, such as Debian GNU/Linux 13 (trixie); its id where it says none.")]
    public required string Name { get; init; }

    public static ReportedSystem? Of(OperatingSystemRelease release) => release.Id.Length == 0 ? null : new()
    {
        Id = release.Id,
        Version = release.Version.Length > 0 ? release.Version : null,
        Name = release.Name.Length > 0 ? release.Name : release.Id,
    };
}

[Description("The image that a final stage starts from.")]
internal sealed record ReportedBase
{
    [Description("The image, or scratch.")]
    public required string Name { get; init; }

    [Description("The number of layers that are its.")]
    public required int Layers { get; init; }

    [Description("The bytes of these layers.")]
    public required ByteSize Size { get; init; }
}

[Description("A layer.")]
internal sealed record ReportedLayer
{
    [Description("The digest of the uncompressed layer.")]
    public required Digest Digest { get; init; }

    [Description("The bytes of the files in it.")]
    public required ByteSize Size { get; init; }

    [Description("The bytes of the layer as it is packed; absent where that is not known.")]
    public ByteSize? CompressedSize { get; init; }

    [Description("The number of regular files in it, the marks that remove files of lower layers included.")]
    public required int Files { get; init; }

    [Description("The instruction that made it, as the image's history says; empty where it says nothing.")]
    public required string CreatedBy { get; init; }

    [Description("Whether it is one of the base's layers.")]
    public required bool FromBase { get; init; }

    public static ReportedLayer Of(MeasuredLayer layer) => new()
    {
        Digest = layer.DiffId,
        Size = layer.Size,
        CompressedSize = layer.CompressedSize,
        Files = layer.Files,
        CreatedBy = layer.CreatedBy,
        FromBase = layer.IsFromBase,
    };
}
