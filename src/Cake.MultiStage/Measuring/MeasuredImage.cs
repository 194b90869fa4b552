using Cake.MultiStage.Engine;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring;

/// <summary>What an image and the stages it was built from hold. All sizes are bytes of uncompressed files in layers.</summary>
public sealed record MeasuredImage
{
    /// <summary>Gets the image that was measured.</summary>
    public required BuiltImage Image { get; init; }

    /// <summary>Gets the image's layers, the lowest first.</summary>
    public required IReadOnlyList<MeasuredLayer> Layers { get; init; }

    /// <summary>Gets the stages that the image needed, in the order of the Dockerfile; the last is the image itself.</summary>
    public required IReadOnlyList<MeasuredStage> Stages { get; init; }

    /// <summary>Gets the size of the image: the sum of its layers.</summary>
    public ByteSize Size => new(Layers.Sum(layer => layer.Size.Bytes));

    /// <summary>Gets the largest of the other stages: what would have shipped had everything been done in one stage. The image itself where there is no other.</summary>
    public MeasuredStage SingleStage => Stages.SkipLast(1).MaxBy(stage => stage.Size.Bytes) ?? Stages[^1];

    /// <summary>Gets what the final stage left behind: <c>size of <see cref="SingleStage"/> − <see cref="Size"/></c>. Negative where the image is the larger.</summary>
    public ByteSize Saved => SingleStage.Size - Size;

    /// <summary>Gets <see cref="Saved"/> in percent of the size of <see cref="SingleStage"/>; 0 where that is empty.</summary>
    public double SavedPercent => SingleStage.Size.Bytes == 0 ? 0 : 100.0 * Saved.Bytes / SingleStage.Size.Bytes;
}

/// <summary>A layer of an image.</summary>
/// <param name="DiffId">The digest of the uncompressed layer.</param>
/// <param name="Size">The bytes of the files in it.</param>
/// <param name="Files">The number of regular files in it.</param>
/// <param name="CreatedBy">The instruction that made it, as the image's history says; empty where it says nothing.</param>
public sealed record MeasuredLayer(Digest DiffId, ByteSize Size, int Files, string CreatedBy);

/// <summary>A stage of the Dockerfile that the image needed.</summary>
/// <param name="Name">Its name, or <c>stage-N</c> where it has none.</param>
/// <param name="Base">What it starts from: an image, <c>scratch</c> or another stage.</param>
/// <param name="Size">The bytes of the files in all its layers, its base's included.</param>
public sealed record MeasuredStage(string Name, string Base, ByteSize Size);
