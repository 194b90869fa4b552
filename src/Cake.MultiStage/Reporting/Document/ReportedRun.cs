using System.ComponentModel;
using System.Text.Json.Serialization;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting.Document;

/// <summary>A run of the past: a line of the history file, and an entry of the report's history.</summary>
[Description("A run.")]
internal record ReportedRun
{
    /// <summary>How many of them a report tells.</summary>
    public const int Most = 100;

    [Description("When it was (RFC 3339); absent where that was not said.")]
    public DateTimeOffset? Date { get; init; }

    [Description("The source's commit; absent where that was not said.")]
    public string? Commit { get; init; }

    [Description("The image's first tag, or its id.")]
    public required string Name { get; init; }

    [Description("The image's id: the digest of its configuration.")]
    public required Digest Id { get; init; }

    [Description("The size of the image: bytes of uncompressed files, summed over its layers.")]
    public required ByteSize Size { get; init; }

    [Description("The bytes of the layers as they are packed; absent where that was not measured.")]
    public ByteSize? CompressedSize { get; init; }

    [Description("The number of layers.")]
    public required int Layers { get; init; }

    [Description("The wasted bytes: files that an upper layer replaced or removed.")]
    public required ByteSize Wasted { get; init; }

    // Early lines have less than 0 where the image was the larger.
    [Description("The bytes that the final image does without; 0 where the image is larger than its other stages.")]
    public required ByteSize Saved { get; init => field = new ByteSize(Math.Max(0, value.Bytes)); }

    [Description("The bytes of each stage, by its name.")]
    public required IReadOnlyDictionary<string, ByteSize> Stages { get; init; }
}

/// <summary>A line of the history file.</summary>
[Description("A line of the history that Cake.MultiStage keeps of an image's builds. Sizes are bytes of uncompressed files in layers, "
    + "unless they are said to be compressed.")]
internal sealed record HistoryLine : ReportedRun
{
    public const int Version = 1;

    [JsonPropertyOrder(-1)]
    [Description("The version of this schema. It rises when a member changes its meaning or goes away, not when one is added.")]
    public required int SchemaVersion { get; init; }

    public static HistoryLine Of(MeasuredImage measured, DateTimeOffset? date, string? commit)
    {
        var stages = new OrderedDictionary<string, ByteSize>(StringComparer.Ordinal);
        foreach (var stage in measured.Stages)
        {
            stages[stage.Name] = stage.Size;
        }

        return new HistoryLine
        {
            SchemaVersion = Version,
            Date = date,
            Commit = commit,
            Name = measured.Image.ToString(),
            Id = measured.Image.Id,
            Size = measured.Size,
            CompressedSize = measured.CompressedSize,
            Layers = measured.Layers.Count,
            Wasted = measured.Waste.Size,
            Saved = measured.Saved,
            Stages = stages,
        };
    }
}
