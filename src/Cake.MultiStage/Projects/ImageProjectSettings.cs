using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>What every description can say, whatever the toolchain.</summary>
public abstract class ImageProjectSettings
{
    /// <summary>Gets or sets the project's name. By default the preset works it out from the project's files or its folder.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// Gets or sets what the builder stage starts from: an image such as <c>golang:1.21</c>, the name of a stage in <see cref="Stages"/>,
    /// or an expression such as <c>build-${VARIANT}</c>.
    /// </summary>
    public string? BuilderImage { get; set; }

    /// <summary>
    /// Gets or sets what the final stage starts from: <c>scratch</c>, an image, the name of a stage in <see cref="Stages"/> or
    /// <c>builder</c>, or an expression such as <c>${BASE}</c>. By default the smallest base that the preset knows to suffice;
    /// <c>scratch</c> for any project.
    /// </summary>
    public string? FinalBase { get; set; }

    /// <summary>
    /// Gets or sets files and folders of the project that travel to the builder although they would stay out, as lines of a
    /// <c>.dockerignore</c> name them, such as <c>certs/server.pem</c>. Out stays by default what tools write (reports in <c>artifacts</c>,
    /// Cake's tools and scripts, <c>.git</c>, what the ecosystem's tools leave) and what holds keys (<c>.env</c>, <c>.npmrc</c>,
    /// <c>id_rsa</c>, <c>*.pem</c>, <c>*.key</c> and the like), unless a <c>COPY</c> or a line with <c>!</c> in <c>.dockerignore</c> names
    /// it. None by default.
    /// </summary>
    public IList<string> Include { get; set; } = [];

    /// <summary>Gets or sets the working directory of the final stage, an absolute path.</summary>
    public string? Workdir { get; set; }

    /// <summary>
    /// Gets or sets the user the program runs as, such as <c>65532:65532</c>. On scratch, where there is no list of users, only numbers
    /// work. By default a preset takes a numeric user other than root; any project takes that of its base.
    /// </summary>
    public string? User { get; set; }

    /// <summary>
    /// Gets or sets the program and its fixed arguments, in exec form: no shell is needed, and signals reach the program.
    /// </summary>
    public IList<string> Entrypoint { get; set; } = [];

    /// <summary>Gets or sets the default arguments, in exec form.</summary>
    public IList<string> Cmd { get; set; } = [];

    /// <summary>Gets or sets the environment variables of the final stage.</summary>
    public IDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the labels of the image.</summary>
    public IDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the ports the program listens on, such as <c>8080</c> or <c>53/udp</c>.</summary>
    public IList<string> Ports { get; set; } = [];

    /// <summary>Gets what the final stage takes over from earlier stages. What a preset takes over by itself comes first.</summary>
    public ArtifactCollection Artifacts { get; } = [];

    /// <summary>
    /// Gets or sets a value indicating whether the final stage gets the certificates of the public authorities, in
    /// <c>/etc/ssl/certs/ca-certificates.crt</c>: a program that calls <c>https://</c> needs them. By default a preset gives them to a base
    /// that lacks them where the project's files say that the program does.
    /// </summary>
    public bool? CaCertificates { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the final stage gets the time zones, in <c>/usr/share/zoneinfo</c>. By default a preset
    /// gives them to a base that lacks them where the project's files say that the program looks them up.
    /// </summary>
    public bool? TimeZones { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the final stage gets an <c>/etc/passwd</c> and <c>/etc/group</c> with root and the numeric
    /// user of <see cref="User"/>, called <c>app</c>: for programs that ask for the user's name or home. False by default; they would
    /// replace those of an image.
    /// </summary>
    public bool UserEntry { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the final stage gets a <c>/tmp</c> that every user may write to. False by default.
    /// </summary>
    public bool TemporaryDirectory { get; set; }

    /// <summary>
    /// Gets or sets the absolute paths of programs and libraries in the builder stage whose shared libraries the final stage gets, with the
    /// loader: the exact closure, worked out in the builder by <c>ldd</c>, so that a dynamically linked program runs on <c>scratch</c>.
    /// Libraries that a program loads by itself at run time (<c>dlopen</c>) can be named here too. None by default.
    /// </summary>
    public IList<string> SharedLibraries { get; set; } = [];

    /// <summary>
    /// Gets or sets the absolute paths of folders that the program writes to. They are made in the image and belong to <see cref="User"/>,
    /// also on <c>scratch</c>; <c>/tmp</c> is one that every user may write to. By default those that a preset knows the framework to need.
    /// </summary>
    public IList<string> WritableFolders { get; set; } = [];

    /// <summary>
    /// Gets or sets the absolute paths of folders whose content outlives the container, such as a database's. They are made as those of
    /// <see cref="WritableFolders"/> are. None by default.
    /// </summary>
    public IList<string> Volumes { get; set; } = [];

    /// <summary>
    /// Gets or sets how an engine finds out whether the program is well; <c>HealthCheck.None</c> for not at all. On a base without a shell
    /// the command has to be one that the image holds, such as the program itself. By default what a preset knows the framework to have.
    /// </summary>
    public HealthCheck? HealthCheck { get; set; }

    /// <summary>
    /// Gets or sets further images that the description yields, as stages of the same Dockerfile; one with the name of a preset's variant
    /// takes its place.
    /// </summary>
    public IList<Variant> Variants { get; set; } = [];

    /// <summary>
    /// Gets or sets a value indicating whether the Dockerfile carries a comment above each instruction that says why it is there. False by
    /// default; <c>MultiStageDockerfile(project).Explain()</c> tells it in any case.
    /// </summary>
    public bool Comments { get; set; }

    /// <summary>Gets or sets further stages, in any order.</summary>
    public IList<Stage> Stages { get; set; } = [];

    /// <summary>Gets or sets the arguments declared before the first <c>FROM</c>, with their defaults; an empty default is none.</summary>
    public IDictionary<string, string> Arguments { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the values given to build arguments.</summary>
    public IDictionary<string, string> BuildArguments { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the secrets that steps may mount, by the ids that <c>RunMount.Secret</c> names.</summary>
    public IDictionary<string, BuildSecret> Secrets { get; set; } = new Dictionary<string, BuildSecret>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets the ssh agents that steps may use, by the ids that <c>RunMount.Ssh</c> names; <c>default</c> where it names none.
    /// </summary>
    public IDictionary<string, SshAgent> SshAgents { get; set; } = new Dictionary<string, SshAgent>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets what stands behind names that the Dockerfile uses like images, in <c>FROM</c>, <c>COPY --from</c> and mounts: a folder,
    /// an image, another description, a git repository. A name of one of the Dockerfile's images or stages takes its place. None by
    /// default.
    /// </summary>
    public IDictionary<string, NamedContext> Contexts { get; set; } = new Dictionary<string, NamedContext>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets the image of the Dockerfile frontend, such as <c>docker/dockerfile:1</c>, for instructions that the engine's own does
    /// not know. Written as the first line, <c># syntax=…</c>; the engine needs a way to its registry.
    /// </summary>
    public string? Syntax { get; set; }

    /// <summary>Gets or sets the tags the image gets, such as <c>hello:1.0</c> or <c>registry.example.com/team/hello</c>.</summary>
    public IList<string> Tags { get; set; } = [];

    /// <summary>Gets or sets the name of the stage to stop at. The final stage by default.</summary>
    public string? Target { get; set; }

    /// <summary>Returns a copy that is changed: what a script wrote stays as it is.</summary>
    internal static T Changed<T>(T settings, Action<T> change)
        where T : ImageProjectSettings
    {
        var copy = (T)settings.MemberwiseClone();
        change(copy);
        return copy;
    }
}
