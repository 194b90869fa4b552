using System.Globalization;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Building;

/// <summary>What is asked of a builder, as data: how it travels is the builder's business.</summary>
internal sealed record BuildRequest
{
    /// <summary>The name the generated Dockerfile has in the build context; no project's own file is called so.</summary>
    public const string DockerfileName = ".multistage.Dockerfile";

    public required Dockerfile Dockerfile { get; init; }

    public required string ContextDirectory { get; init; }

    /// <summary>Gets the name whose <c>.dockerignore</c> counts: <c>Dockerfile</c> for <c>Dockerfile.dockerignore</c>.</summary>
    public string IgnoreFileName { get; init; } = "Dockerfile";

    public IReadOnlyList<ImageReference> Tags { get; init; } = [];

    public string? Target { get; init; }

    public IReadOnlyDictionary<string, string> BuildArguments { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets labels that the image gets beside those of the Dockerfile, over which they win.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether what each base image was is found out and recorded.</summary>
    public bool RecordBaseImages { get; init; }

    public Platform? Platform { get; init; }

    public string? Network { get; init; }

    public bool NoCache { get; init; }

    public bool Pull { get; init; }

    /// <summary>Gets the secrets that steps may mount, by their ids. They travel by the session alone.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Secrets { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);

    /// <summary>Gets the ssh agents that steps may use, by their ids.</summary>
    public IReadOnlyDictionary<string, SshAgent> SshAgents { get; init; } = new Dictionary<string, SshAgent>(StringComparer.Ordinal);

    public BuilderKind? Builder { get; init; }

    /// <summary>Gets what was assumed when the project was described, for the report.</summary>
    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];

    /// <summary>Makes the record of building this, with stages that nobody has looked at yet.</summary>
    public BuildRecord ToRecord(BuildContext context)
    {
        int IndexOf(Stage stage) => Dockerfile.Stages.Index().First(other => ReferenceEquals(other.Item, stage)).Index;
        return new BuildRecord
        {
            Dockerfile = Dockerfile,
            Target = Target,
            BuildArguments = BuildArguments,
            ContextDirectory = ContextDirectory,
            ContextFingerprint = context.Fingerprint(),
            Assumptions = Assumptions,
            Stages =
            [
                .. Dockerfile.StagesNeededBy(Target, BuildArguments).Select(stage => new BuiltStage(
                    stage.Name ?? string.Create(CultureInfo.InvariantCulture, $"stage-{IndexOf(stage)}"),
                    Dockerfile.ExpandBase(stage, BuildArguments))),
            ],
        };
    }

    /// <summary>Collects the files that the Dockerfile can reach.</summary>
    public async Task<BuildContext> CollectContextAsync(CancellationToken cancellationToken)
    {
        var ignore = await IgnoreFile.LoadAsync(ContextDirectory, IgnoreFileName, cancellationToken);
        return await BuildContext.CollectAsync(ContextDirectory, ignore, [.. Dockerfile.ContextSources().Select(source => source.Pattern)], cancellationToken);
    }
}
