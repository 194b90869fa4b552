using System.Text.Json;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>What an image's configuration document says of it (OCI image specification, "Image Configuration").</summary>
internal sealed record ImageConfiguration
{
    public required Platform Platform { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Gets the digests of the uncompressed layers, the lowest first.</summary>
    public required IReadOnlyList<Digest> Layers { get; init; }

    /// <summary>Gets the instructions that made the layers, in their order; it may be shorter than they are many.</summary>
    public required IReadOnlyList<string> CreatedBy { get; init; }

    /// <summary>Reads a document.</summary>
    /// <exception cref="InvalidDataException">It is not the configuration of an image.</exception>
    public static ImageConfiguration Read(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            var root = json.RootElement;
            return new ImageConfiguration
            {
                Platform = new Platform(Text(root, "os") ?? "linux", Text(root, "architecture") ?? "unknown", Text(root, "variant")),
                Labels = root.TryGetProperty("config", out var config) ? LabelsOf(config)
                    : new Dictionary<string, string>(StringComparer.Ordinal),
                Layers = root.GetProperty("rootfs").TryGetProperty("diff_ids", out var ids) && ids.ValueKind == JsonValueKind.Array
                    ? [.. ids.EnumerateArray().Select(id => DigestOf(id.GetString()!))] : [],
                CreatedBy = InstructionsOf(root),
            };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"Its configuration is none: {exception.Message}", exception);
        }
    }

    /// <summary>Gets when an image was made; <see langword="null"/> where its document says nothing.</summary>
    public static DateTimeOffset? CreatedOf(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            return json.RootElement.TryGetProperty("created", out var created) && created.TryGetDateTimeOffset(out var time) ? time : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// The history entries that made a layer, in the order of the layers (OCI image specification, <c>history[].empty_layer</c>).
    /// </summary>
    private static IReadOnlyList<string> InstructionsOf(JsonElement config) =>
        config.TryGetProperty("history", out var history) && history.ValueKind == JsonValueKind.Array
            ? [.. history.EnumerateArray()
                .Where(entry => !(entry.TryGetProperty("empty_layer", out var empty) && empty.ValueKind == JsonValueKind.True))
                .Select(entry => entry.TryGetProperty("created_by", out var text) ? Instruction(text.GetString() ?? "") : "")]
            : [];

    /// <summary>Takes off what the builders put around an instruction: <c>/bin/sh -c #(nop) </c> and <c> # buildkit</c>.</summary>
    private static string Instruction(string createdBy)
    {
        const string Nop = "/bin/sh -c #(nop) ";
        const string BuildKit = " # buildkit";
        var text = createdBy.StartsWith(Nop, StringComparison.Ordinal) ? createdBy[Nop.Length..] : createdBy;
        return (text.EndsWith(BuildKit, StringComparison.Ordinal) ? text[..^BuildKit.Length] : text).Trim();
    }

    private static Digest DigestOf(string text) =>
        Digest.TryParse(text, out var digest) ? digest : throw new InvalidDataException($"'{text}' is not a valid digest.");

    private static Dictionary<string, string> LabelsOf(JsonElement config) =>
        config.ValueKind == JsonValueKind.Object
            && config.TryGetProperty(nameof(Labels), out var labels) && labels.ValueKind == JsonValueKind.Object
            ? labels.EnumerateObject().Where(label => label.Value.ValueKind == JsonValueKind.String)
                .DistinctBy(label => label.Name, StringComparer.Ordinal)
                .ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal);

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text : null;
}
