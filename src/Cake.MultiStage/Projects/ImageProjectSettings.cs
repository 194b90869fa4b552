using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>What every description can say, whatever the toolchain.</summary>
public abstract class ImageProjectSettings
{
    /// <summary>Gets or sets the project's name. By default the preset works it out from the project's files or its folder.</summary>
    public string? Name { get; set; }

    /// <summary>Gets or sets what the builder stage starts from: an image such as <c>golang:1.21</c>, the name of a stage in <see cref="Stages"/>, or an expression such as <c>build-${VARIANT}</c>.</summary>
    public string? BuilderImage { get; set; }

    /// <summary>Gets or sets what the final stage starts from: <c>scratch</c> (the default), an image, the name of a stage in <see cref="Stages"/> or <c>builder</c>, or an expression such as <c>${BASE}</c>.</summary>
    public string FinalBase { get; set; } = "scratch";

    /// <summary>Gets or sets the working directory of the final stage, an absolute path.</summary>
    public string? Workdir { get; set; }

    /// <summary>Gets or sets the user the program runs as, such as <c>65532:65532</c>. On scratch, where there is no list of users, only numbers work.</summary>
    public string? User { get; set; }

    /// <summary>Gets or sets the program and its fixed arguments, in exec form: no shell is needed, and signals reach the program.</summary>
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

    /// <summary>Gets or sets further stages, in any order.</summary>
    public IList<Stage> Stages { get; set; } = [];

    /// <summary>Gets or sets the arguments declared before the first <c>FROM</c>, with their defaults; an empty default is none.</summary>
    public IDictionary<string, string> Arguments { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the values given to build arguments.</summary>
    public IDictionary<string, string> BuildArguments { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the secrets that steps may mount, by the ids that <c>RunMount.Secret</c> names.</summary>
    public IDictionary<string, BuildSecret> Secrets { get; set; } = new Dictionary<string, BuildSecret>(StringComparer.Ordinal);

    /// <summary>Gets or sets the ssh agents that steps may use, by the ids that <c>RunMount.Ssh</c> names; <c>default</c> where it names none.</summary>
    public IDictionary<string, SshAgent> SshAgents { get; set; } = new Dictionary<string, SshAgent>(StringComparer.Ordinal);

    /// <summary>Gets or sets the image of the Dockerfile frontend, such as <c>docker/dockerfile:1</c>, for instructions that the engine's own does not know. Written as the first line, <c># syntax=…</c>; the engine needs a way to its registry.</summary>
    public string? Syntax { get; set; }

    /// <summary>Gets or sets the tags the image gets, such as <c>hello:1.0</c> or <c>registry.example.com/team/hello</c>.</summary>
    public IList<string> Tags { get; set; } = [];

    /// <summary>Gets or sets the name of the stage to stop at. The final stage by default.</summary>
    public string? Target { get; set; }
}

/// <summary>A description of any project: an image, commands, and what to carry over.</summary>
public sealed class ProjectSettings : ImageProjectSettings
{
    /// <summary>Gets or sets the files and folders of the build context that the builder stage needs, as <c>COPY</c> names them. Everything by default.</summary>
    public IList<string> Sources { get; set; } = ["."];

    /// <summary>Gets or sets the folder of the builder stage that they come into and that commands run in. <c>/src</c> by default.</summary>
    public string SourceDirectory { get; set; } = "/src";

    /// <summary>Gets the commands of the builder stage, each a <c>RUN</c> in the shell.</summary>
    public CommandCollection Commands { get; } = [];

    /// <summary>Gets or sets the environment variables of the builder stage.</summary>
    public IDictionary<string, string> BuilderEnvironment { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A description of a Go program.</summary>
public sealed class GoProjectSettings : ImageProjectSettings
{
    /// <summary>Initializes the settings with a numeric user other than root.</summary>
    public GoProjectSettings() => User = "65532:65532";

    /// <summary>Gets or sets the package of the program, such as <c>./cmd/server</c>. The project's folder by default.</summary>
    public string Package { get; set; } = ".";

    /// <summary>Gets or sets the flags for the linker. <c>-s -w</c> by default, which leaves out the symbol table and debug information.</summary>
    public string LinkerFlags { get; set; } = "-s -w";
}
