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

    /// <summary>The label of an image that has the name of the project it was built of, by which its images are found.</summary>
    public const string ProjectLabel = "org.cake-multistage.project";

    /// <summary>The build argument, and variable, of reproducible-builds.org's specification: seconds since 1970.</summary>
    public const string EpochArgument = "SOURCE_DATE_EPOCH";

    /// <summary>Gets what it is called from one run to the next.</summary>
    public string Name { get; init; } = "";

    public required Dockerfile Dockerfile { get; init; }

    public required string ContextDirectory { get; init; }

    /// <summary>Gets the name whose <c>.dockerignore</c> counts: <c>Dockerfile</c> for <c>Dockerfile.dockerignore</c>.</summary>
    public string IgnoreFileName { get; init; } = "Dockerfile";

    /// <summary>Gets what stays out of the build context unless something names it, as lines of an ignore file.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Gets what travels although it would stay out.</summary>
    public IReadOnlyList<string> Included { get; init; } = [];

    public IReadOnlyList<ImageReference> Tags { get; init; } = [];

    public string? Target { get; init; }

    public IReadOnlyDictionary<string, string> BuildArguments { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets labels that the image gets beside those of the Dockerfile, over which they win.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the names of those labels that tell the commit and not what is built.</summary>
    public IReadOnlySet<string> OriginLabels { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether what each base image was is found out and recorded.</summary>
    public bool RecordBaseImages { get; init; }

    /// <summary>
    /// Gets a value indicating whether no time in the image is later than that of the build argument <see cref="EpochArgument"/>.
    /// </summary>
    public bool Reproducible { get; init; }

    /// <summary>Gets the platforms to build for; none for the builder's own. Of several the image is an index.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [];

    public string? Network { get; init; }

    /// <summary>Gets what the steps get beside their network.</summary>
    public StepOptions Steps { get; init; } = StepOptions.None;

    public bool NoCache { get; init; }

    /// <summary>Gets what the builder is to say of the image beside it.</summary>
    public Attestations Attestations { get; init; } = Attestations.None;

    /// <summary>Gets a value indicating whether registries are asked for base images that the engine has.</summary>
    public bool Pull { get; init; }

    /// <summary>
    /// Gets a value indicating whether the other stages are looked at when the image is there: their ids and the sizes of their layers.
    /// </summary>
    public bool StageSizes { get; init; } = true;

    /// <summary>Gets the secrets that steps may mount, by their ids. They travel by the session alone.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Secrets { get; init; } =
        new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);

    /// <summary>Gets the ssh agents that steps may use, by their ids.</summary>
    public IReadOnlyDictionary<string, SshAgent> SshAgents { get; init; } = new Dictionary<string, SshAgent>(StringComparer.Ordinal);

    public BuilderKind? Builder { get; init; }

    /// <summary>Gets where the image goes; none for the store of the engine that builds.</summary>
    public IReadOnlyList<BuildOutput> Outputs { get; init; } = [];

    /// <summary>Gets a value indicating whether the engine that builds keeps the image.</summary>
    public bool IsKept => Outputs.All(output => output is FilesOutput) || Outputs.Any(output => output is EngineOutput { Endpoint: null });

    /// <summary>Gets what stands behind names that the Dockerfile uses like images, by <see cref="NamedInput.Key"/>.</summary>
    public IReadOnlyDictionary<string, NamedInput> Contexts { get; init; } = new Dictionary<string, NamedInput>(StringComparer.Ordinal);

    /// <summary>
    /// Gets the images of the same run that this one stands on, by the names that it has for them: what each was made of tells what it is,
    /// also before it is pushed.
    /// </summary>
    public IReadOnlyDictionary<string, MadeImage> Made { get; init; } = new Dictionary<string, MadeImage>(StringComparer.Ordinal);

    /// <summary>Gets the caches outside the engine that are read, the best first.</summary>
    public IReadOnlyList<CacheLocation> CacheFrom { get; init; } = [];

    /// <summary>Gets the caches outside the engine that are written.</summary>
    public IReadOnlyList<CacheLocation> CacheTo { get; init; } = [];

    /// <summary>Gets the cache that names itself; it is named once the platform is known.</summary>
    public SharedCache? SharedCache { get; init; }

    /// <summary>Gets a value indicating whether a cache outside the engine takes part.</summary>
    public bool HasOutsideCache => CacheFrom.Count + CacheTo.Count > 0 || SharedCache is not null;

    /// <summary>Gets what the user is told before it is built.</summary>
    public IReadOnlyList<BuildNotice> Notes { get; init; } = [];

    /// <summary>Gets what was assumed when the project was described, for the report.</summary>
    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];

    /// <summary>Makes the record of building this, with stages that nobody has looked at yet.</summary>
    public BuildRecord ToRecord(BuildContext context) => new()
    {
        Dockerfile = Dockerfile,
        Target = Target,
        BuildArguments = BuildArguments,
        ContextDirectory = ContextDirectory,
        ContextFingerprint = context.Fingerprint(),
        Assumptions = Assumptions,
        Stages = BuiltStages(),
        Asked = new AskedBuild
        {
            IgnoreFileName = IgnoreFileName,
            Ignored = Ignored,
            Included = Included,
            Platforms = Platforms,
            Network = Network,
            Steps = Steps,
            Builder = Builder,
            Contexts = ContextsToRecord(),
        },
    };

    /// <summary>Gets the images from outside that the build needs, those behind names of contexts left out.</summary>
    public IEnumerable<string> OutsideImages() =>
        Dockerfile.ImageBases(BuildArguments, Target).Where(image => !Contexts.ContainsKey(NamedInput.Key(image)));

    /// <summary>Gets the contexts as a record keeps them: without secrets.</summary>
    public IReadOnlyDictionary<string, NamedInput> ContextsToRecord() => Contexts.ToDictionary(
        context => context.Key,
        context => context.Value is BuiltInput built
            ? built with
            {
                Request = built.Request with
                {
                    Secrets = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal),
                    Contexts = built.Request.ContextsToRecord(),
                },
            }
            : context.Value,
        StringComparer.Ordinal);

    /// <summary>
    /// Makes a request for a stage of what was built, as far as a record keeps what was asked for: without secrets, agents and tags.
    /// </summary>
    public static BuildRequest Of(BuildRecord record, AskedBuild asked, string target) => new()
    {
        Dockerfile = record.Dockerfile,
        ContextDirectory = record.ContextDirectory,
        BuildArguments = record.BuildArguments,
        Assumptions = record.Assumptions,
        Target = target,
        IgnoreFileName = asked.IgnoreFileName,
        Ignored = asked.Ignored,
        Included = asked.Included,
        Platforms = asked.Platforms,
        Network = asked.Network,
        Steps = asked.Steps,
        Builder = asked.Builder,
        Contexts = asked.Contexts,
        StageSizes = false,
    };

    /// <summary>Names the shared cache: where it is read and where it is written.</summary>
    /// <param name="engine">The engine's own platform, which is built for where none is asked for.</param>
    public BuildRequest WithSharedCacheNamed(Platform engine) => SharedCache is not { } shared ? this : this with
    {
        CacheFrom = [.. CacheFrom, .. shared.Cache.From(shared.Naming, PlatformsOr(engine))],
        CacheTo = shared.Cache.ReadOnly || shared.Cache.To(shared.Naming, PlatformsOr(engine)) is not { } to ? CacheTo : [.. CacheTo, to],
        SharedCache = null,
    };

    /// <summary>Gets the platforms that it is built for, as people write them.</summary>
    /// <param name="builder">The builder's own, which is built for where none is asked for.</param>
    public string PlatformsOr(Platform builder) => Platforms.Count == 0 ? builder.ToString() : string.Join(',', Platforms);

    /// <summary>Lists the stages that building this takes, in the order of the Dockerfile; the last is the image.</summary>
    public IReadOnlyList<BuiltStage> BuiltStages() => [.. Dockerfile.StagesNeededBy(Target, BuildArguments).Select(BuiltStage)];

    private BuiltStage BuiltStage(Stage stage)
    {
        var position = Dockerfile.Stages.Index()
            .First(other => ReferenceEquals(other.Item, stage)).Index.ToString(CultureInfo.InvariantCulture);
        return new BuiltStage(stage.Name ?? $"stage-{position}", Dockerfile.ExpandBase(stage, BuildArguments))
            { Target = stage.Name ?? position };
    }

    /// <summary>Collects the files that the Dockerfile can reach.</summary>
    public async Task<BuildContext> CollectContextAsync(CancellationToken cancellationToken)
    {
        var ignore = await IgnoreFile.LoadAsync(ContextDirectory, IgnoreFileName, cancellationToken);
        // Of a file that was read all can travel, as with Docker: what its bases trigger is not seen in it.
        IEnumerable<ContextSource> reached = Dockerfile.Source is null
            ? Dockerfile.ContextSources()
            : ContextSourceFinder.Find(Dockerfile.StagesNeededBy(Target, BuildArguments)).Prepend(new ContextSource("."));
        string[] sources = [.. reached.Select(source => source.Pattern)];
        return await BuildContext.CollectAsync(ContextDirectory, ignore.WithDefaults(Ignored, sources, Included), sources,
            cancellationToken);
    }
}
