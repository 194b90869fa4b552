namespace Cake.MultiStage.Projects;

/// <summary>A description of any project: an image, commands, and what to carry over.</summary>
public sealed class ProjectSettings : ImageProjectSettings
{
    /// <summary>
    /// Gets or sets the files and folders of the build context that the builder stage needs, as <c>COPY</c> names them. Everything by
    /// default.
    /// </summary>
    public IList<string> Sources { get; set; } = ["."];

    /// <summary>
    /// Gets or sets the folder of the builder stage that they come into and that commands run in. <c>/src</c> by default.
    /// </summary>
    public string SourceDirectory { get; set; } = "/src";

    /// <summary>Gets the commands of the builder stage, each a <c>RUN</c> in the shell.</summary>
    public CommandCollection Commands { get; } = [];

    /// <summary>Gets or sets the environment variables of the builder stage.</summary>
    public IDictionary<string, string> BuilderEnvironment { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
