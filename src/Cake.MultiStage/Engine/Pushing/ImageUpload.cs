using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Engine.Pushing;

/// <summary>
/// Pushes an image of an engine by its digest and under no tag, which engines with their own store can't: what they save is sent from
/// here, as an image in OCI form. Layers that the repository has are not sent again, since the same files are packed into the same bytes.
/// </summary>
internal sealed class ImageUpload(EngineConnection connection, RegistryClient client)
{
    private const string ConfigurationType = "application/vnd.oci.image.config.v1+json";
    private const string LayerType = "application/vnd.oci.image.layer.v1.tar+gzip";
    private const string ZstdLayerType = "application/vnd.oci.image.layer.v1.tar+zstd";
    private const int LargestDocument = 16 << 20;
    private const int MostLinks = 8;

    /// <summary>Pushes an image.</summary>
    /// <param name="id">The image.</param>
    /// <param name="repository">Where to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The digest of its manifest.</returns>
    /// <exception cref="MultiStageException">The engine can't save it, the registry refuses, or the disk is full.</exception>
    public async Task<Digest> PushAsync(Digest id, ImageReference repository, CancellationToken cancellationToken)
    {
        var folder = TemporaryFile.In(Path.GetTempPath());
        HostDisk.Do(folder, () => Directory.CreateDirectory(folder));
        try
        {
            var files = await SavedAsync(id, folder, cancellationToken);
            var (configuration, layers) = Parts(id, files);
            List<RegistryDescriptor> sent = [];
            foreach (var layer in layers)
            {
                var packed = Path.Combine(folder, "packed");
                var type = await PackedTypeAsync(layer, cancellationToken);
                if (type is not null)
                {
                    // containerd's store saves layers as it was sent them, packed.
                    sent.Add(await SendAsync(repository, type, await HashAsync(layer, cancellationToken), layer, cancellationToken));
                    continue;
                }

                sent.Add(await SendAsync(repository, LayerType, await PackAsync(layer, packed, folder, cancellationToken), packed,
                    cancellationToken));
                // The next one has the same name.
                HostDisk.Do(packed, () => File.Delete(packed));
            }

            var bytes = RegistryManifest.Image(
                await SendAsync(repository, ConfigurationType, await HashAsync(configuration, cancellationToken), configuration,
                    cancellationToken), sent);
            var digest = RegistryClient.DigestOf(bytes);
            await client.PutAsync(repository.WithDigest(digest), MediaTypes.Manifest, bytes, cancellationToken);
            return digest;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Lays down what the engine saves, under numbers: no name of an archive is a path here.</summary>
    /// <returns>The files, by their paths in the archive.</returns>
    private async Task<Dictionary<string, string>> SavedAsync(Digest id, string folder, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var saved = await new EngineImages(connection).SaveAsync([id], cancellationToken);
        await connection.GuardAsync($"Reading image '{id}'", async () =>
        {
            var number = 0;
            await using var archive = new TarReader(saved);
            while (await archive.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                var path = PosixPath.Rooted(entry.Name);
                switch (entry.EntryType)
                {
                    case TarEntryType.SymbolicLink:
                        // Engines up to 24 save a layer that is there twice once, and link to it.
                        links[path] = PosixPath.Join(PosixPath.FolderOf(path), entry.LinkName);
                        break;
                    case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                        files[path] = await LaidDownAsync(entry, folder, number++, cancellationToken);
                        break;
                    default:
                        break;
                }
            }

            return true;
        });
        foreach (var (path, target) in links)
        {
            var end = target;
            for (var hops = 0; hops < MostLinks && links.TryGetValue(end, out var next); hops++)
            {
                end = next;
            }

            if (files.TryGetValue(end, out var file))
            {
                files[path] = file;
            }
        }

        return files;
    }

    private static async Task<string> LaidDownAsync(TarEntry entry, string folder, int number, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, FormattableString.Invariant($"{number}"));
        await using var disk = HostDisk.Create(file, folder);
        if (entry.DataStream is { } data)
        {
            await HostDisk.CopyAsync(data, disk, cancellationToken);
        }

        return file;
    }

    private static (string Configuration, IReadOnlyList<string> Layers) Parts(Digest id, Dictionary<string, string> files)
    {
        try
        {
            using var stream = File.OpenRead(files["/manifest.json"]);
            if (stream.Length > LargestDocument)
            {
                throw new InvalidDataException("its manifest.json is longer than that of any image.");
            }

            using var manifest = JsonDocument.Parse(stream);
            var image = manifest.RootElement[0];
            var layers = image.GetProperty("Layers");
            return (files[Named(image.GetProperty("Config"))],
                layers.ValueKind == JsonValueKind.Null ? [] : [.. layers.EnumerateArray().Select(layer => files[Named(layer)])]);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException
            or InvalidDataException or IndexOutOfRangeException)
        {
            throw new MultiStageException(
                $"The image '{id}' that the engine sent is incomplete: {exception.Message} The engine may have stopped; look at its log, "
                    + "then build again.", exception);
        }
    }

    private static string Named(JsonElement path) => PosixPath.Rooted(path.GetString() ?? "");

    /// <summary>Gets the type of a layer that is packed already; <see langword="null"/> for a plain tar.</summary>
    private static async Task<string?> PackedTypeAsync(string layer, CancellationToken cancellationToken)
    {
        var start = new byte[4];
        await using var stream = File.OpenRead(layer);
        var read = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return read < start.Length ? null
            : start.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? LayerType
            : start.AsSpan().SequenceEqual((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? ZstdLayerType
            : null;
    }

    private static async Task<RegistryDescriptor> PackAsync(
        string layer, string packed, string shown, CancellationToken cancellationToken)
    {
        await using (var source = File.OpenRead(layer))
        await using (var disk = HostDisk.Create(packed, shown))
        await using (var gzip = new GZipStream(disk, CompressionLevel.Optimal))
        {
            await HostDisk.CopyAsync(source, gzip, cancellationToken);
        }

        return await HashAsync(packed, cancellationToken);
    }

    private static async Task<RegistryDescriptor> HashAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        var hash = await SHA256.HashDataAsync(stream, cancellationToken);
        return new RegistryDescriptor("", Digest.Parse($"sha256:{Convert.ToHexStringLower(hash)}"), stream.Length);
    }

    private async Task<RegistryDescriptor> SendAsync(
        ImageReference repository, string type, RegistryDescriptor blob, string file, CancellationToken cancellationToken)
    {
        if (!await client.HasBlobAsync(repository, blob.Digest, cancellationToken))
        {
            await client.UploadAsync(repository, blob, () => File.OpenRead(file), from: null, cancellationToken);
        }

        return blob with { MediaType = type };
    }
}
