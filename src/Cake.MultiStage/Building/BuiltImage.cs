using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>An image that a build has left in the engine, or that was found there or elsewhere.</summary>
public sealed record BuiltImage
{
    /// <summary>What <see cref="Place"/> begins with where it is a registry.</summary>
    internal const string RegistryScheme = "registry://";

    internal BuiltImage()
    {
    }

    /// <summary>Gets the image's id.</summary>
    public required Digest Id { get; init; }

    /// <summary>
    /// Gets the digest of the manifest, or of several platforms of the index, by which a registry has the image that a build pushed or
    /// wrote; <see langword="null"/> where it did neither.
    /// </summary>
    public Digest? Digest { get; init; }

    /// <summary>Gets the tags the build gave the image, in the order asked for.</summary>
    public IReadOnlyList<ImageReference> Tags { get; init; } = [];

    /// <summary>Gets how long the build took, from sending the build context to the last answer.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Gets the steps of the build, in the order in which the builder began them.</summary>
    public IReadOnlyList<BuildStep> Steps { get; init; } = [];

    /// <summary>
    /// Gets what the base images were, in the order of the stages; empty unless <c>MultiStageBuildSettings.RecordBaseImages</c> asks for
    /// it.
    /// </summary>
    public IReadOnlyList<BaseImage> BaseImages { get; init; } = [];

    /// <summary>Gets the platform the image is for.</summary>
    public required Platform Platform { get; init; }

    /// <summary>
    /// Gets the engine that holds the image; <see langword="null"/> for an image that was measured in a registry, a folder or an archive.
    /// </summary>
    public required EngineEndpoint? Engine { get; init; }

    /// <summary>Gets the platforms that the image is for: of an index several.</summary>
    public IReadOnlyList<Platform> Platforms { get => field.Count > 0 ? field : [Platform]; init; } = [];

    /// <summary>
    /// Gets the registry, folder or archive that holds the image, as <c>MultiStageMeasure</c> takes it; empty for an engine.
    /// </summary>
    internal string Place { get; init; } = "";

    /// <summary>
    /// Gets a value indicating whether nothing was built: the engine, or the registry, had an image made of the same. See
    /// <c>MultiStageBuildSettings.UpToDate</c> and <c>UpToDateInRegistry</c>.
    /// </summary>
    public bool UpToDate { get; init; }

    /// <summary>
    /// Gets why it was built, the files first, such as <c>src/a.go changed</c>; empty where it was up to date, and where neither
    /// <c>MultiStageBuildSettings.UpToDate</c> nor <c>UpToDateInRegistry</c> asked.
    /// </summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Gets the commit that an image which was up to date says it was built from, or <see langword="null"/>.</summary>
    internal string? Revision { get; init; }

    /// <summary>Gets what tells what it was made of from anything else, where that was found out and can be.</summary>
    internal Digest? Fingerprint { get; init; }

    /// <summary>Gets the registry's name for an image that no engine holds: with the digest, and the tag it was found or pushed under.
    /// </summary>
    internal ImageReference? InRegistry =>
        Engine is null && Place.StartsWith(RegistryScheme, StringComparison.Ordinal) ? ImageReference.Parse(Place[RegistryScheme.Length..])
            : null;

    /// <summary>Gets what was built, as it was then; <see langword="null"/> for an image that was found in the engine.</summary>
    public BuildRecord? Record { get; init; }

    /// <summary>Gets the engine for what an engine alone can do.</summary>
    /// <param name="what">What that is: <c>tagged</c>.</param>
    /// <exception cref="MultiStageException">The image lies elsewhere.</exception>
    internal EngineEndpoint EngineFor(string what) => Engine ?? throw new MultiStageException(
        $"'{this}' can't be {what}: it lies at {Place}, in no engine. Bring it into one ('docker pull', 'docker load'), or give "
            + "an image of a registry another name there by MultiStagePromote.");

    /// <summary>Returns the first tag, or the id where there is none: what a container is started from.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Tags is [var first, ..] ? first.ToString() : Id.ToString();
}
