using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>What can be said of a project whose Dockerfile exists: all that is not in the Dockerfile itself.</summary>
public sealed class DockerfileProjectSettings
{
    /// <summary>Gets or sets the project's name. By default that of the build context's folder.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// Gets or sets the folder that is the build context, relative to the script. By default the Dockerfile's own folder. What stays out of
    /// it says the <c>.dockerignore</c> that Docker takes: <c>NAME.dockerignore</c> beside a Dockerfile of that name, else the context's.
    /// </summary>
    public string? Context { get; set; }

    /// <summary>Gets or sets the stage to build, by its name or its number from 0. The last one by default.</summary>
    public string? Target { get; set; }

    /// <summary>Gets or sets the tags the image gets, such as <c>hello:1.0</c> or <c>registry.example.com/team/hello</c>.</summary>
    public IList<string> Tags { get; set; } = [];

    /// <summary>Gets or sets labels of the image, which take precedence over those of the Dockerfile.</summary>
    public IDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the values given to build arguments.</summary>
    public IDictionary<string, string> BuildArguments { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the secrets that steps may mount, by the ids that <c>RUN --mount=type=secret</c> names.</summary>
    public IDictionary<string, BuildSecret> Secrets { get; set; } = new Dictionary<string, BuildSecret>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets the ssh agents that steps may use, by the ids that <c>RUN --mount=type=ssh</c> names; <c>default</c> where it names
    /// none.
    /// </summary>
    public IDictionary<string, SshAgent> SshAgents { get; set; } = new Dictionary<string, SshAgent>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets what stands behind names that the Dockerfile uses like images, in <c>FROM</c>, <c>COPY --from</c> and mounts: a folder,
    /// an image, another description, a git repository. A name of one of the Dockerfile's images or stages takes its place. None by
    /// default.
    /// </summary>
    public IDictionary<string, NamedContext> Contexts { get; set; } = new Dictionary<string, NamedContext>(StringComparer.Ordinal);
}
