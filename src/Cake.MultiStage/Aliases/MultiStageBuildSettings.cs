using Cake.Core.IO;
using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Aliases;

/// <summary>How an image is built. Everything has a default.</summary>
public sealed class MultiStageBuildSettings
{
    /// <summary>
    /// Gets or sets the engine, such as <c>unix:///var/run/docker.sock</c>, <c>tcp://build:2376</c> or <c>ssh://me@build</c>. By default it
    /// is found as the Docker CLI finds it: <c>DOCKER_HOST</c>, the docker context, the platform's default.
    /// </summary>
    public string? Host { get; set; }

    /// <summary>
    /// Gets or sets the builder: a BuildKit of its own by its address, such as <c>docker-container://buildkitd</c> or
    /// <c>tcp://host:1234</c>, or one of the engine's. By default what the environment variable <c>BUILDKIT_HOST</c> names, as for
    /// buildctl. If it is not set, the engine's: what <c>DOCKER_BUILDKIT</c> says, as for the Docker CLI, where <c>1</c> is BuildKit and
    /// <c>0</c> the legacy builder; if that says nothing, BuildKit, or the legacy builder of an engine without BuildKit.
    /// </summary>
    public Builder? Builder { get; set; }

    /// <summary>
    /// Gets or sets several builders, such as <c>Builder.Engine("ssh://me@arm")</c> and <c>Builder.At("tcp://build:1234")</c>, that share
    /// <see cref="Platforms"/>: each goes to the first that names it (<see cref="Building.Builder.Platforms"/>), else to the first whose
    /// own it is, else to the first that emulates it. One that can't be reached is passed over with a warning. The parts are pushed by
    /// their digests, and the tags move when all are there, so that <see cref="Outputs"/> has to be <c>BuildOutput.Push()</c> alone. None
    /// by default: <see cref="Builder"/> builds. For <c>MultiStageBuild</c> alone.
    /// </summary>
    public IList<Builder> Builders { get; set; } = [];

    /// <summary>
    /// Gets or sets where the image goes; several at once take one build. By default the store of the engine that builds. A BuildKit of its
    /// own has none, so that this has to be said.
    /// </summary>
    public IList<BuildOutput> Outputs { get; set; } = [];

    /// <summary>Gets or sets the stage to stop at. By default what the description says, and else its final stage.</summary>
    public string? Target { get; set; }

    /// <summary>
    /// Gets or sets the variant to build, such as <c>development</c> or <c>test</c>. By default <c>production</c>, the final stage. The
    /// description's tags get <c>-development</c> and the like at their end, so that the tag of what ships stays with what ships.
    /// <see cref="Target"/> takes precedence.
    /// </summary>
    public string? Variant { get; set; }

    /// <summary>
    /// Gets or sets tags beside those of the description. Where neither has one, the final stage is named by its project, such as
    /// <c>hello:latest</c>, and the log says so.
    /// </summary>
    public IList<string> Tags { get; set; } = [];

    /// <summary>Gets or sets values of build arguments; they take precedence over those of the description.</summary>
    public IDictionary<string, string> BuildArguments { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets secrets that steps may mount, by their ids; they take precedence over those of the description.</summary>
    public IDictionary<string, BuildSecret> Secrets { get; set; } = new Dictionary<string, BuildSecret>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets registry credentials by hosts, such as <c>registry.example.com:5000</c>; they take precedence over those of Docker's
    /// <c>config.json</c>.
    /// </summary>
    public IDictionary<string, RegistryCredentials> RegistryCredentials { get; set; } = new Dictionary<string,
        RegistryCredentials>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets the platforms to build for, such as <c>linux/amd64</c> and <c>linux/arm64</c>. The builder's own by default. Several
    /// make one index, which needs a BuildKit of its own or an engine with containerd's image store.
    /// </summary>
    public IList<string> Platforms { get; set; } = [];

    /// <summary>Gets or sets the network of <c>RUN</c> steps: <c>default</c>, <c>none</c> or <c>host</c>.</summary>
    public string? Network { get; set; }

    /// <summary>
    /// Gets or sets addresses that <c>RUN</c> steps find by names, such as <c>build.Hosts["db"] = "10.0.0.5"</c>; <c>host-gateway</c> is
    /// the host of the engine. None by default.
    /// </summary>
    public IDictionary<string, string> Hosts { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets limits of the processes of <c>RUN</c> steps, as <c>docker build --ulimit</c> takes them: <c>build.Ulimits["nofile"] =
    /// "1024:2048"</c> is a soft and a hard limit, one number is both, and -1 is none. The builder's own by default. BuildKit has them from
    /// Docker 23 on.
    /// </summary>
    public IDictionary<string, string> Ulimits { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets the size of <c>/dev/shm</c> in <c>RUN</c> steps, such as <c>256 MiB</c>. The builder's own by default, 64 MiB. BuildKit
    /// has it from Docker 23 on.
    /// </summary>
    public string? ShmSize { get; set; }

    /// <summary>
    /// Gets or sets what <c>RUN</c> steps are allowed beyond the usual: <c>network.host</c> for <c>RUN --network=host</c>,
    /// <c>security.insecure</c> for <c>RUN --security=insecure</c>, and <c>device</c>, or <c>device=NAME</c> for one alone, for <c>RUN
    /// --device</c>. Nothing by default. The builder has to grant it, too: BuildKit by its option <c>--allow-insecure-entitlement</c>, an
    /// engine by <c>builder.entitlements</c> in its <c>daemon.json</c>. The legacy builder has nothing of the kind.
    /// </summary>
    public IList<string> Allow { get; set; } = [];

    /// <summary>Gets or sets a value indicating whether the build cache is left aside.</summary>
    public bool NoCache { get; set; }

    /// <summary>
    /// Gets or sets the build cache that is shared with other engines: <c>BuildCache.Registry("registry.example.com/team/cache")</c> has a
    /// name for each description, target, platform and branch. Base images are then fetched by BuildKit, as far as the cache doesn't
    /// answer. A cache that can't be read or written never fails the build: the log says why. None by default. Needs BuildKit; to write
    /// one, other than into the image itself, an engine with containerd's image store.
    /// </summary>
    public BuildCache? Cache { get; set; }

    /// <summary>Gets or sets caches that the build reads, the best first, before that of <see cref="Cache"/>. None by default.</summary>
    public IList<CacheLocation> CacheFrom { get; set; } = [];

    /// <summary>Gets or sets caches that the build writes beside that of <see cref="Cache"/>. None by default.</summary>
    public IList<CacheLocation> CacheTo { get; set; } = [];

    /// <summary>
    /// Gets or sets the folder on this host in which the cache mounts of the build are kept, as an archive each, for a CI provider's cache
    /// to carry from runner to runner: no other cache has them. Mounts that are empty are filled before the build, and those that changed
    /// are brought out after it. None by default. Needs BuildKit. What can't be kept, or is damaged, costs time alone, and the log says it.
    /// </summary>
    public DirectoryPath? CacheMounts { get; set; }

    /// <summary>
    /// Gets or sets how large all archives of <see cref="CacheMounts"/> may be together, such as <c>500 MB</c>. What doesn't fit is
    /// dropped, first what this build doesn't use. <c>2 GB</c> by default.
    /// </summary>
    public string CacheMountLimit { get; set; } = "2 GB";

    /// <summary>
    /// Gets or sets a value indicating whether nothing is built where the engine has an image that was made of the same: the same files,
    /// Dockerfile, build arguments, base images, labels and settings. Nothing is sent then, the tags are moved to it, and
    /// <see cref="BuiltImage.UpToDate"/> says so; its origin labels stay those of the commit it was built from. Where it is built, a line
    /// of the log and <see cref="BuiltImage.Reasons"/> say why. Off by default. As with Docker's build cache, what a <c>RUN</c> fetches is
    /// not looked at again, nor are the values of secrets.
    /// </summary>
    public bool UpToDate { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether nothing is built where a registry has, under one of the tags, an image that was made of the
    /// same: what a runner without a history of its own goes by. No engine needs to have the image, which then stays in the registry; the
    /// other tags are moved to it by <c>MultiStagePush</c>, or by the build where <c>BuildOutput.Push()</c> is its output. So one of the
    /// tags has to stay from one build to the next, such as <c>latest</c> or a branch's. The image keeps hashes of what it was made of as
    /// its label <c>org.cake-multistage.inputs</c>, from which a line of the log says what changed: <c>src/web changed</c>. With
    /// <see cref="UpToDate"/> the engine is asked first. A registry that doesn't answer is named, and the image built. Off by default.
    /// </summary>
    public bool UpToDateInRegistry { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether it is built although <see cref="UpToDate"/> or <see cref="UpToDateInRegistry"/> finds it
    /// up to date. Off by default; <see cref="NoCache"/> does the same.
    /// </summary>
    public bool Force { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the build also finds out how large its other stages are, which
    /// <see cref="BuiltImage.Record"/> then tells. On by default. Of a stage all of whose steps come from a cache outside the engine it
    /// isn't found out: looking would fetch it.
    /// </summary>
    public bool StageSizes { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether base images are pulled even where the engine has them.</summary>
    public bool Pull { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the image is labelled with its origin, <c>org.opencontainers.image.*</c>: <c>title</c>, and
    /// where the project is in a git repository or a CI provider says so, <c>revision</c>, <c>source</c>, <c>version</c> (the tag, or else
    /// the branch) and <c>created</c> (the commit's time). A label that the description sets takes precedence. On by default.
    /// </summary>
    public bool OriginLabels { get; set; } = true;

    /// <summary>
    /// Gets or sets a value indicating whether the same commit gives the same digest in every folder: all times in the image are at most
    /// the commit's, or <c>SOURCE_DATE_EPOCH</c> where the environment has it. What a step itself makes differently each time, such as
    /// random names, stays different. Needs BuildKit and containerd's image store; anything else is refused, since it would pass over it.
    /// False by default.
    /// </summary>
    public bool Reproducible { get; set; }

    /// <summary>
    /// Gets or sets how much the image's provenance says of its build, which BuildKit puts beside the image in its index, signed by nobody.
    /// Reports show it. Needs a BuildKit of its own, or an engine with containerd's image store; others would pass over it, so they are
    /// refused. None by default.
    /// </summary>
    public Provenance Provenance { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether <see cref="SbomGenerator"/> lists the image's packages, beside the image in its index. Needs
    /// what <see cref="Provenance"/> needs. False by default: what <c>MultiStageReport</c> lists takes no image to run.
    /// </summary>
    public bool Sbom { get; set; }

    /// <summary>
    /// Gets or sets the image that lists packages for <see cref="Sbom"/>, by BuildKit's protocol for scanners. By default the one that
    /// buildx takes, <c>docker/buildkit-syft-scanner:stable-1</c>. <see cref="BaseImages"/> can replace it.
    /// </summary>
    public string SbomGenerator { get; set; } = "docker/buildkit-syft-scanner:stable-1";

    /// <summary>
    /// Gets or sets where the images from outside come from: a registry for all, substitutions, pins to digests. As the description says by
    /// default.
    /// </summary>
    public BaseImagePolicy? BaseImages { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether what each base image was is found out, built upon, and recorded: in
    /// <see cref="BuiltImage.BaseImages"/>, in the JSON report, and for the final stage in the image's labels
    /// <c>org.opencontainers.image.base.name</c> and <c>org.opencontainers.image.base.digest</c>. An image that no registry has ever seen
    /// has no digest.
    /// </summary>
    public bool RecordBaseImages { get; set; }

    /// <summary>
    /// Gets or sets the lock file of base images that <c>MultiStageLock</c> writes, relative to the script: what it has is built upon by
    /// the digest it says, and the log says which that is. By default <c>multistage.lock.json</c> where that exists; <c>""</c> for none. An
    /// image that the file doesn't have is taken as it is now, with a warning. Pins of <see cref="BaseImages"/> take precedence.
    /// </summary>
    public string? Lock { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the build is refused where an image from outside is neither in the lock file nor named by
    /// its digest. False by default.
    /// </summary>
    public bool Frozen { get; set; }

    /// <summary>Gets the settings by which a context of the description is built: without what names a stage or a tag.</summary>
    internal MultiStageBuildSettings ForContext()
    {
        var settings = (MultiStageBuildSettings)MemberwiseClone();
        (settings.Target, settings.Variant, settings.Tags, settings.Outputs) = (null, null, [], []);
        return settings;
    }
}
