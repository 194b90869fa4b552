using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cake.MultiStage.Engine;

/// <summary>The JSON that engines and builders are sent.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentCredentials))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, SentCredentials>))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(ToldConfiguration))]
[JsonSerializable(typeof(IEnumerable<CacheImport>))]
internal sealed partial class EngineJson : JsonSerializerContext;

/// <summary>Credentials for a registry, as the Engine API takes them.</summary>
internal sealed record SentCredentials(
    [property: JsonPropertyName("username")] string? Name,
    [property: JsonPropertyName("password")] string? Password,
    [property: JsonPropertyName("serveraddress")] string? Server,
    [property: JsonPropertyName("identitytoken")] string? Token);

/// <summary>An image's configuration (OCI image specification) as far as an engine tells it.</summary>
internal sealed record ToldConfiguration(
    [property: JsonPropertyName("architecture")] JsonElement Architecture,
    [property: JsonPropertyName("config")] JsonElement Settings,
    [property: JsonPropertyName("history")] IReadOnlyList<ToldStep> History);

/// <summary>A step that made a part of an image.</summary>
internal sealed record ToldStep([property: JsonPropertyName("created_by")] string? CreatedBy);

/// <summary>A cache that BuildKit reads, as its Dockerfile frontend takes it.</summary>
internal sealed record CacheImport(string Type, IDictionary<string, string> Attrs);
