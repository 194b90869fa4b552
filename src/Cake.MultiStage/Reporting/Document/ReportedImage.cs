using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

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
        Created = measured.Created,
        Size = measured.Size,
        CompressedSize = measured.CompressedSize,
        OwnSize = measured.OwnSize,
        Base = measured.Base is { } from ? new ReportedBase { Name = from.Name, Layers = from.Layers, Size = from.Size } : null,
        Layers = [.. measured.Layers.Select(ReportedLayer.Of)],
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
