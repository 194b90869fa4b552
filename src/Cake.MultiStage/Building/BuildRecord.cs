using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Building;

/// <summary>What was built, as it was then: data alone, with no secrets and no way back to the builder.</summary>
public sealed record BuildRecord
{
    /// <summary>Gets the Dockerfile, as described: base images under the names they were asked for.</summary>
    public required Dockerfile Dockerfile { get; init; }

    /// <summary>Gets the stage that was asked for, or <see langword="null"/> for the last one.</summary>
    public string? Target { get; init; }

    /// <summary>
    /// Gets the values that the build's arguments were given. Of a value that looks like a secret, by its argument's name or as the
    /// password in an address, the record has <c>***</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> BuildArguments { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the folder that the files came from.</summary>
    public required string ContextDirectory { get; init; }

    /// <summary>
    /// Gets the fingerprint of the files that travelled: their paths, kinds, permissions, sizes and times of last change.
    /// </summary>
    public required Digest ContextFingerprint { get; init; }

    /// <summary>Gets what was assumed of the project where its files say nothing.</summary>
    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];

    /// <summary>Gets the stages that took part, in the order of the Dockerfile; the last is the image.</summary>
    public required IReadOnlyList<BuiltStage> Stages { get; init; }

    /// <summary>Gets what else was asked for, so that a stage can be asked for again.</summary>
    internal AskedBuild? Asked { get; init; }

    /// <summary>
    /// Gets what BuildKit's own checks found about the Dockerfile; none where the engine is older than 27 or has no BuildKit.
    /// </summary>
    public IReadOnlyList<BuildFinding> Findings { get; init; } = [];
}

/// <summary>A stage that took part in a build.</summary>
/// <param name="Name">Its name, or <c>stage-N</c> where it has none.</param>
/// <param name="Base">What it starts from, variables replaced: an image, <c>scratch</c> or another stage.</param>
public sealed record BuiltStage(string Name, string Base)
{
    /// <summary>
    /// Gets the id of the image that the stage is in the engine: of the last one, and of others where the legacy builder keeps them.
    /// </summary>
    public Digest? Id { get; init; }

    /// <summary>
    /// Gets the layers, the lowest first, those of the base included; <see langword="null"/> where the stage was not looked at.
    /// </summary>
    public IReadOnlyList<BuiltLayer>? Layers { get; init; }

    /// <summary>
    /// Gets a value indicating whether the sizes are bytes of files. Otherwise they are the engine's own figure, which counts whole blocks
    /// of the disk and is larger.
    /// </summary>
    public bool AreSizesExact { get; init; }

    /// <summary>Gets what a build names the stage by: its name, or its place in the Dockerfile.</summary>
    internal string Target { get; init; } = Name;

    /// <summary>Gets the sum of the layers, or <see langword="null"/> where the stage was not looked at.</summary>
    public ByteSize? Size => Layers is null ? null : new ByteSize(Layers.Sum(layer => layer.Size.Bytes));
}

/// <summary>A layer of a stage.</summary>
/// <param name="DiffId">The digest of the uncompressed layer: layers that two stages share have the same.</param>
/// <param name="Size">How large it is, uncompressed.</param>
public sealed record BuiltLayer(Digest DiffId, ByteSize Size);
