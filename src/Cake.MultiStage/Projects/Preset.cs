using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects;

/// <summary>
/// What an ecosystem makes of a project's files. What all ecosystems do alike is done by <see cref="Compose"/>: the variants, the
/// credentials, the libraries that ship, what the settings say before all that.
/// </summary>
internal sealed record Preset
{
    /// <summary>The name of the stage with <see cref="Runtime"/>.</summary>
    public const string RuntimeStage = "runtime";

    /// <summary>Gets the project's name, in any spelling.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the stage with the toolchain, in which the program is built.</summary>
    public required Stage Builder { get; init; }

    /// <summary>
    /// Gets the builder as it builds for another platform than the machine's, by <see cref="BuilderSteps.ForTarget"/>; null where the
    /// toolchain can't, and the other platform has to be emulated.
    /// </summary>
    public Stage? CrossBuilder { get; init; }

    /// <summary>
    /// Gets a value indicating whether what the stages make is the same for every platform, as pages and jars are: it is made once then, on
    /// the machine's own.
    /// </summary>
    public bool IsPortable { get; init; }

    /// <summary>Gets why the builder has to run on the platform that the image is for; null where nothing is to be said of it.</summary>
    public string? Emulated { get; init; }

    /// <summary>Gets what the final stage starts from.</summary>
    public required ChosenBase Base { get; init; }

    /// <summary>Gets why it is that one, in a line; null for what goes without saying of an empty base.</summary>
    public string? BaseReason { get; init; }

    /// <summary>
    /// Gets the base with what is installed on it before the program comes in, which the final stage then starts from; null where the base
    /// suffices as it is.
    /// </summary>
    public Stage? Runtime { get; init; }

    /// <summary>Gets the stages beside the builder.</summary>
    public IReadOnlyList<Stage> Stages { get; init; } = [];

    /// <summary>Gets what ships, but for shared libraries.</summary>
    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    /// <summary>
    /// Gets the files whose shared libraries ship where the base lacks them; null for a static program and one that is interpreted.
    /// </summary>
    public NativeProgram? Native { get; init; }

    /// <summary>
    /// Gets the project's folder in the builder, where the program is compiled and nothing else of the project ships by itself; else null.
    /// </summary>
    public string? Source { get; init; }

    /// <summary>Gets the folder of the program within the project's, where it is one of several; empty for the project's own.</summary>
    public string Part { get; init; } = "";

    /// <summary>Gets what the sources of a compiled program say of files in the folder that it runs in.</summary>
    public ProgramReads? Reads { get; init; }

    /// <summary>Gets a value indicating whether it is a site of pages, which a server shows that the preset brings.</summary>
    public bool IsSite { get; init; }

    /// <summary>Gets what the project's own Dockerfile builds, where that is another program; else null.</summary>
    public string? OtherProgram { get; init; }

    /// <summary>Gets a value indicating whether the program calls others by TLS, so that an empty base needs certificates.</summary>
    public bool NeedsCertificates { get; init; }

    /// <summary>Gets a value indicating whether the program looks up time zones by their names.</summary>
    public bool NeedsTimeZones { get; init; }

    public string? Workdir { get; init; }

    public string? User { get; init; }

    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    public IReadOnlyList<string> Cmd { get; init; } = [];

    /// <summary>
    /// Gets the words one of which is in every line that starts the same program, however it is written; null for a program that is
    /// known by its own name, as a compiled one.
    /// </summary>
    public IReadOnlyList<string>? StartWords { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>Gets where the program listens, as its sources say: where <see cref="Ports"/> has none, these are exposed.</summary>
    public IReadOnlyList<Listening> Listens { get; init; } = [];

    /// <summary>Gets the folders that the framework writes to.</summary>
    public IReadOnlyList<string> WritableFolders { get; init; } = [];

    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Gets how the framework tells that it is well, without a tool that the base lacks; null where it does not.</summary>
    public HealthCheck? HealthCheck { get; init; }

    /// <summary>Gets where the program answers whether it is well; a program of the image then asks there.</summary>
    public HealthEndpoint? Endpoint { get; init; }

    /// <summary>Gets the program of the image that can ask; null for what the base itself has.</summary>
    public HealthClient? Client { get; init; }

    /// <summary>Gets how the program is worked on; null where there is no such variant.</summary>
    public DevelopmentSteps? Development { get; init; }

    /// <summary>Gets how its tests are run.</summary>
    public TestSteps Tests { get; init; } = new(Command: null);

    /// <summary>Gets the file with the credentials that its steps take; null where none does.</summary>
    public CredentialsFile? Credentials { get; init; }

    /// <summary>Gets what the ecosystem's tools leave in the folder, as lines of an ignore file: it stays out of the context.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    public IReadOnlyList<string> Findings { get; init; } = [];

    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];

    /// <summary>Makes the project of it and of what the settings say, which takes precedence.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="included">What travels although it would stay out.</param>
    /// <exception cref="MultiStageException">The program can't run on the base, or a setting is wrong.</exception>
    public ImageProject Compose(ProjectFolder folder, PresetSettings settings, IReadOnlyList<string>? included = null)
    {
        var hinted = ProjectHints.Apply(this, folder, settings);
        var project = hinted.Composed(folder, settings);
        return project with { Included = [.. project.Included, .. included ?? []] };
    }

    private ImageProject Composed(ProjectFolder folder, PresetSettings settings)
    {
        List<Variant> variants = [];
        var runtime = RuntimePackages.On(this, settings);
        List<Stage> stages = [.. runtime is null ? [] : new[] { runtime.Named(RuntimeStage) }, .. Stages];
        if (Development is not null)
        {
            variants.Add(ReadyVariants.Development(Development, settings, ProjectDescription.Given(settings.Ports, Ports)));
        }

        if ((settings.TestCommand ?? Tests.Command) is { } command)
        {
            var (test, run) = ReadyVariants.Test(Tests with { Command = command });
            variants.Add(test);
            stages.Add(run);
        }

        return ProjectDescription.Of(folder, settings, ManifestStage.Gather(this with { Runtime = runtime, Stages = stages })) with
        {
            Variants = ProjectDescription.Variants(variants, settings.Variants),
            Secrets = Secrets(settings),
        };
    }

    private Dictionary<string, BuildSecret> Secrets(PresetSettings settings)
    {
        if (settings.Credentials is not null && Credentials is null)
        {
            throw new MultiStageException(
                $"No step of '{Name}' takes Credentials: nothing is restored by a package manager. Remove the setting, or mount the secret "
                + "by Secrets and RunMount.Secret.");
        }

        return ProjectDescription.Merged(
            Credentials?.Secrets(settings) ?? new Dictionary<string, BuildSecret>(StringComparer.Ordinal), settings.Secrets);
    }
}
