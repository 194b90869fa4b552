using Cake.MultiStage.Images;
using Docker.DotNet.Models;
using Platform = Cake.MultiStage.Images.Platform;

namespace Cake.MultiStage.Engine;

/// <summary>An image that an engine holds, as the engine describes it.</summary>
internal sealed record EngineImage
{
    public required Digest Id { get; init; }

    public required Platform Platform { get; init; }

    /// <summary>Gets its tags; texts that are not valid references are left out.</summary>
    public required IReadOnlyList<ImageReference> Tags { get; init; }

    /// <summary>Gets the references with digests by which registries know it.</summary>
    public required IReadOnlyList<ImageReference> Digests { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Gets the digests of its layers, the base's first.</summary>
    public required IReadOnlyList<string> Layers { get; init; }

    /// <summary>
    /// Gets a value indicating whether the engine says that it has no layers: metadata on <c>scratch</c>, and nothing else.
    /// </summary>
    public required bool IsBare { get; init; }

    /// <summary>Gets the engine's own figure of its size, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Gets when it was made or, if that was later, last tagged in this engine.</summary>
    public DateTimeOffset Changed { get; init; }

    public static EngineImage Of(ImageInspectResponse image) => new()
    {
        Id = Digest.Parse(image.ID),
        Platform = new Platform(image.Os, image.Architecture, string.IsNullOrEmpty(image.Variant) ? null : image.Variant),
        Tags = References(image.RepoTags),
        Digests = References(image.RepoDigests),
        Labels = new Dictionary<string, string>(image.Config?.Labels ?? new Dictionary<string, string>(StringComparer.Ordinal),
            StringComparer.Ordinal),
        Layers = [.. image.RootFS?.Layers ?? []],
        IsBare = image.RootFS is { Layers: null or { Count: 0 } },
        Size = image.Size,
        Changed = Later(image.Created, image.Metadata?.LastTagTime),
    };

    private static DateTimeOffset Later(DateTime? made, DateTime? tagged) =>
        new(DateTime.SpecifyKind(((DateTime[])[made ?? default, tagged ?? default]).Max(), DateTimeKind.Utc), TimeSpan.Zero);

    private static IReadOnlyList<ImageReference> References(IList<string>? texts) =>
        [.. (texts ?? []).Select(text => ImageReference.TryParse(text, out var reference) ? reference : null).OfType<ImageReference>()];
}
