using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>What a preset makes of a project's files. What the settings say goes before it.</summary>
internal sealed record Preset
{
    /// <summary>Gets the project's name, in any spelling.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the stage with the toolchain, in which the program is built.</summary>
    public required Stage Builder { get; init; }

    public IReadOnlyList<Stage> Stages { get; init; } = [];

    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    public string FinalBase { get; init; } = "scratch";

    public string? FinalReason { get; init; }

    public string? Workdir { get; init; }

    public string? User { get; init; }

    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    public IReadOnlyList<string> Cmd { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>Gets the programs whose shared libraries the final stage needs.</summary>
    public IReadOnlyList<string> SharedLibraries { get; init; } = [];

    public IReadOnlyList<Variant> Variants { get; init; } = [];

    public IReadOnlyDictionary<string, Images.BuildSecret> Secrets { get; init; } = new Dictionary<string, Images.BuildSecret>(StringComparer.Ordinal);

    public IReadOnlyList<string> Findings { get; init; } = [];

    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];
}
