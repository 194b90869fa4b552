using System.Formats.Tar;
using System.Text.Json;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Archives;

/// <summary>Writes images as an OCI layout, in a folder or in an archive.</summary>
internal static class ContentWriter
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly byte[] Version = [.. """{"imageLayoutVersion":"1.0.0"}"""u8];

    /// <summary>Writes a folder. The files are moved there: what they were read from has them no more.</summary>
    /// <exception cref="MultiStageException">The disk is full or broken.</exception>
    public static void Folder(ImageContent content, string folder)
    {
        foreach (var (digest, file) in content.Blobs)
        {
            HostDisk.Do(folder, () =>
            {
                var store = Directory.CreateDirectory(Path.Combine(folder, "blobs", digest.Algorithm));
                File.Move(file.Path, Path.Combine(store.FullName, digest.Encoded));
            });
        }

        HostDisk.Do(folder, () =>
        {
            File.WriteAllBytes(Path.Combine(folder, "index.json"), RegistryManifest.Index(content.Roots));
            File.WriteAllBytes(Path.Combine(folder, "oci-layout"), Version);
        });
    }

    /// <summary>
    /// Writes an archive. It is an OCI layout and, by its <c>manifest.json</c>, what engines load that know no layout: those before 25, and
    /// later ones with the image store of old.
    /// </summary>
    /// <param name="content">The images.</param>
    /// <param name="platform">The platform whose image of an index <c>manifest.json</c> names.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    public static async Task ArchiveAsync(ImageContent content, Platform? platform, Stream target, CancellationToken cancellationToken)
    {
        var saved = await SavedAsync(content, platform, cancellationToken);
        await using var tar = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var (digest, file) in content.Blobs.OrderBy(blob => blob.Key.ToString(), StringComparer.Ordinal))
        {
            await using var data = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
            await tar.WriteEntryAsync(Entry($"blobs/{digest.Algorithm}/{digest.Encoded}", data), cancellationToken);
        }

        foreach (var (name, bytes) in ((string, byte[])[])
            [("index.json", RegistryManifest.Index(content.Roots)), ("manifest.json", saved), ("oci-layout", Version)])
        {
            using var data = new MemoryStream(bytes);
            await tar.WriteEntryAsync(Entry(name, data), cancellationToken);
        }
    }

    private static PaxTarEntry Entry(string name, Stream data) => new(TarEntryType.RegularFile, name)
    {
        DataStream = data,
        Mode = Readable,
        ModificationTime = DateTimeOffset.UnixEpoch,
    };

    private static async Task<byte[]> SavedAsync(ImageContent content, Platform? platform, CancellationToken cancellationToken)
    {
        var images = new Dictionary<Digest, (RegistryManifest Manifest, List<string> Tags)>();
        foreach (var root in content.Roots.Where(root => root.ArtifactType is null))
        {
            var manifest = await content.ImageAsync(root, platform, cancellationToken);
            if (!images.TryGetValue(manifest.Digest, out var image))
            {
                images[manifest.Digest] = image = (manifest, []);
            }

            // A tag alone, as some writers have it, names no repository.
            image.Tags.AddRange(root.Names.Where(name => name.AsSpan().ContainsAny(':', '/'))
                .Select(name => ImageReference.TryParse(name, out var known) && known.Digest is null ? known.OrLatest().ToString() : null)
                .OfType<string>());
        }

        return Write([.. images.Values]);
    }

    private static byte[] Write(IReadOnlyList<(RegistryManifest Manifest, List<string> Tags)> images)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartArray();
            foreach (var (manifest, tags) in images)
            {
                json.WriteStartObject();
                json.WriteString("Config", PathOf(manifest.Configuration!.Digest));
                WriteTexts(json, "RepoTags", tags.Distinct(StringComparer.Ordinal));
                WriteTexts(json, "Layers", manifest.Layers.Select(layer => PathOf(layer.Digest)));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return text.ToArray();
    }

    private static string PathOf(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Encoded}";

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
