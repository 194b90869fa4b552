using System.IO.Compression;
using System.Text.Json;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Measuring.Tar;
using Cake.MultiStage.Registries;
using ZstdSharp;

namespace Cake.MultiStage.Measuring;

/// <summary>
/// Reads the stream of <c>docker save</c> once, at flat memory: the layout of engines up to 24 (<c>id/layer.tar</c>) and
/// the OCI layout after, layers plain, gzip or zstd.
/// </summary>
internal sealed class SavedImages
{
    private const int LargestDocument = 16 << 20;
    private const int LargestDocuments = 64 << 20;
    private const int DeepestIndex = 4;

    private readonly MeasureOptions _options;

    private readonly Dictionary<string, LayerContent> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);
    private int _documentBytes;

    private SavedImages(MeasureOptions options) => _options = options;

    /// <exception cref="MultiStageException">The stream is not a saved image, or was cut off.</exception>
    public static async Task<SavedImages> ReadAsync(Stream stream, MeasureOptions options, CancellationToken cancellationToken)
    {
        var images = new SavedImages(options);
        try
        {
            using var archive = new ArchiveReader(stream);
            using var layers = new LayerReader(options);
            while (await archive.NextAsync(cancellationToken))
            {
                await images.AddAsync(archive, layers, cancellationToken);
            }
        }
        catch (Exception exception)
            when (exception is InvalidDataException or EndOfStreamException or NotSupportedException or ZstdException)
        {
            throw new MultiStageException(
                $"The image that the engine sent can't be read: {exception.Message} The engine may have stopped; look at its log, then "
                    + "measure again.", exception);
        }

        return images;
    }

    /// <summary>Gets the layers of an image, the lowest first, each with the instruction that made it.</summary>
    /// <param name="id">The image's id: the digest of its configuration, or of its manifest where the engine has the containerd
    /// store.</param>
    /// <exception cref="MultiStageException">The stream holds no such image, or not all of it.</exception>
    public IReadOnlyList<MeasuredLayer> LayersOf(Digest id) => Told(id, () => Layers(id));

    private static T Told<T>(Digest id, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception)
            when (exception is JsonException
                or KeyNotFoundException
                or InvalidOperationException
                or ArgumentException
                or InvalidDataException)
        {
            throw new MultiStageException(
                $"The image '{id}' that the engine sent is incomplete: {exception.Message} The engine may have stopped; look at its log, "
                    + "then measure again.", exception);
        }
    }

    /// <summary>Gets an image's configuration, the JSON document that says what it runs and what its layers are.</summary>
    /// <param name="id">The image's id.</param>
    /// <exception cref="MultiStageException">The stream holds no such image.</exception>
    public ReadOnlyMemory<byte> ConfigurationOf(Digest id) => Told(id, () => Configuration(Parts(id)));

    /// <summary>Gets what is said of an image beside it, as far as the engine has saved it.</summary>
    /// <param name="id">The image's id.</param>
    public async Task<IReadOnlyList<ImageAttestation>> AttestationsOfAsync(Digest id)
    {
        if (Told(id, () => Index(id)) is not { } index)
        {
            return [];
        }

        var configuration = PosixPath.Rooted(Told(id, () => Parts(id)).Configuration);
        var image = index.Manifests.FirstOrDefault(part => _documents.TryGetValue(BlobOf(part.Digest), out var bytes)
            && RegistryManifest.Read(part.MediaType, part.Digest, bytes).Configuration is { } own
            && IsBlob(configuration, own.Digest.Encoded));
        return image is null ? [] : await AttestationReader.ReadAsync(
            index.Manifests, image.Digest, part => Task.FromResult(_documents.GetValueOrDefault(BlobOf(part.Digest))));
    }

    private byte[] Configuration(ImageParts parts) => _documents[PosixPath.Rooted(parts.Configuration)];

    /// <summary>Finds what an image consists of: of an index, that of the platform asked for.</summary>
    private ImageParts Parts(Digest id)
    {
        if (OfPlatform(id) is { } chosen)
        {
            return chosen;
        }

        var manifest = Manifest(id);
        return new ImageParts(
            manifest.GetProperty("Config").GetString()!,
            manifest.GetProperty("Layers").ValueKind == JsonValueKind.Array
                ? [.. manifest.GetProperty("Layers").EnumerateArray().Select(path => path.GetString()!)]
                : []);
    }

    private ImageParts? OfPlatform(Digest id)
    {
        if (_options.Platform is not { } platform || Index(id) is not { } index)
        {
            return null;
        }

        var part = PlatformChoice.Of($"'{id}'", index.Manifests, platform);
        var manifest = RegistryManifest.Read(part.MediaType, part.Digest, _documents[BlobOf(part.Digest)]);
        return new ImageParts(
            BlobOf(manifest.Configuration?.Digest ?? throw new InvalidDataException($"'{part.Digest}' is not a manifest.")),
            [.. manifest.Layers.Select(layer => BlobOf(layer.Digest))]);
    }

    /// <summary>
    /// Finds the index that an id is of; null where it is that of a manifest or, in engines' own stores, of a configuration.
    /// </summary>
    private RegistryManifest? Index(Digest id)
    {
        if (!_documents.TryGetValue(BlobOf(id), out var document))
        {
            return null;
        }

        using var json = JsonDocument.Parse(document);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("manifests", out _)
            ? RegistryManifest.Read(MediaTypes.Index, id, document) : null;
    }

    private static string BlobOf(Digest digest) => "/blobs/sha256/" + digest.Encoded;

    private JsonElement Manifest(Digest id)
    {
        var configuration = ConfigurationName(id);
        var manifest = Manifests().FirstOrDefault(entry => IsBlob(entry.GetProperty("Config").GetString()!, configuration));
        return manifest.ValueKind == JsonValueKind.Undefined
            ? throw new MultiStageException($"The image that the engine sent holds no '{id}': its manifest.json names other images.")
            : manifest;
    }

    private IReadOnlyList<MeasuredLayer> Layers(Digest id)
    {
        var parts = Parts(id);
        var config = ImageConfiguration.Read(Configuration(parts));
        var (diffIds, createdBy) = (config.Layers, config.CreatedBy);
        return [.. parts.Layers.Select((path, index) =>
        {
            var content = Layer(path);
            return new MeasuredLayer(diffIds[index], new ByteSize(content.Bytes), content.Files,
                index < createdBy.Count ? createdBy[index] : "")
            {
                CompressedSize = content.Compressed is { } bytes ? new ByteSize(bytes) : null,
                Entries = content.Entries,
                Unlisted = content.Unlisted,
            };
        })];
    }

    /// <summary>What an image consists of, by paths in the archive.</summary>
    private sealed record ImageParts(string Configuration, IReadOnlyList<string> Layers);

    private static Digest DigestOf(string text) =>
        Digest.TryParse(text, out var digest) ? digest : throw new InvalidDataException($"'{text}' is not a valid digest.");

    private static bool IsBlob(string path, string encoded) =>
        path == encoded + ".json" || path.EndsWith("/" + encoded, StringComparison.Ordinal);

    private string ConfigurationName(Digest id, int depth = 0)
    {
        if (depth > DeepestIndex || !_documents.TryGetValue("/blobs/sha256/" + id.Encoded, out var document))
        {
            return id.Encoded;
        }

        using var json = JsonDocument.Parse(document);
        if (json.RootElement.TryGetProperty("config", out var config)
            && config.ValueKind == JsonValueKind.Object
            && config.TryGetProperty("digest", out var digest))
        {
            return DigestOf(digest.GetString()!).Encoded;
        }

        // An index: one manifest a platform, and attestations, whose platform is unknown.
        return json.RootElement.TryGetProperty("manifests", out var manifests)
            ? manifests.EnumerateArray()
                .Select(manifest => DigestOf(manifest.GetProperty("digest").GetString()!))
                .Where(manifest => _documents.ContainsKey("/blobs/sha256/" + manifest.Encoded))
                .Select(manifest => ConfigurationName(manifest, depth + 1))
                .FirstOrDefault(encoded => Manifests().Any(entry => IsBlob(entry.GetProperty("Config").GetString()!, encoded)))
                    ?? id.Encoded
            : id.Encoded;
    }

    private List<JsonElement> Manifests()
    {
        if (!_documents.TryGetValue("/manifest.json", out var document))
        {
            throw new MultiStageException("What the engine sent is not a saved image: it has no manifest.json.");
        }

        using var json = JsonDocument.Parse(document);
        return [.. json.RootElement.EnumerateArray().Select(entry => entry.Clone())];
    }

    private LayerContent Layer(string path)
    {
        var key = PosixPath.Rooted(path);
        for (var hops = 0; hops < 8; hops++)
        {
            if (_layers.TryGetValue(key, out var content))
            {
                return content;
            }

            if (!_links.TryGetValue(key, out var target))
            {
                break;
            }

            key = target;
        }

        throw new MultiStageException($"The image that the engine sent lacks its layer '{path}', or that is not a tar archive.");
    }

    private async Task AddAsync(ArchiveReader archive, LayerReader layers, CancellationToken cancellationToken)
    {
        var entry = archive.Entry;
        var path = entry.Path;
        if (entry.Type is ImageFileType.SymbolicLink or ImageFileType.HardLink)
        {
            // Engines up to 24 save a layer that two images share once, and link to it.
            _links[path] = PosixPath.Join(entry.Type == ImageFileType.HardLink ? "/" : PosixPath.FolderOf(path),
                entry.LinkName);
            return;
        }

        var kind = BlobKinds.Of((await archive.PeekAsync(TarBlock.Size, cancellationToken)).Span);
        var packed = entry.StoredSize;
        await using var content = new EntryStream(archive);
        switch (kind)
        {
            case BlobKind.Document when packed <= Math.Min(LargestDocument, LargestDocuments - _documentBytes):
                var document = new byte[packed];
                await content.ReadExactlyAsync(document, cancellationToken);
                _documentBytes += document.Length;
                _documents[path] = document;
                break;
            case BlobKind.Tar:
                _layers[path] = await PlainAsync(content, layers, cancellationToken);
                break;
            case BlobKind.Gzip:
                await using (var gzip = new GZipStream(content, CompressionMode.Decompress, leaveOpen: true))
                {
                    _layers[path] = await layers.ReadAsync(gzip, cancellationToken) with { Compressed = packed };
                }

                break;
            case BlobKind.Zstd:
                await using (var zstd = new DecompressionStream(content, leaveOpen: true))
                {
                    _layers[path] = await layers.ReadAsync(zstd, cancellationToken) with { Compressed = packed };
                }

                break;
            default:
                break;
        }
    }

    private async Task<LayerContent> PlainAsync(Stream content, LayerReader layers, CancellationToken cancellationToken)
    {
        if (!_options.Compressed)
        {
            return await layers.ReadAsync(content, cancellationToken);
        }

        await using var packer = new LayerPacker(content);
        var layer = await layers.ReadAsync(packer, cancellationToken);
        return layer with { Compressed = await packer.FinishAsync(cancellationToken) };
    }
}
