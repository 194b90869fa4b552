using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>The file in which a package manager looks for its feeds and credentials.</summary>
/// <param name="Id">The secret's id.</param>
/// <param name="Target">Where the package manager looks for it in the builder.</param>
internal sealed record CredentialsFile(string Id, string Target)
{
    /// <summary>Mounts it where the settings have one.</summary>
    public IEnumerable<RunMount> Mounts(PresetSettings settings) =>
        settings.Credentials is null ? [] : [RunMount.Secret(Id, Target, required: true)];

    public IReadOnlyDictionary<string, BuildSecret> Secrets(PresetSettings settings) =>
        settings.Credentials is null ? new Dictionary<string, BuildSecret>(StringComparer.Ordinal)
        : new Dictionary<string, BuildSecret>(StringComparer.Ordinal) { [Id] = settings.Credentials };
}

/// <summary>How the program is worked on: the variant <c>development</c>.</summary>
/// <param name="Command">The ecosystem's way to run from source, in exec form.</param>
/// <param name="DebuggerPort">The port of its debugger; null where it has none.</param>
internal sealed record DevelopmentSteps(IReadOnlyList<string> Command, string? DebuggerPort = null)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>How the tests are run: the variant <c>test</c>.</summary>
/// <param name="Command">The command, for the shell; null where the project has no tests.</param>
/// <param name="Mounts">What it needs mounted, also where the settings give another command.</param>
internal sealed record TestSteps(string? Command, params IEnumerable<RunMount> Mounts)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
