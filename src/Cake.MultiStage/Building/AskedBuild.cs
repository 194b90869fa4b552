using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>
/// What a record keeps of how a build was asked for beside what it shows, so that a stage can be asked for again: data alone.
/// </summary>
internal sealed record AskedBuild
{
    /// <inheritdoc cref="BuildRequest.IgnoreFileName"/>
    public required string IgnoreFileName { get; init; }

    /// <inheritdoc cref="BuildRequest.Ignored"/>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <inheritdoc cref="BuildRequest.Included"/>
    public IReadOnlyList<string> Included { get; init; } = [];

    /// <inheritdoc cref="BuildRequest.Platforms"/>
    public IReadOnlyList<Platform> Platforms { get; init; } = [];

    /// <summary>Gets the network of the steps, or <see langword="null"/> for the builder's own.</summary>
    public string? Network { get; init; }

    /// <inheritdoc cref="BuildRequest.Steps"/>
    public StepOptions Steps { get; init; } = StepOptions.None;

    /// <summary>Gets the builder asked for, or <see langword="null"/> for what the engine offers.</summary>
    public BuilderKind? Builder { get; init; }

    /// <inheritdoc cref="BuildRequest.Contexts"/>
    public IReadOnlyDictionary<string, NamedInput> Contexts { get; init; } = new Dictionary<string, NamedInput>(StringComparer.Ordinal);

    /// <summary>Gets the names of the arguments whose values look like secrets and are masked in the record.</summary>
    public IReadOnlyList<string> Masked { get; init; } = [];
}
