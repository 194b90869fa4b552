using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects;

/// <summary>What the descriptions of all ecosystems can say.</summary>
public abstract class PresetSettings : ImageProjectSettings
{
    /// <summary>
    /// Gets or sets the version of the toolchain, such as <c>1.24</c>. By default the project's own files say it.
    /// <see cref="ImageProjectSettings.BuilderImage"/> takes precedence.
    /// </summary>
    public string? ToolchainVersion { get; set; }

    /// <summary>
    /// Gets or sets what kind of base the final stage has. By default the smallest that the program runs on.
    /// <see cref="ImageProjectSettings.FinalBase"/> takes precedence.
    /// </summary>
    public BaseFlavor? Flavor { get; set; }

    /// <summary>
    /// Gets or sets the file in which the ecosystem's package manager looks for its feeds and credentials: <c>.netrc</c> for Go,
    /// <c>NuGet.Config</c> for .NET, <c>.npmrc</c> for Node, <c>pip.conf</c> for Python
    /// (<c>uv.toml</c> for uv), <c>credentials.toml</c> for Cargo,
    /// <c>settings.xml</c> for Maven, <c>gradle.properties</c> for Gradle. Only the steps that restore see it, as a secret; it is never
    /// part of the image. None by default. Needs BuildKit.
    /// </summary>
    public BuildSecret? Credentials { get; set; }

    /// <summary>
    /// Gets or sets the system packages that building needs, by their names in the builder image's distribution (apt or apk). None by
    /// default.
    /// </summary>
    public IList<string> BuilderPackages { get; set; } = [];

    /// <summary>
    /// Gets or sets the system packages that the program calls when it runs, such as <c>git</c> or <c>ffmpeg</c>, by their names in the
    /// distribution of the final stage's base (apt or apk). Unless <see cref="Flavor"/> or
    /// <see cref="ImageProjectSettings.FinalBase"/> say otherwise, the base is then <see cref="BaseFlavor.Slim"/>: one with a package
    /// manager. None by default.
    /// </summary>
    public IList<string> RuntimePackages { get; set; } = [];

    /// <summary>Gets or sets the environment variables of the builder stage.</summary>
    public IDictionary<string, string> BuilderEnvironment { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets a value indicating whether the preset learns from the Dockerfile that the project has itself: ports, volumes, values of
    /// the environment, files and arguments that no other file says; each is told, and these settings take precedence. True by default.
    /// </summary>
    public bool ReadDockerfile { get; set; } = true;

    /// <summary>
    /// Gets or sets the command that runs the tests, for the shell. By default the ecosystem's own, where the project has tests. What it
    /// leaves in <c>/test-results</c> is the variant's result.
    /// </summary>
    public string? TestCommand { get; set; }

    /// <summary>
    /// Gets or sets the command of the development variant, in exec form. By default the ecosystem's way to run from source.
    /// </summary>
    public IList<string> DevelopmentCommand { get; set; } = [];
}
