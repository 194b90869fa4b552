using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>Where an engine keeps its images.</summary>
internal enum ImageStore
{
    /// <summary>Docker's own store, which holds layers unpacked.</summary>
    Graphdriver,

    /// <summary>containerd's, which holds images as registries do.</summary>
    Containerd,

    /// <summary>None: a BuildKit of its own.</summary>
    None,
}

/// <summary>
/// What a builder can do, told by its workers' labels and its version. It is not found out by errors: older ones pass over what they
/// don't know, without a word.
/// </summary>
/// <param name="Version">The engine's own version, such as <c>28.5.2</c>, or BuildKit's, such as <c>v0.25.1</c>.</param>
/// <param name="Store">Where it keeps its images.</param>
internal sealed record BuilderFacts(string Version, ImageStore Store)
{
    private const string Snapshotter = "org.mobyproject.buildkit.worker.snapshotter";
    private const string Executor = "org.mobyproject.buildkit.worker.executor";
    private const string Gateway = "org.mobyproject.buildkit.worker.moby.host-gateway-ip";
    private const string MultiPlatform = "BUILDKIT_MULTI_PLATFORM";
    private const string DockerfileCheck = "BUILDKIT_DOCKERFILE_CHECK";

    private const string ContainerdRemedy =
        "An engine from 24 on with containerd's image store does it: \"features\": { \"containerd-snapshotter\": true } in its "
            + "daemon.json.";

    private const string BuilderRemedy = ContainerdRemedy + " So does a BuildKit of its own, which build.Builder names.";

    /// <summary>Gets the platforms whose programs it can run, its own first.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [];

    /// <summary>Gets the address by which steps reach the host; <see langword="null"/> where the builder doesn't say it.</summary>
    public string? HostGateway { get; init; }

    /// <summary>Limits of processes and the size of shared memory: BuildKit 0.9, in engine 23.</summary>
    private bool HasLimits => IsFrom(engine: 23, buildKit: 9);

    /// <summary>Named contexts: BuildKit 0.10, in engine 23.</summary>
    private bool HasContexts => IsFrom(engine: 23, buildKit: 10);

    /// <summary>Several outputs of one build: BuildKit 0.13, in engine 26.</summary>
    private bool HasSeveralOutputs => IsFrom(engine: 26, buildKit: 13);

    /// <summary>BuildKit's build checks: BuildKit 0.15, in engine 27.</summary>
    private bool HasChecks => IsFrom(engine: 27, buildKit: 15);

    /// <summary>Attestations: BuildKit 0.11, in engine 24.</summary>
    private bool HasAttestations => IsFrom(engine: 24, buildKit: 11);

    private string StoreName => Store switch
    {
        ImageStore.Graphdriver => "its own image store",
        ImageStore.Containerd => "containerd's image store",
        _ => "no image store",
    };

    /// <summary>Reads an engine's labels: containerd's store has a snapshotter and has containerd run the steps.</summary>
    public static BuilderFacts Of(string version, IReadOnlyList<WorkerRecord> workers)
    {
        var labels = workers is [var first, ..] ? first.Labels : null;
        var store = labels?.ContainsKey(Snapshotter) != true ? ImageStore.Graphdriver
            : labels.TryGetValue(Executor, out var executor) && executor == "containerd" ? ImageStore.Containerd
            : ImageStore.None;
        return new BuilderFacts(version, store) { Platforms = PlatformsOf(workers), HostGateway = labels?.GetValueOrDefault(Gateway) };
    }

    /// <summary>Takes a BuildKit of its own, which keeps no images, wherever its steps run.</summary>
    public static BuilderFacts OfDaemon(string version, IReadOnlyList<WorkerRecord> workers) =>
        new(version, ImageStore.None) { Platforms = PlatformsOf(workers) };

    /// <summary>Says whether a request asks for something that not every builder has.</summary>
    public static bool AreNeededFor(BuildRequest request) =>
        request.CacheTo.Any(location => location is not ImageCache)
        || request.Contexts.Count > 0
        || request.Outputs.Count > 0
        || request.Platforms.Count > 0
        || request.Reproducible
        || !request.Steps.IsNone
        || !request.Attestations.IsNone
        || IsOn(request, MultiPlatform)
        || request.BuildArguments.ContainsKey(DockerfileCheck);

    /// <summary>Refuses a request that the builder would do otherwise than asked, in silence.</summary>
    /// <exception cref="EngineException">It lacks what the request needs.</exception>
    public void Check(BuildRequest request, EngineEndpoint endpoint)
    {
        if (Store == ImageStore.Graphdriver)
        {
            CheckGraphdriver(request, endpoint);
        }

        if (request.Contexts.Count > 0 && !HasContexts)
        {
            throw Lacks(
                endpoint,
                $"named contexts, such as '{request.Contexts.Keys.Order(StringComparer.Ordinal).First()}' of the description",
                "An engine from 23 on has them, with either image store, and a BuildKit from 0.10 on.");
        }

        if ((request.Steps.Limits.Count > 0 || request.Steps.SharedMemory is not null) && !HasLimits)
        {
            throw Lacks(
                endpoint,
                request.Steps.Limits.Count > 0 ? "limits of processes, which Ulimits asks for"
                    : "the size of shared memory, which ShmSize asks for",
                "An engine from 23 on has it, with either image store, and a BuildKit from 0.9 on; so has the legacy builder.");
        }

        if (request.Steps.Hosts.FirstOrDefault(host => host.Value == StepOptions.HostGateway).Key is { } name && HostGateway is null)
        {
            throw new EngineException(
                $"The build was not begun: {NameAt(endpoint)} does not say by which address its host is reached, which the host '{name}' "
                    + $"is to have. Give the address, that of its bridge docker0 for most: build.Hosts[\"{name}\"] = \"172.17.0.1\".",
                endpoint);
        }

        if (request.BuildArguments.ContainsKey(DockerfileCheck) && !HasChecks)
        {
            throw Lacks(
                endpoint,
                $"BuildKit's build checks, which the build argument {DockerfileCheck} configures",
                "An engine from 27 on has them, with either image store, and a BuildKit from 0.15 on.");
        }

        if (request.Attestations is { IsNone: false } attestations)
        {
            CheckAttestations(request, attestations, endpoint);
        }

        if (request.Outputs.Count(output => output is not FilesOutput) > 1 && !HasSeveralOutputs)
        {
            throw Lacks(
                endpoint,
                $"several outputs of one build, such as {string.Join(" and ", request.Outputs.Where(output => output is not FilesOutput))}",
                "An engine from 26 on has them, with containerd's image store, and a BuildKit from 0.13 on.");
        }

        if (EmulatedStep.Find(request, Platforms) is { } step)
        {
            throw new EngineException($"The build was not begun: {step.Problem(NameAt(endpoint))}", endpoint);
        }
    }

    private void CheckAttestations(BuildRequest request, Attestations wanted, EngineEndpoint endpoint)
    {
        if (Store == ImageStore.Graphdriver || !HasAttestations)
        {
            throw Lacks(
                endpoint,
                $"attestations, which {string.Join(" and ", wanted.Names)} asks for",
                Store == ImageStore.Graphdriver ? BuilderRemedy : "A BuildKit from 0.11 on has them, and an engine from 24 on.");
        }

        if (request.Outputs.FirstOrDefault(output => output is EngineOutput { Endpoint: not null }) is { } loaded)
        {
            throw new EngineException(
                $"The build was not begun: an image that is loaded into another engine loses its attestations, which "
                    + $"{string.Join(" and ", wanted.Names)} asks for. Take another output than {loaded}, such as BuildOutput.Push().",
                endpoint);
        }
    }

    private void CheckGraphdriver(BuildRequest request, EngineEndpoint endpoint)
    {
        if (IsOn(request, MultiPlatform))
        {
            throw Lacks(
                endpoint,
                $"an index of platforms, which the build argument {MultiPlatform} asks for",
                ContainerdRemedy);
        }

        if (request.Platforms.Count > 1)
        {
            throw Lacks(
                endpoint,
                $"an index of the platforms {string.Join(", ", request.Platforms)}",
                BuilderRemedy + " Or build each platform by itself, push it, and put the digests together by MultiStageIndex.");
        }

        if (request.Reproducible)
        {
            throw Lacks(endpoint, "rewritten times in an image, which Reproducible asks for", ContainerdRemedy);
        }

        if (request.Outputs.FirstOrDefault(output => output is not FilesOutput and not EngineOutput { Endpoint: null }) is { } output)
        {
            var instead = output switch
            {
                PushOutput => "MultiStagePush",
                ArchiveOutput => "MultiStageSave",
                _ => null,
            };
            throw Lacks(
                endpoint,
                $"the output {output}",
                BuilderRemedy + (instead is null ? "" : $" {instead} does it with the image that the engine holds."));
        }
    }

    /// <summary>
    /// Leaves out the caches that the engine can't write, and says so. The image is the same without them, so that one script serves an
    /// engine that can and one that can't.
    /// </summary>
    public BuildRequest WithPossibleCaches(BuildRequest request, EngineEndpoint endpoint, IBuildObserver observer)
    {
        List<CacheLocation> impossible =
            Store == ImageStore.Graphdriver ? [.. request.CacheTo.Where(location => location is not ImageCache)] : [];
        if (impossible.Count == 0)
        {
            return request;
        }

        observer.On(new BuildWarning(
            $"No cache is written to {string.Join(" and ", impossible)}: {NameAt(endpoint)} writes one "
                + $"only into the image itself (CacheLocation.InImage()). {ContainerdRemedy}"));
        return request with { CacheTo = [.. request.CacheTo.Except(impossible)] };
    }

    /// <summary>Puts the address of the host where names stand for it.</summary>
    public BuildRequest WithHostGateway(BuildRequest request) =>
        HostGateway is { } address && request.Steps.Hosts.Values.Contains(StepOptions.HostGateway, StringComparer.Ordinal)
            ? request with
            {
                Steps = request.Steps with
                {
                    Hosts = request.Steps.Hosts.ToDictionary(
                        host => host.Key, host => host.Value == StepOptions.HostGateway ? address : host.Value, StringComparer.Ordinal),
                },
            }
            : request;

    // An engine's version is its own, such as 28.5.2, and BuildKit's is v0.25.1. What tells none is as new as can be, if it was built from
    // a source without one, or older than the question.
    private bool IsFrom(int engine, int buildKit)
    {
        var parts = Version.TrimStart('v').Split('.', '-', '+');
        int? Part(int index) => index < parts.Length && int.TryParse(parts[index], CultureInfo.InvariantCulture, out var number)
            ? number : null;
        return Store != ImageStore.None ? (Part(0) ?? int.MaxValue) >= engine
            : Version.Length > 0 && (Part(0) != 0 || Part(1) is null or 0 || Part(1) >= buildKit);
    }

    private static IReadOnlyList<Platform> PlatformsOf(IReadOnlyList<WorkerRecord> workers) =>
    [
        .. workers.SelectMany(worker => worker.Platforms)
            .Select(known => new Platform(known.OS, known.Architecture, known.Variant.Length > 0 ? known.Variant : null))
            .Distinct(),
    ];

    private static bool IsOn(BuildRequest request, string argument) =>
        request.BuildArguments.TryGetValue(argument, out var value) && value is "1" or "true";

    private string NameAt(EngineEndpoint endpoint) => Store == ImageStore.None
        ? $"BuildKit{(Version.Length > 0 ? " " : "")}{Version} at {endpoint}"
        : $"the engine {Version} at {endpoint}, with {StoreName},";

    private EngineException Lacks(EngineEndpoint endpoint, string what, string remedy) => new(
        $"The build was not begun: {NameAt(endpoint)} does not have {what}, and would pass over it in silence. {remedy} "
        + "Or leave it out.",
        endpoint);
}
