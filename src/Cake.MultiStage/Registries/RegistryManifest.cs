using System.Text.Json;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Registries;

/// <summary>The types of documents and layers (OCI image specification, "Media Types"; Docker's "Image Manifest V 2, Schema 2").</summary>
internal static class MediaTypes
{
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    public static IReadOnlyList<string> OfManifests { get; } = [Index, Manifest, DockerList, DockerManifest];
}

/// <summary>What a manifest says of something else: a blob, or another manifest.</summary>
/// <param name="MediaType">Its type.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record RegistryDescriptor(string MediaType, Digest Digest, long Size)
{
    /// <summary>Gets the platform, where an index says one.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Gets the version of the operating system, where an index says one: that of Windows, whose images run on no other.</summary>
    public string? SystemVersion { get; init; }

    /// <summary>Gets what the operating system must be able to do, where an index says it.</summary>
    public IReadOnlyList<string> SystemFeatures { get; init; } = [];

    /// <summary>Gets the size of a layer that is packed, by gzip or zstd; <see langword="null"/> for one that is not.</summary>
    public long? PackedSize =>
        MediaType.EndsWith("gzip", StringComparison.Ordinal) || MediaType.EndsWith("zstd", StringComparison.Ordinal) ? Size : null;

    /// <summary>Gets what it is, where it is no image: the type of an SBOM, a signature and the like.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Gets the names that an index on disk gives it.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Gets the notes on it, such as which image an attestation is of.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether it may lie outside of registries, as base layers of Windows do.</summary>
    public bool IsForeign { get; init; }
}

/// <summary>A manifest or an index, byte for byte as the registry has it.</summary>
/// <param name="MediaType">Its type.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Bytes">Its text.</param>
internal sealed record RegistryManifest(string MediaType, Digest Digest, byte[] Bytes)
{
    private const int MostParts = 10_000;

    /// <summary>Gets the configuration; <see langword="null"/> where it is an index.</summary>
    public RegistryDescriptor? Configuration { get; private init; }

    /// <summary>Gets the layers, the lowest first.</summary>
    public IReadOnlyList<RegistryDescriptor> Layers { get; private init; } = [];

    /// <summary>Gets the manifests of an index.</summary>
    public IReadOnlyList<RegistryDescriptor> Manifests { get; private init; } = [];

    public bool IsIndex => Configuration is null;

    /// <summary>Reads a document.</summary>
    /// <exception cref="MultiStageException">It is not a manifest of an image.</exception>
    public static RegistryManifest Read(string mediaType, Digest digest, byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var root = json.RootElement;
            // A header may say less than the document (OCI image specification, "Image Manifest Property Descriptions").
            var type = root.TryGetProperty("mediaType", out var own) && own.GetString() is { Length: > 0 } text ? text : mediaType;
            return root.TryGetProperty("config", out var config)
                ? new RegistryManifest(type.Length == 0 ? MediaTypes.Manifest : type, digest, bytes)
                {
                    Configuration = Descriptor(config),
                    Layers = Descriptors(root, "layers"),
                }
                : root.TryGetProperty("manifests", out _)
                    ? new RegistryManifest(type.Length == 0 ? MediaTypes.Index : type, digest, bytes)
                    {
                        Manifests = Descriptors(root, "manifests"),
                    }
                    : throw new InvalidDataException("it has neither a configuration nor manifests, as manifests of Docker before 1.10 "
                        + "(schema 1) haven't");
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
                or InvalidDataException)
        {
            throw new MultiStageException($"'{digest}' is not a manifest of an image that can be read: "
                + $"{exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>Writes an index.</summary>
    public static byte[] Index(IReadOnlyList<RegistryDescriptor> manifests, string mediaType = MediaTypes.Index)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", mediaType);
            json.WriteStartArray("manifests");
            foreach (var manifest in manifests)
            {
                Write(json, manifest);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return text.ToArray();
    }

    /// <summary>Writes the manifest of an image.</summary>
    public static byte[] Image(RegistryDescriptor configuration, IReadOnlyList<RegistryDescriptor> layers)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", MediaTypes.Manifest);
            json.WritePropertyName("config");
            Write(json, configuration);
            json.WriteStartArray("layers");
            foreach (var layer in layers)
            {
                Write(json, layer);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return text.ToArray();
    }

    /// <summary>Writes the manifest of a document that refers to another manifest.</summary>
    public static byte[] Artifact(string type, RegistryDescriptor empty, RegistryDescriptor document, RegistryDescriptor subject)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", MediaTypes.Manifest);
            json.WriteString("artifactType", type);
            json.WritePropertyName("config");
            Write(json, empty);
            json.WriteStartArray("layers");
            Write(json, document);
            json.WriteEndArray();
            json.WritePropertyName("subject");
            Write(json, subject);
            json.WriteEndObject();
        }

        return text.ToArray();
    }

    private static void Write(Utf8JsonWriter json, RegistryDescriptor descriptor)
    {
        json.WriteStartObject();
        json.WriteString("mediaType", descriptor.MediaType);
        json.WriteString("digest", descriptor.Digest.ToString());
        json.WriteNumber("size", descriptor.Size);
        if (descriptor.ArtifactType is { } type)
        {
            json.WriteString("artifactType", type);
        }

        if (descriptor.Platform is { } platform)
        {
            json.WriteStartObject("platform");
            json.WriteString("architecture", platform.Architecture);
            json.WriteString("os", platform.OperatingSystem);
            if (platform.Variant is { } variant)
            {
                json.WriteString("variant", variant);
            }

            if (descriptor.SystemVersion is { } version)
            {
                json.WriteString("os.version", version);
            }

            if (descriptor.SystemFeatures.Count > 0)
            {
                json.WriteStartArray("os.features");
                foreach (var feature in descriptor.SystemFeatures)
                {
                    json.WriteStringValue(feature);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        if (descriptor.Annotations.Count > 0)
        {
            json.WriteStartObject("annotations");
            foreach (var (name, value) in descriptor.Annotations)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static IReadOnlyList<RegistryDescriptor> Descriptors(JsonElement root, string name) =>
        !root.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null ? []
        : list.GetArrayLength() <= MostParts ? [.. list.EnumerateArray().Select(Descriptor)]
        : throw new InvalidDataException($"it has {list.GetArrayLength()} {name}");

    private static RegistryDescriptor Descriptor(JsonElement json)
    {
        var digest = Digest.TryParse(json.GetProperty("digest").GetString(), out var known) ? known
            : throw new InvalidDataException("a digest in it is none");
        var size = json.GetProperty("size").GetInt64();
        return new RegistryDescriptor(Text(json, "mediaType") ?? "", digest,
            size >= 0 ? size : throw new InvalidDataException("a size in it is negative"))
        {
            Platform = json.TryGetProperty("platform", out var platform) && platform.ValueKind == JsonValueKind.Object
                ? new Platform(Text(platform, "os") ?? "unknown", Text(platform, "architecture") ?? "unknown", Text(platform, "variant"))
                : null,
            SystemVersion = platform.ValueKind == JsonValueKind.Object ? Text(platform, "os.version") : null,
            SystemFeatures = platform.ValueKind == JsonValueKind.Object ? Texts(platform, "os.features") : [],
            ArtifactType = Text(json, "artifactType"),
            Names = json.TryGetProperty("annotations", out var notes) && notes.ValueKind == JsonValueKind.Object
                // BuildKit and engines write the whole name, and the tag alone beside it.
                && (Text(notes, "io.containerd.image.name") ?? Text(notes, "org.opencontainers.image.ref.name")) is { } name ? [name] : [],
            Annotations = Notes(json),
            IsForeign = json.TryGetProperty("urls", out var urls) && urls.ValueKind == JsonValueKind.Array && urls.GetArrayLength() > 0,
        };
    }

    private static Dictionary<string, string> Notes(JsonElement json) =>
        json.TryGetProperty("annotations", out var notes) && notes.ValueKind == JsonValueKind.Object
            ? notes.EnumerateObject().Where(note => note.Value.ValueKind == JsonValueKind.String)
                .DistinctBy(note => note.Name, StringComparer.Ordinal)
                .ToDictionary(note => note.Name, note => note.Value.GetString()!, StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal);

    public static IReadOnlyList<string> Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text : null;
}
