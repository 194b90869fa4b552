using Cake.MultiStage.Images;

namespace Cake.MultiStage.Aliases;

/// <summary>
/// Where a build's images from outside come from, whatever its description says: those of <c>FROM</c>, of <c>COPY --from</c>
/// and of mounts. Stages and <c>scratch</c> are left alone. One policy can serve any number of builds.
/// </summary>
/// <example>
/// <code>
/// var policy = new BaseImagePolicy { Registry = "mirror.example.com/hub" };
/// policy.Substitutions["alpine"] = "debian:trixie-slim";
/// policy.Pins["golang:1.21"] = "sha256:4746d26432a9117a5f58e95cb9f954ddf0de128e9d5816886514199316e4a2fb";
/// MultiStageBuild(MultiStageGo("./hello"), new MultiStageBuildSettings { BaseImages = policy });
/// </code>
/// </example>
public sealed class BaseImagePolicy
{
    /// <summary>
    /// Gets or sets the registry that all images come from, with a path where the mirror has one: with <c>mirror.example.com/hub</c>,
    /// <c>golang:1.21</c> becomes <c>mirror.example.com/hub/library/golang:1.21</c>. Their own by default.
    /// </summary>
    public string? Registry { get; set; }

    /// <summary>
    /// Gets or sets images and what is used in their place, before <see cref="Pins"/> and <see cref="Registry"/> apply. A name without a
    /// tag stands for all tags; what replaces it without a tag keeps the tag. What replaces it and names a registry comes from there, not
    /// from <see cref="Registry"/>.
    /// </summary>
    public IDictionary<string, string> Substitutions { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets the digests of images, such as <c>golang:1.21</c> to <c>sha256:…</c>. An image that names a digest already keeps it.
    /// </summary>
    public IDictionary<string, string> Pins { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <exception cref="MultiStageException">A registry, a reference or a digest is not valid.</exception>
    internal BaseImageRules ToRules()
    {
        var registry = Registry?.TrimEnd('/');
        if (registry is not null && (!ImageReference.TryParse(registry + "/x", out var example) || example.Registry == "docker.io"))
        {
            throw new MultiStageException(
                $"The base image policy's registry '{Registry}' is not valid. "
                + "Expected a host, with a port and a path if it has them, such as 'mirror.example.com:5000/hub'.");
        }

        return new BaseImageRules
        {
            Registry = registry,
            Substitutions = Substitutions.ToDictionary(pair => Parse(pair.Key), pair => Parse(pair.Value)),
            Pins = Pins.ToDictionary(pair => Parse(pair.Key).OrLatest(), pair => Digest(pair.Key, pair.Value)),
        };
    }

    private static ImageReference Parse(string text) =>
        ImageReference.TryParse(text, out var reference)
            ? reference
            : throw new MultiStageException(
                $"The base image policy names '{text}', which is not a valid image reference. "
                + "Expected [registry[:port]/]path[:tag], such as 'golang:1.21'.");

    private static Digest Digest(string image, string text) =>
        Images.Digest.TryParse(text, out var digest)
            ? digest
            : throw new MultiStageException(
                $"The base image policy pins '{image}' to '{text}', which is not a valid digest. "
                + "Expected 'sha256:' and 64 lower-case hexadecimal digits.");
}
