using System.Diagnostics;
using System.Text.Json;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>
/// Reads what an index says of one of its images beside it: in-toto statements, in manifests that name the image (BuildKit, "Image
/// attestation storage").
/// </summary>
internal static class AttestationReader
{
    private const string Kind = "vnd.docker.reference.type";
    private const string Subject = "vnd.docker.reference.digest";
    private const string Predicate = "in-toto.io/predicate-type";
    private const string Statement = "application/vnd.in-toto+json";
    private const int Most = 100;
    private const int MostManifests = 10;
    private const int MostStatements = 50;
    private const long MostBytes = 128 << 20;
    private const int MostSources = 1000;
    private const int LongestText = 1000;

    /// <summary>The longest statement that is looked into; of a longer one its kind and size are told.</summary>
    public const int LargestStatement = 32 << 20;

    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Reads the statements on an image. What isn't there any more, as in what an engine saved in part, is left out. Anyone who can push
    /// can add any number of them: of statements after the first ones the kind and the size alone are told, and of manifests after
    /// the first ones, or after half a minute, nothing.
    /// </summary>
    /// <param name="index">What the index names.</param>
    /// <param name="image">The image's manifest.</param>
    /// <param name="read">Reads a document; <see langword="null"/> where there is none, or it is too long.</param>
    public static async Task<IReadOnlyList<ImageAttestation>> ReadAsync(
        IReadOnlyList<RegistryDescriptor> index, Digest image, Func<RegistryDescriptor, Task<byte[]?>> read)
    {
        List<ImageAttestation> found = [];
        var (left, begun) = (MostBytes, Stopwatch.GetTimestamp());
        foreach (var manifest in index.Where(entry => entry.Annotations.GetValueOrDefault(Kind) == "attestation-manifest"
            && entry.Annotations.GetValueOrDefault(Subject) == image.ToString()).Take(MostManifests))
        {
            if (Stopwatch.GetElapsedTime(begun) > LongestTime)
            {
                break;
            }

            if (await read(manifest) is not { } bytes)
            {
                continue;
            }

            foreach (var statement in RegistryManifest.Read(manifest.MediaType, manifest.Digest, bytes).Layers
                .Where(layer => layer.MediaType == Statement).Take(Most))
            {
                var isRead = statement.Size <= Math.Min(LargestStatement, left)
                    && found.Count < MostStatements
                    && Stopwatch.GetElapsedTime(begun) < LongestTime;
                var document = isRead ? await read(statement) : null;
                left -= document?.Length ?? 0;
                found.Add(Read(statement, document));
            }
        }

        return found;
    }

    private static ImageAttestation Read(RegistryDescriptor statement, byte[]? document)
    {
        var told = new ImageAttestation(
            Shortened(statement.Annotations.GetValueOrDefault(Predicate)) ?? "", statement.Digest, new ByteSize(statement.Size));
        if (document is null)
        {
            return told;
        }

        try
        {
            using var json = JsonDocument.Parse(document);
            return json.RootElement.ValueKind != JsonValueKind.Object ? told : Details(
                told with { Predicate = Text(json.RootElement, "predicateType") ?? told.Predicate }, Member(json.RootElement, "predicate"));
        }
        catch (JsonException)
        {
            // Its kind is told by the manifest; there is nothing more to tell.
            return told;
        }
    }

    private static ImageAttestation Details(ImageAttestation told, JsonElement? predicate) => (told.Kind, predicate) switch
    {
        ("provenance", { } provenance) => told with
        {
            // SLSA v0.2 has builder and materials, v1 what follows.
            By = Text(Member(provenance, "builder") ?? Member(Member(provenance, "runDetails"), "builder"), "id") ?? "",
            Sources =
            [
                .. List(Member(provenance, "materials") ?? Member(Member(provenance, "buildDefinition"), "resolvedDependencies"))
                    .Take(MostSources).Select(Source),
            ],
        },
        ("SBOM", { } sbom) => told with
        {
            By = string.Join(", ", List(Member(Member(sbom, "creationInfo"), "creators")).Take(Most)
                .Where(creator => creator.ValueKind == JsonValueKind.String).Select(creator => Shortened(creator.GetString()))),
            Packages = List(Member(sbom, "packages") ?? Member(sbom, "components")).Length,
        },
        _ => told,
    };

    private static string Source(JsonElement material)
    {
        var uri = Text(material, "uri") ?? "?";
        var digest = Member(material, "digest") is { ValueKind: JsonValueKind.Object } digests
            ? digests.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String)
                .Select(one => $"{one.Name}:{one.Value.GetString()}").FirstOrDefault() : null;
        return Shortened(digest is null ? uri : $"{uri} ({digest})")!;
    }

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var value) ? value : null;

    private static JsonElement[] List(JsonElement? json) =>
        json is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    private static string? Text(JsonElement? json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } text ? Shortened(text.GetString()) : null;

    private static string? Shortened(string? text) => text is { Length: > LongestText } ? text[..LongestText] : text;
}
