using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Cake.MultiStage.Images;
using ZstdSharp;

namespace Cake.MultiStage.Measuring;

/// <summary>
/// Reads the stream of <c>docker save</c> once, at flat memory: the layout of engines up to 24 (<c>id/layer.tar</c>) and
/// the OCI layout after, layers plain, gzip or zstd.
/// </summary>
internal sealed class SavedImages
{
    private const int LargestDocument = 16 << 20;

    private readonly Dictionary<string, LayerContent> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    /// <exception cref="MultiStageException">The stream is no saved image, or was cut off.</exception>
    public static async Task<SavedImages> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var images = new SavedImages();
        try
        {
            await using var reader = new TarReader(stream, leaveOpen: true);
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                await images.AddAsync(entry, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or NotSupportedException or ZstdException)
        {
            throw new MultiStageException($"The image that the engine sent can't be read: {exception.Message} The engine may have stopped; look at its log, then measure again.", exception);
        }

        return images;
    }

    /// <summary>Gets the layers of an image, the lowest first, each with the instruction that made it.</summary>
    /// <param name="id">The image's id: the digest of its configuration, or of its manifest where the engine has the containerd store.</param>
    /// <exception cref="MultiStageException">The stream holds no such image, or not all of it.</exception>
    public IReadOnlyList<MeasuredLayer> LayersOf(Digest id)
    {
        try
        {
            return Layers(id);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new MultiStageException($"The image '{id}' that the engine sent is incomplete: {exception.Message} The engine may have stopped; look at its log, then measure again.", exception);
        }
    }

    private IReadOnlyList<MeasuredLayer> Layers(Digest id)
    {
        var configuration = ConfigurationOf(id);
        var manifest = Manifests().FirstOrDefault(entry => IsBlob(entry.GetProperty("Config").GetString()!, configuration));
        if (manifest.ValueKind == JsonValueKind.Undefined)
        {
            throw new MultiStageException($"The image that the engine sent holds no '{id}': its manifest.json names other images.");
        }

        using var config = JsonDocument.Parse(_documents[manifest.GetProperty("Config").GetString()!]);
        var diffIds = config.RootElement.GetProperty("rootfs").TryGetProperty("diff_ids", out var ids) && ids.ValueKind == JsonValueKind.Array
            ? ids.EnumerateArray().Select(diffId => Digest.Parse(diffId.GetString()!)).ToList()
            : [];
        var createdBy = CreatedBy(config.RootElement);
        var paths = manifest.GetProperty("Layers").ValueKind == JsonValueKind.Array ? manifest.GetProperty("Layers").EnumerateArray().Select(path => path.GetString()!).ToList() : [];
        return [.. paths.Select((path, index) =>
        {
            var content = Layer(path);
            return new MeasuredLayer(diffIds[index], new ByteSize(content.Bytes), content.Files, index < createdBy.Count ? createdBy[index] : "");
        })];
    }

    /// <summary>The history entries that made a layer, in the order of the layers (OCI image specification, <c>history[].empty_layer</c>).</summary>
    private static List<string> CreatedBy(JsonElement config) =>
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

    private static bool IsBlob(string path, string encoded) => path == encoded + ".json" || path.EndsWith("/" + encoded, StringComparison.Ordinal);

    private string ConfigurationOf(Digest id)
    {
        if (!_documents.TryGetValue("blobs/sha256/" + id.Encoded, out var document))
        {
            return id.Encoded;
        }

        using var json = JsonDocument.Parse(document);
        if (json.RootElement.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object && config.TryGetProperty("digest", out var digest))
        {
            return Digest.Parse(digest.GetString()!).Encoded;
        }

        // An index: one manifest a platform, and attestations, whose platform is unknown.
        return json.RootElement.TryGetProperty("manifests", out var manifests)
            ? manifests.EnumerateArray()
                .Select(manifest => Digest.Parse(manifest.GetProperty("digest").GetString()!))
                .Where(manifest => _documents.ContainsKey("blobs/sha256/" + manifest.Encoded))
                .Select(ConfigurationOf)
                .FirstOrDefault(encoded => Manifests().Any(entry => IsBlob(entry.GetProperty("Config").GetString()!, encoded))) ?? id.Encoded
            : id.Encoded;
    }

    private List<JsonElement> Manifests()
    {
        if (!_documents.TryGetValue("manifest.json", out var document))
        {
            throw new MultiStageException("What the engine sent is no saved image: it has no manifest.json.");
        }

        using var json = JsonDocument.Parse(document);
        return [.. json.RootElement.EnumerateArray().Select(entry => entry.Clone())];
    }

    private LayerContent Layer(string path)
    {
        for (var hops = 0; hops < 8; hops++)
        {
            if (_layers.TryGetValue(path, out var content))
            {
                return content;
            }

            if (!_links.TryGetValue(path, out var target))
            {
                break;
            }

            path = target;
        }

        throw new MultiStageException($"The image that the engine sent lacks its layer '{path}'.");
    }

    private async Task AddAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        if (entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink)
        {
            // Engines up to 24 save a layer that two images share once, and link to it.
            _links[name] = entry.EntryType == TarEntryType.HardLink ? entry.LinkName : Resolve(name, entry.LinkName);
            return;
        }

        if (entry.DataStream is not { } data)
        {
            return;
        }

        var peeked = new PeekedStream(data);
        switch (await peeked.KindAsync(cancellationToken))
        {
            case ContentKind.Document when entry.Length <= LargestDocument:
                using (var buffer = new MemoryStream())
                {
                    await peeked.CopyToAsync(buffer, cancellationToken);
                    _documents[name] = buffer.ToArray();
                }

                break;
            case ContentKind.Tar:
                _layers[name] = await LayerContent.ReadAsync(peeked, cancellationToken);
                break;
            case ContentKind.Gzip:
                await using (var gzip = new GZipStream(peeked, CompressionMode.Decompress, leaveOpen: true))
                {
                    _layers[name] = await LayerContent.ReadAsync(gzip, cancellationToken);
                }

                break;
            case ContentKind.Zstd:
                await using (var zstd = new DecompressionStream(peeked, leaveOpen: true))
                {
                    _layers[name] = await LayerContent.ReadAsync(zstd, cancellationToken);
                }

                break;
            default:
                break;
        }
    }

    private static string Resolve(string link, string target)
    {
        List<string> parts = [.. link.Split('/')[..^1]];
        foreach (var part in target.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ".."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }
}

/// <summary>What a layer holds.</summary>
internal sealed record LayerContent(long Bytes, int Files)
{
    public static async Task<LayerContent> ReadAsync(Stream tar, CancellationToken cancellationToken)
    {
        var (bytes, files) = (0L, 0);
        await using var reader = new TarReader(tar, leaveOpen: true);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
            {
                bytes += entry.Length;
                files++;
            }
        }

        return new LayerContent(bytes, files);
    }
}
