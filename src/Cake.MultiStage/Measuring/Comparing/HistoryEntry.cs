using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Comparing;

/// <summary>One run's line in the history file.</summary>
public sealed record HistoryEntry
{
    /// <summary>Gets the image's first tag, or its id.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the image's id.</summary>
    public required Digest Id { get; init; }

    /// <summary>Gets when it was; <see langword="null"/> where that was not said.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Gets the source's commit; <see langword="null"/> where that was not said.</summary>
    public string? Commit { get; init; }

    /// <summary>Gets the size of the image.</summary>
    public ByteSize Size { get; init; }

    /// <summary>Gets the compressed size; <see langword="null"/> where it was not measured.</summary>
    public ByteSize? CompressedSize { get; init; }

    /// <summary>Gets the number of layers.</summary>
    public int Layers { get; init; }

    /// <summary>Gets what the layers hold in vain.</summary>
    public ByteSize Wasted { get; init; }

    /// <summary>Gets what the final stage left behind.</summary>
    public ByteSize Saved { get; init; }

    /// <summary>Gets the sizes of the stages by their names.</summary>
    public IReadOnlyDictionary<string, ByteSize> Stages { get; init; } = new Dictionary<string, ByteSize>(StringComparer.Ordinal);

    internal static HistoryEntry Of(MeasuredImage measured, DateTimeOffset? date, string? commit)
    {
        var stages = new Dictionary<string, ByteSize>(StringComparer.Ordinal);
        foreach (var stage in measured.Stages)
        {
            stages[stage.Name] = stage.Size;
        }

        return new HistoryEntry
        {
            Name = measured.Image.ToString(),
            Id = measured.Image.Id,
            Date = date,
            Commit = commit,
            Size = measured.Size,
            CompressedSize = measured.CompressedSize,
            Layers = measured.Layers.Count,
            Wasted = measured.Waste.Size,
            Saved = measured.Saved,
            Stages = stages,
        };
    }
}
