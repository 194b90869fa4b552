using System.Text.Json;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using ZstdSharp;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>
/// An image in a folder or an archive: an OCI layout (OCI image specification, "Image Layout"), or what <c>docker save</c> writes, of any
/// version.
/// </summary>
/// <param name="files">The folder's or the archive's files.</param>
/// <param name="place">What the user called it.</param>
/// <param name="name">The image's name in it; <see langword="null"/> where it has one alone.</param>
/// <param name="platform">The platform asked for.</param>
internal sealed class ArchivePlace(IFileTree files, string place, string? name, Platform? platform) : IImagePlace
{
    private const int LargestDocument = AttestationReader.LargestStatement;
    private const int DeepestIndex = 4;
    private const int MostImages = 1000;
    private const int MostBeside = 100;

    public async Task<OutsideImage> FindAsync(CancellationToken cancellationToken)
    {
        var images = await ListAsync(cancellationToken);
        var found = images.Where(image => name is null || image.Names.Any(own => IsNamed(own, name))).ToList();
        return found is [var image] ? await image.ReadAsync(cancellationToken)
            : throw new MultiStageException($"'{place}' has {Counted(images.Count)}{(name is null ? "" : $", and '{name}' is "
                + (found.Count == 0 ? "none of their names" : "the name of several"))}: "
                + $"{string.Join(", ", images.Select(image => image.Names is [var first, ..] ? first : "one without a name"))}. "
                + $"Say which by its name, as in '{place}#{images.SelectMany(image => image.Names).FirstOrDefault() ?? "app:1.0"}'.");
    }

    public async Task<OutsideImage?> FindOtherAsync(string name, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(image => image.Names.Any(own => IsNamed(own, name))) is { } found
            ? await found.ReadAsync(cancellationToken)
            : null;

    public async Task<IReadOnlyList<OutsideImage>> BesideAsync(OutsideImage image, CancellationToken cancellationToken)
    {
        List<OutsideImage> found = [];
        foreach (var other in (await ListAsync(cancellationToken)).Take(MostBeside))
        {
            try
            {
                found.Add(await other.ReadAsync(cancellationToken));
            }
            catch (MultiStageException)
            {
                // It may be of another platform, or lack layers.
                continue;
            }
        }

        return found;
    }

    private static string Counted(int images) => images switch { 0 => "no image", 1 => "one image", _ => $"{images} images" };

    private static bool IsNamed(string own, string name) => own == name
        || (ImageReference.TryParse(own, out var left)
            && ImageReference.TryParse(name, out var right)
            && left.OrLatest() == right.OrLatest());

    /// <summary>An image that is listed.</summary>
    private sealed record Listed(IReadOnlyList<string> Names, Func<CancellationToken, Task<OutsideImage>> ReadAsync);

    private async Task<IReadOnlyList<Listed>> ListAsync(CancellationToken cancellationToken)
    {
        var names = await Guarded(() => files.NamesAsync(cancellationToken));
        if (names.Contains("/index.json"))
        {
            var index = await DocumentAsync("/index.json", cancellationToken);
            var listed = RegistryManifest.Read(MediaTypes.Index, RegistryClient.DigestOf(index), index).Manifests;
            var manifests = listed
                // Attestations may stand beside their image.
                .Where(manifest => manifest.ArtifactType is null && manifest.Platform is not { OperatingSystem: "unknown" })
                .Take(MostImages).ToList();
            // An index of platforms may be the list itself: it names none of its images.
            return manifests.Count > 1 && manifests.All(manifest => manifest.Names.Count == 0 && manifest.Platform is not null)
                ? [new Listed([], token => OciAsync([], PlatformChoice.Of($"'{place}'", manifests, platform), token, listed))]
                : [.. manifests.GroupBy(manifest => manifest.Digest).Select(same => new Listed(
                    [.. same.SelectMany(manifest => manifest.Names).Distinct(StringComparer.Ordinal)],
                    token => OciAsync([.. same.SelectMany(manifest => manifest.Names)], same.First(), token, listed)))];
        }

        return names.Contains("/manifest.json") ? Saved(await DocumentAsync("/manifest.json", cancellationToken))
            : throw new MultiStageException($"'{place}' holds no image: it has neither an index.json, as an OCI layout has, nor a "
                + "manifest.json, as 'docker save' writes.");
    }

    private async Task<OutsideImage> OciAsync(IReadOnlyList<string> tags, RegistryDescriptor descriptor,
        CancellationToken cancellationToken, IReadOnlyList<RegistryDescriptor>? index = null)
    {
        var names = await Guarded(() => files.NamesAsync(cancellationToken));
        for (var depth = 0; depth <= DeepestIndex; depth++)
        {
            var bytes = await DocumentAsync(PathOf(descriptor.Digest), cancellationToken);
            var manifest = RegistryManifest.Read(descriptor.MediaType, descriptor.Digest, bytes);
            if (RegistryClient.DigestOf(bytes, descriptor.Digest.Algorithm) != descriptor.Digest)
            {
                throw new MultiStageException($"'{place}' is damaged: '{descriptor.Digest}' is something else than its name says.");
            }

            if (manifest.Configuration is { } configuration)
            {
                Require(manifest.Layers, names);
                var image = await ReadAsync(tags, PathOf(configuration.Digest),
                    [.. manifest.Layers.Select(layer => (PathOf(layer.Digest), layer.PackedSize))], cancellationToken);
                return image with
                {
                    Attestations = await AttestationReader.ReadAsync(index ?? [], descriptor.Digest,
                        async document => names.Contains(PathOf(document.Digest))
                            ? await DocumentAsync(PathOf(document.Digest), cancellationToken) : null),
                };
            }

            index = manifest.Manifests;

            // Engines save of an index what they have of it.
            var saved = manifest.Manifests.Where(part => names.Contains(PathOf(part.Digest)));
            descriptor = PlatformChoice.Of($"'{place}'", [.. saved], platform);
        }

        throw new MultiStageException($"'{place}' can't be read: its indexes name indexes, deeper than those of any image.");
    }

    private void Require(IReadOnlyList<RegistryDescriptor> layers, IReadOnlySet<string> names)
    {
        if (layers.FirstOrDefault(layer => !names.Contains(PathOf(layer.Digest))) is { } missing)
        {
            throw new MultiStageException(missing.IsForeign
                ? $"'{place}' can't be measured: its layer {missing.Digest} lies where it comes from and not in it, as base layers of "
                    + "Windows do. Save the image with all its layers, or measure it in an engine."
                : $"'{place}' is incomplete: it lacks the layer {missing.Digest}. Save the image again.");
        }
    }

    private IReadOnlyList<Listed> Saved(byte[] document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            return [.. json.RootElement.EnumerateArray().Take(MostImages).Select(image =>
            {
                var tags = Texts(image, "RepoTags");
                var configuration = PosixPath.Rooted(
                    image.GetProperty("Config").GetString() ?? throw new InvalidOperationException("an image has no Config"));
                var layers = Texts(image, "Layers");
                return new Listed(tags, token =>
                    ReadAsync(tags, configuration, [.. layers.Select(layer => (PosixPath.Rooted(layer), (long?)null))], token));
            })];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new MultiStageException($"'{place}' can't be read: its manifest.json is none: {exception.Message}", exception);
        }
    }

    private static IReadOnlyList<string> Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(text => text.GetString() ?? "")] : [];

    private Task<OutsideImage> ReadAsync(IReadOnlyList<string> tags, string configuration, IReadOnlyList<(string Path, long? Size)> layers,
        CancellationToken cancellationToken) => Guarded(async () =>
        {
            var document = await DocumentAsync(configuration, cancellationToken);
            return new OutsideImage
            {
                Place = $"'{place}'",
                // A tag alone, as some writers have it, names no repository.
                Tags = [.. tags.Where(tag => tag.AsSpan().ContainsAny(':', '/'))
                    .Select(tag => ImageReference.TryParse(tag, out var known) ? known : null).OfType<ImageReference>().Distinct()],
                Document = document,
                Configuration = ImageConfiguration.Read(document),
                Layers = [.. layers.Select(
                    layer => new OutsideLayer(layer.Size, token => Guarded(() => files.OpenAsync(layer.Path, token))))],
            };
        });

    private static string PathOf(Digest digest) => $"/blobs/{digest.Algorithm}/{digest.Encoded}";

    private Task<byte[]> DocumentAsync(string path, CancellationToken cancellationToken) => Guarded(async () =>
    {
        await using var stream = await files.OpenAsync(path, cancellationToken);
        return await RegistryAnswer.BytesAsync(stream, LargestDocument, cancellationToken);
    });

    private async Task<T> Guarded<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException
            or ZstdException)
        {
            throw new MultiStageException($"'{place}' can't be read: {exception.Message}", exception);
        }
    }
}
