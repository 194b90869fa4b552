using System.Text.Json;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Reporting;

/// <summary>Reads a stored <c>report.json</c> back, as far as later images are compared with it.</summary>
internal static class StoredReport
{
    /// <exception cref="MultiStageException">The file is missing, no report, or one of a newer version.</exception>
    public static async Task<ImageBaseline> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            using var json = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
            if (json.RootElement.GetProperty("schemaVersion").GetInt32() is var version && version != JsonReport.SchemaVersion)
            {
                throw new MultiStageException($"The report '{file}' has schema version {version}; this addin reads version {JsonReport.SchemaVersion}. Report the image to compare with again.");
            }

            return Read(json.RootElement);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MultiStageException($"The report '{file}' can't be read: {exception.Message} Name the report.json that MultiStageReport wrote for the image to compare with.", exception);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new MultiStageException($"The file '{file}' is no report of MultiStageReport, or one of an old version: {exception.Message} Report the image to compare with again.", exception);
        }
    }

    private static ImageBaseline Read(JsonElement root)
    {
        var image = root.GetProperty("image");
        var id = Digest.Parse(Text(image, "id"));
        return new ImageBaseline
        {
            Name = image.GetProperty("tags").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.String } tag ? tag.GetString()! : id.ToString(),
            Id = id,
            Size = Size(image, "size"),
            Wasted = Size(root.GetProperty("waste"), "bytes"),
            Layers = [.. image.GetProperty("layers").EnumerateArray().Select(layer => new MeasuredLayer(Digest.Parse(Text(layer, "digest")), Size(layer, "size"), layer.GetProperty("files").GetInt32(), Text(layer, "createdBy"))
            {
                CompressedSize = layer.TryGetProperty("compressedSize", out var compressed) ? new ByteSize(compressed.GetInt64()) : null,
                IsFromBase = layer.GetProperty("fromBase").GetBoolean(),
            })],
            Stages = [.. root.GetProperty("stages").EnumerateArray().Select(stage => new MeasuredStage(Text(stage, "name"), Text(stage, "base"), Size(stage, "size"))
            {
                Layers = stage.GetProperty("layers").GetInt32(),
                Added = stage.TryGetProperty("added", out var added) ? new ByteSize(added.GetInt64()) : null,
            })],
            Files = [.. root.GetProperty("files").EnumerateArray().Select(ReadFile)],
        };
    }

    private static BaselineFile ReadFile(JsonElement file) =>
        new(Text(file, "path"), ReportNames.TypeOf(file.TryGetProperty("type", out var type) ? type.GetString() : null), Size(file, "size"), file.GetProperty("layer").GetInt32())
        {
            Mode = Convert.ToInt32(Text(file, "mode"), 8),
            UserId = file.TryGetProperty("uid", out var uid) ? uid.GetInt64() : 0,
            GroupId = file.TryGetProperty("gid", out var gid) ? gid.GetInt64() : 0,
            LinkTarget = file.TryGetProperty("target", out var target) ? target.GetString() : null,
            Hash = file.TryGetProperty("sha256", out var hash) ? ContentHash.Parse(hash.GetString()) : null,
        };

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static ByteSize Size(JsonElement element, string name) => new(element.GetProperty(name).GetInt64());
}
