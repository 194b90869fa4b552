using System.Text.Json;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Reporting;

/// <summary>A run's members, as a line of the history file and in the JSON report have them.</summary>
internal static class HistoryLine
{
    public static void Write(Utf8JsonWriter writer, HistoryEntry entry)
    {
        if (entry.Date is { } date)
        {
            writer.WriteString("date", date);
        }

        writer.WriteKnown("commit", entry.Commit);
        writer.WriteString("name", entry.Name);
        writer.WriteString("id", entry.Id.ToString());
        writer.WriteNumber("size", entry.Size.Bytes);
        writer.WriteKnown("compressedSize", entry.CompressedSize);
        writer.WriteNumber("layers", entry.Layers);
        writer.WriteNumber("wasted", entry.Wasted.Bytes);
        writer.WriteNumber("saved", entry.Saved.Bytes);
        writer.WriteStartObject("stages");
        foreach (var (name, size) in entry.Stages)
        {
            writer.WriteNumber(name, size.Bytes);
        }

        writer.WriteEndObject();
    }

    /// <exception cref="KeyNotFoundException">A member is missing.</exception>
    public static HistoryEntry Read(JsonElement root)
    {
        return new HistoryEntry
        {
            Name = root.GetProperty("name").GetString() ?? "",
            Id = Digest.Parse(root.GetProperty("id").GetString() ?? ""),
            Date = root.TryGetProperty("date", out var date) ? date.GetDateTimeOffset() : null,
            Commit = root.TryGetProperty("commit", out var commit) ? commit.GetString() : null,
            Size = new ByteSize(root.GetProperty("size").GetInt64()),
            CompressedSize = root.TryGetProperty("compressedSize", out var compressed) ? new ByteSize(compressed.GetInt64()) : null,
            Layers = root.GetProperty("layers").GetInt32(),
            Wasted = new ByteSize(root.GetProperty("wasted").GetInt64()),
            Saved = new ByteSize(root.GetProperty("saved").GetInt64()),
            Stages = root.GetProperty("stages").EnumerateObject().ToDictionary(stage => stage.Name, stage => new ByteSize(stage.Value.GetInt64()), StringComparer.Ordinal),
        };
    }
}
