using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>
/// A described project: which stages build it, what the final stage takes over, and how the image is run. It never
/// changes; aliases such as <c>MultiStageGo</c> make it.
/// </summary>
public sealed record ImageProject
{
    /// <summary>The name of the stage with the toolchain: <c>builder</c>.</summary>
    public const string BuilderStage = "builder";

    /// <summary>The name of the stage that becomes the image: <c>final</c>.</summary>
    public const string FinalStage = "final";

    /// <summary>Gets the project's name, such as <c>hello</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the absolute path of the folder on this host that is the build context.</summary>
    public required string ContextDirectory { get; init; }

    /// <summary>
    /// Gets what stays out of the build context unless something names it, as lines of a <c>.dockerignore</c>: what tools write, and files
    /// that hold keys. The context's own <c>.dockerignore</c> counts beside it.
    /// </summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Gets what travels although it would stay out.</summary>
    public IReadOnlyList<string> Included { get; init; } = [];

    /// <summary>Gets the stage with the toolchain.</summary>
    public required Stage Builder { get; init; }

    /// <summary>Gets further stages, in any order: each is written after those it refers to.</summary>
    public IReadOnlyList<Stage> Stages { get; init; } = [];

    /// <summary>Gets what the final stage starts from: <c>scratch</c>, an image, an earlier stage or a build argument.</summary>
    public StageBase FinalBase { get; init; } = StageBase.Scratch;

    /// <summary>Gets why the final stage has that base, in a line.</summary>
    public string? FinalReason { get; init; }

    /// <summary>Gets what the final stage takes over from earlier stages.</summary>
    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    /// <summary>Gets the working directory of the final stage, or <see langword="null"/> for that of its base.</summary>
    public string? Workdir { get; init; }

    /// <summary>Gets the environment variables of the final stage.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the labels of the image.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the ports the program listens on, such as <c>8080</c> or <c>53/udp</c>.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>Gets the folders whose content outlives the container.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Gets how an engine finds out whether the program is well, or <see langword="null"/> for what the base says.</summary>
    public HealthCheck? HealthCheck { get; init; }

    /// <summary>Gets the user the program runs as, or <see langword="null"/> for that of the base.</summary>
    public string? User { get; init; }

    /// <summary>Gets the program and its fixed arguments, in exec form.</summary>
    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    /// <summary>Gets the default arguments, in exec form.</summary>
    public IReadOnlyList<string> Cmd { get; init; } = [];

    /// <summary>Gets the arguments declared before the first <c>FROM</c>, with their defaults; an empty default is none.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the values given to build arguments.</summary>
    public IReadOnlyDictionary<string, string> BuildArguments { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the secrets that steps may mount, by their ids.</summary>
    public IReadOnlyDictionary<string, BuildSecret> Secrets { get; init; } = new Dictionary<string, BuildSecret>(StringComparer.Ordinal);

    /// <summary>Gets the ssh agents that steps may use, by their ids.</summary>
    public IReadOnlyDictionary<string, SshAgent> SshAgents { get; init; } = new Dictionary<string, SshAgent>(StringComparer.Ordinal);

    /// <summary>Gets what stands behind names that the Dockerfile uses like images, by these names.</summary>
    public IReadOnlyDictionary<string, NamedContext> Contexts { get; init; } =
        new Dictionary<string, NamedContext>(StringComparer.Ordinal);

    /// <summary>Gets the image of the Dockerfile frontend, or <see langword="null"/> for the engine's own.</summary>
    public string? Syntax { get; init; }

    /// <summary>Gets the tags the image gets.</summary>
    public IReadOnlyList<ImageReference> Tags { get; init; } = [];

    /// <summary>
    /// Gets the images that the description yields: by default <c>production</c>, which is the final stage, and with a preset
    /// <c>development</c> and, where the project has tests, <c>test</c>.
    /// </summary>
    public IReadOnlyList<Variant> Variants { get; init; } = [new(Variant.Production)];

    /// <summary>
    /// Gets a value indicating whether the Dockerfile carries a comment above each instruction that says why it is there.
    /// </summary>
    public bool Comments { get; init; }

    /// <summary>
    /// Gets what the preset found in the project's files and concluded, a line each, such as <c>go.mod asks for Go 1.24</c>.
    /// </summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>
    /// Gets what the preset assumed where the files say nothing, and how to say otherwise; the aliases that describe log them.
    /// </summary>
    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];

    /// <summary>Gets the stage to stop at, or <see langword="null"/> for the final stage.</summary>
    public string? Target { get; init; }

    /// <summary>Gets the Dockerfile that the project has; null where it is made of the description.</summary>
    internal GivenDockerfile? Given { get; init; }

    /// <summary>Gets the builder as it builds for another platform than the machine's; null where that needs emulation.</summary>
    internal Stage? CrossBuilder { get; init; }

    /// <summary>Gets the stage with the shared libraries of what it builds; null where that has none.</summary>
    internal Stage? CrossLibraries { get; init; }

    /// <summary>Gets the names of the stages that make the same for every platform.</summary>
    internal IReadOnlyList<string> PortableStages { get; init; } = [];

    /// <summary>Gets why the builder has to run on the platform that the image is for; null where nothing is to be said of it.</summary>
    internal string? Emulated { get; init; }

    /// <summary>Returns what a log shows of the project: its name, its folder and its tags.</summary>
    /// <returns>Such as <c>hello (/src/hello), tagged shop/hello:1.0</c>.</returns>
    public override string ToString() =>
        $"{Name} ({ContextDirectory}){(Tags.Count > 0 ? $", tagged {string.Join(", ", Tags)}" : "")}";

    /// <summary>
    /// Returns the project as it is built for a platform that is named: on the machine's own where the toolchain builds for others, so that
    /// nothing is emulated. Variants run what they have from the builder, so they are left as they are.
    /// </summary>
    internal ImageProject ForPlatform(string? target)
    {
        if (!string.Equals(target ?? FinalStage, FinalStage, StringComparison.OrdinalIgnoreCase))
        {
            return this;
        }

        return CrossBuilder is null
            ? Given is not null ? this : this with
            {
                Assumptions = [.. Assumptions, new Assumption(
                    $"{Emulated ?? "What the builder makes is for the platform that it runs on"}: it runs as the image's platform, which a "
                        + "machine of another has to emulate.")],
            }
            : this with
            {
                Builder = CrossBuilder,
                Stages = [.. Stages.Select(stage => stage.Name is RuntimeFiles.SystemStage or ManifestStage.Name
                    || PortableStages.Contains(stage.Name, StringComparer.Ordinal)
                    ? stage.OnPlatform(ProjectDescription.OwnPlatform)
                    : stage.Name == LibraryFolder.Name ? CrossLibraries ?? stage : stage)],
            };
    }

    /// <summary>Finds one of the images that the description yields.</summary>
    /// <param name="name">The name, such as <c>development</c>.</param>
    /// <returns>The variant.</returns>
    /// <exception cref="MultiStageException">There is none of that name; the message lists those there are.</exception>
    public Variant VariantNamed(string name) =>
        Variants.FirstOrDefault(variant => string.Equals(variant.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new MultiStageException($"Project '{Name}' has no variant '{name}'. It "
            + $"has: {string.Join(", ", Variants.Select(variant => variant.Name))}.{(name == Variant.Test ? " A preset makes the variant "
            + "'test' where it finds tests; settings.TestCommand says how to run others." : "")}");

    /// <summary>Gets the stage that a variant is; null for the last one.</summary>
    internal string? TargetOf(Variant variant) => Given is not null && variant.Stage is null ? Target : variant.Target;

    /// <summary>Makes the Dockerfile of this project.</summary>
    /// <returns>The Dockerfile, checked.</returns>
    /// <exception cref="DockerfileException">The description can't be built; the message lists all problems.</exception>
    public Dockerfile ToDockerfile()
    {
        if (Given is { } given)
        {
            var read = Contexts.Count == 0 ? given.Dockerfile : given.Dockerfile with { ContextNames = [.. Contexts.Keys] };
            List<string> unfit = [.. given.WithoutEffect(this), .. TargetProblems(read), .. read.Problems()];
            return unfit.Count == 0 ? read : throw new DockerfileException(unfit);
        }

        var arguments = Arguments.Select(pair => new ArgInstruction(pair.Key, pair.Value.Length == 0 ? null : pair.Value));
        var dockerfile = Dockerfile.Create(arguments, [Builder, .. Stages, .. VariantStages(), Final()])
            with { Syntax = Syntax, Comments = Comments, ContextNames = [.. Contexts.Keys] };
        List<string> problems = [.. Problems(dockerfile), .. dockerfile.Problems()];
        return problems.Count == 0 ? dockerfile : throw new DockerfileException(problems);
    }

    private IEnumerable<string> Problems(Dockerfile dockerfile)
    {
        if (Artifacts.Count == 0 && FinalBase is (ScratchBase or ImageBase))
        {
            yield return $"stage '{FinalStage}' takes over no artifact: nothing that the builder makes would be in the image. Add one, "
                + "as in project.Artifacts.Add(\"/out/app\", \"/bin/app\").";
        }

        foreach (var problem in TargetProblems(dockerfile))
        {
            yield return problem;
        }
    }

    private IEnumerable<string> TargetProblems(Dockerfile dockerfile)
    {
        if (Target is not null && dockerfile.IndexOf(Target) < 0)
        {
            var stages = dockerfile.Stages.Select((stage, index) => stage.Name ?? FormattableString.Invariant($"{index}"));
            yield return $"the target '{Target}' is not a stage. The stages are: {string.Join(", ", stages)}.";
        }
    }

    private IEnumerable<Stage> VariantStages() => Variants.Where(variant => variant.Stage is not null)
        .Select(variant => variant.Stage!.Named(variant.Target));

    private Stage Final()
    {
        var stage = Stage.From(FinalBase).Named(FinalStage) with { Reason = FinalReason };
        foreach (var (name, value) in Labels)
        {
            stage = stage.Label(name, value);
        }

        stage = Workdir is null ? stage : stage.Workdir(Workdir);
        foreach (var artifact in Artifacts)
        {
            stage = stage.With(new CopyInstruction([artifact.Source], artifact.Destination) { From = artifact.From,
                Chown = artifact.Owner });
            stage = artifact.Reason is null ? stage : stage.Because(artifact.Reason);
        }

        foreach (var (name, value) in Environment)
        {
            stage = stage.Env(name, value);
        }

        foreach (var port in Ports)
        {
            stage = stage.With(new ExposeInstruction(port));
        }

        stage = Volumes.Aggregate(stage, (current, path) => current.Volume(path).Because("Outlives the container."));
        stage = HealthCheck is null ? stage : stage.Healthcheck(HealthCheck.ToInstruction()).Because("Says whether the program is well.");
        stage = User is null ? stage : stage.User(User);
        stage = Entrypoint.Count == 0 ? stage : stage.Entrypoint([.. Entrypoint]);
        return Cmd.Count == 0 ? stage : stage.Cmd([.. Cmd]);
    }
}
