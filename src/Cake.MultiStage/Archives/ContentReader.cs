using System.Text.Json;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Archives;

/// <summary>Reads images of a folder, or of an archive that was unpacked, in whichever form they are.</summary>
internal static class ContentReader
{
    private const int LargestDocument = 16 << 20;
    private const int MostImages = 1000;
    private const string Layer = "application/vnd.oci.image.layer.v1.tar";
    private const string Configuration = "application/vnd.oci.image.config.v1+json";

    /// <summary>Reads a folder that is an OCI layout.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static ImageContent OfFolder(string folder)
    {
        var index = Path.Combine(folder, "index.json");
        if (!File.Exists(index))
        {
            throw new InvalidDataException("it has no index.json, as an OCI layout has");
        }

        var blobs = new Dictionary<Digest, BlobFile>();
        var store = Path.Combine(folder, "blobs");
        foreach (var algorithm in Directory.Exists(store) ? Directory.EnumerateDirectories(store) : [])
        {
            foreach (var file in Directory.EnumerateFiles(algorithm))
            {
                if (Digest.TryParse($"{Path.GetFileName(algorithm)}:{Path.GetFileName(file)}", out var digest))
                {
                    blobs[digest] = new BlobFile(file, new FileInfo(file).Length);
                }
            }
        }

        return new ImageContent(Roots(new BlobFile(index, new FileInfo(index).Length)), blobs);
    }

    /// <summary>Reads an archive: an OCI layout, or what <c>docker save</c> writes, of any version.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">Where manifests are written that the archive lacks.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">It holds no images, or is damaged.</exception>
    public static async Task<ImageContent> OfArchiveAsync(UnpackedArchive archive, string folder, CancellationToken cancellationToken)
    {
        if (archive.Find("/index.json") is { } index)
        {
            var blobs = new Dictionary<Digest, BlobFile>();
            foreach (var path in archive.Paths)
            {
                if (path.Split('/') is ["", "blobs", var algorithm, var encoded]
                    && Digest.TryParse($"{algorithm}:{encoded}", out var digest)
                    && archive.Find(path) is { } found)
                {
                    blobs[digest] = digest.Algorithm != "sha256" || found.Digest == digest ? found.File
                        : throw new InvalidDataException($"'{digest}' is something else than its name says");
                }
            }

            return new ImageContent(Roots(index.File), blobs);
        }

        return archive.Find("/manifest.json") is { } manifest
            ? await SavedAsync(archive, Document(manifest.File), folder, cancellationToken)
            : throw new InvalidDataException("it has neither an index.json, as an OCI layout has, nor a manifest.json, as 'docker save' "
                + "writes");
    }

    private static IReadOnlyList<RegistryDescriptor> Roots(BlobFile index)
    {
        var bytes = Document(index);
        return [.. RegistryManifest.Read(MediaTypes.Index, RegistryClient.DigestOf(bytes), bytes).Manifests.Take(MostImages)];
    }

    private static byte[] Document(BlobFile file) => file.Size <= LargestDocument ? File.ReadAllBytes(file.Path)
        : throw new InvalidDataException($"one of its documents has {new ByteSize(file.Size)}");

    /// <summary>Makes of what an engine before 25 saves what a registry would have: its layers stay as they are.</summary>
    private static async Task<ImageContent> SavedAsync(
        UnpackedArchive archive, byte[] document, string folder, CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<Digest, BlobFile>();
        List<RegistryDescriptor> roots = [];
        foreach (var (index, (config, layers, tags)) in Saved(document).Index())
        {
            RegistryDescriptor Part(string path, string type)
            {
                var (file, digest) = archive.Find(PosixPath.Rooted(path)) ?? throw new InvalidDataException($"'{path}' is not in it");
                blobs[digest] = file;
                return new RegistryDescriptor(type, digest, file.Size);
            }

            var configuration = Part(config, Configuration);
            List<RegistryDescriptor> parts = [];
            foreach (var layer in layers)
            {
                var part = Part(layer, Layer);
                parts.Add(await IsPackedAsync(blobs[part.Digest], cancellationToken) ? part with { MediaType = Layer + "+gzip" } : part);
            }

            var manifest = RegistryManifest.Image(configuration, parts);
            var made = new BlobFile(Path.Combine(folder, FormattableString.Invariant($"{index}.manifest")), manifest.Length);
            await File.WriteAllBytesAsync(made.Path, manifest, cancellationToken);
            var root = new RegistryDescriptor(MediaTypes.Manifest, RegistryClient.DigestOf(manifest), manifest.Length);
            blobs[root.Digest] = made;
            roots.AddRange(tags.Count == 0 ? [root]
                : tags.Select(tag => root with { Annotations = ImageContent.Named(tag), Names = [tag.ToString()] }));
        }

        return new ImageContent(roots, blobs);
    }

    private static async Task<bool> IsPackedAsync(BlobFile file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file.Path);
        var head = new byte[2];
        return await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) == head.Length
            && head is [0x1f, 0x8b];
    }

    private static List<(string Configuration, List<string> Layers, List<ImageReference> Tags)> Saved(byte[] document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            return
            [
                .. json.RootElement.EnumerateArray().Take(MostImages).Select(image => (
                    image.GetProperty("Config").GetString() ?? throw new InvalidOperationException("an image has no Config"),
                    Texts(image, "Layers"),
                    Texts(image, "RepoTags").Select(tag => ImageReference.TryParse(tag, out var known) ? known : null)
                        .OfType<ImageReference>().ToList())),
            ];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"its manifest.json is none: {exception.Message}", exception);
        }
    }

    private static List<string> Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(text => text.GetString() ?? "")] : [];
}
