using System.Text.Json;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Engine.Builds;

/// <summary>
/// Finds out what registries have under the tags of a build: the image that it would make again, or else what that was made of.
/// </summary>
/// <param name="client">The registries.</param>
internal sealed class PushedBuilds(RegistryClient client)
{
    private const int LargestConfiguration = 8 << 20;
    private const int MostPlatforms = 100;

    /// <summary>Looks under the tags, in their order, until one has what is wanted.</summary>
    /// <param name="tags">The tags.</param>
    /// <param name="fingerprint">What the image is to be made of.</param>
    /// <param name="platforms">The platforms that it is to be for; none for one of whatever kind.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public async Task<PushedLook> LookAsync(
        IReadOnlyList<ImageReference> tags, Digest fingerprint, IReadOnlyList<Platform> platforms, CancellationToken cancellationToken)
    {
        var look = new PushedLook();
        foreach (var tag in tags)
        {
            try
            {
                look = await AtAsync(look, tag, fingerprint, platforms, cancellationToken);
            }
            catch (Exception exception) when (exception is MultiStageException or InvalidDataException)
            {
                // What can't be told is built: the push will say the same, if it still holds then.
                look = look with { Problem = look.Problem ?? $"what '{tag}' is made of can't be told: {exception.Message}" };
            }

            if (look.Same is not null)
            {
                break;
            }
        }

        return look;
    }

    /// <summary>Sees to it that all tags name an image that was found; those that do already aren't touched.</summary>
    /// <returns>The tags that were moved.</returns>
    /// <exception cref="MultiStageException">A registry refuses.</exception>
    public async Task<IReadOnlyList<ImageReference>> MoveAsync(
        ImageReference found, IReadOnlyList<ImageReference> tags, IBuildObserver observer, CancellationToken cancellationToken)
    {
        List<ImageReference> moved = [];
        var exact = found.WithoutTag().WithDigest(found.Digest!);
        foreach (var tag in tags)
        {
            if ((await client.FindAsync(tag, cancellationToken))?.Digest != found.Digest)
            {
                await new ImagePromoter(client, observer).PromoteAsync(exact, tag, cancellationToken);
                moved.Add(tag);
            }
        }

        return moved;
    }

    private async Task<PushedLook> AtAsync(
        PushedLook look, ImageReference tag, Digest fingerprint, IReadOnlyList<Platform> platforms, CancellationToken cancellationToken)
    {
        if (await client.FindAsync(tag, cancellationToken) is not { } manifest)
        {
            return look;
        }

        List<PushedConfiguration> parts = [];
        foreach (var (digest, part) in await ImagesAsync(tag, manifest, cancellationToken))
        {
            await using var content = client.Open(tag, part);
            var bytes = await RegistryAnswer.BytesAsync(content, LargestConfiguration, cancellationToken);
            parts.Add(PushedConfiguration.Read(bytes, digest));
        }

        look = look with { IsThere = true, Last = look.Last ?? parts.Select(part => part.Inputs).OfType<InputSummary>().FirstOrDefault() };
        if (parts.Count == 0 || parts.Exists(part => part.Fingerprint != fingerprint.ToString()))
        {
            return look;
        }

        if (parts.Exists(part => !part.IsItself))
        {
            return look with { Problem = look.Problem ?? $"'{tag}' starts from an image that was made of the same, and is another" };
        }

        return platforms.Count > 1 && !platforms.All(wanted => parts.Exists(part => IsFor(part.Platform, wanted)))
            ? look
            : look with
            {
                Same = new PushedBuild(tag.WithDigest(manifest.Digest), manifest.IsIndex && parts.Count > 1 ? manifest.Digest : parts[0].Id,
                    parts[0].Platform, parts[0].Revision),
            };
    }

    private async Task<IReadOnlyList<(Digest Id, RegistryDescriptor Configuration)>> ImagesAsync(
        ImageReference tag, RegistryManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Configuration is { } own)
        {
            return [(own.Digest, own)];
        }

        List<(Digest, RegistryDescriptor)> found = [];
        // What is attached to an image, as attestations are, has a platform that nothing is for.
        foreach (var part in manifest.Manifests.Where(part => part.Platform is { OperatingSystem: not "unknown" }).Take(MostPlatforms))
        {
            var image = await client.GetAsync(tag.WithoutTag().WithDigest(part.Digest), cancellationToken);
            if (image.Configuration is { } configuration)
            {
                found.Add((configuration.Digest, configuration));
            }
        }

        return found;
    }

    // A configuration may name the variant that everybody means.
    private static bool IsFor(Platform platform, Platform wanted) =>
        platform.OperatingSystem == wanted.OperatingSystem && platform.Architecture == wanted.Architecture
        && (platform.Variant is null || wanted.Variant is null || platform.Variant == wanted.Variant);
}

/// <summary>What was found under the tags of a build.</summary>
internal sealed record PushedLook
{
    /// <summary>Gets the image that is made of the same.</summary>
    public PushedBuild? Same { get; init; }

    /// <summary>Gets what the image was made of that is there instead, where it says so.</summary>
    public InputSummary? Last { get; init; }

    /// <summary>Gets a value indicating whether a tag is there at all.</summary>
    public bool IsThere { get; init; }

    /// <summary>Gets why it can't be told, where it can't.</summary>
    public string? Problem { get; init; }
}

/// <summary>An image in a registry that was made of the same.</summary>
/// <param name="Reference">The tag that it was found under, with its digest.</param>
/// <param name="Id">Its id.</param>
/// <param name="Platform">The platform that it is for, or the first of several.</param>
/// <param name="Revision">The commit that it says it was built from.</param>
internal sealed record PushedBuild(ImageReference Reference, Digest Id, Platform Platform, string? Revision);

/// <summary>What the configuration of an image says of how it was made (OCI image specification, "Image Configuration").</summary>
/// <param name="Id">Its digest.</param>
/// <param name="Platform">The platform that it is for.</param>
/// <param name="Fingerprint">The fingerprint that it is labelled with.</param>
/// <param name="IsItself">Whether that is its own: labels are handed down, the last line of a history is not.</param>
/// <param name="Inputs">What it was made of.</param>
/// <param name="Revision">The commit that it says it was built from.</param>
internal sealed record PushedConfiguration(
    Digest Id, Platform Platform, string? Fingerprint, bool IsItself, InputSummary? Inputs, string? Revision)
{
    /// <exception cref="InvalidDataException">It is not a configuration of an image.</exception>
    public static PushedConfiguration Read(ReadOnlyMemory<byte> document, Digest id)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            var root = json.RootElement;
            var labels = root.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object
                && config.TryGetProperty("Labels", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
            var fingerprint = Text(labels, UpToDateBuilds.Label);
            var last = root.TryGetProperty("history", out var history) && history.ValueKind == JsonValueKind.Array
                && history.GetArrayLength() is > 0 and var count ? Text(history[count - 1], "created_by") : null;
            return new PushedConfiguration(
                id,
                new Platform(Text(root, "os") ?? "linux", Text(root, "architecture") ?? "unknown", Text(root, "variant")),
                fingerprint,
                fingerprint is not null && last?.Contains(UpToDateBuilds.Label, StringComparison.Ordinal) == true
                    && last.Contains(fingerprint, StringComparison.Ordinal),
                InputSummary.Parse(Text(labels, InputSummary.Label)),
                Text(labels, "org.opencontainers.image.revision"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"its configuration is none: {exception.Message}", exception);
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;
}
