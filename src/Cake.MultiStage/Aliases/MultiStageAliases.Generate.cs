using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Aliases;

/// <content>Dockerfiles.</content>
public static partial class MultiStageAliases
{
    /// <summary>Makes the Dockerfile of a description. Its <c>ToString()</c> is the text.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <returns>The Dockerfile.</returns>
    /// <exception cref="DockerfileException">The description can't be built; the message lists all problems.</exception>
    /// <example>
    /// <code>
    /// var hello = MultiStageGo("./hello");
    /// Information(MultiStageDockerfile(hello).ToString());
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Generate")]
    public static Dockerfile MultiStageDockerfile(this ICakeContext context, ImageProject project)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(project);
        return project.ToDockerfile();
    }

    /// <summary>Writes the Dockerfile of a description to a file.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="file">
    /// The file; its folder is made if it doesn't exist. <c>Dockerfile</c> in the project's folder if left out.
    /// </param>
    /// <returns>The file written.</returns>
    /// <exception cref="DockerfileException">
    /// The description can't be built; the message lists all problems. Nothing is written.
    /// </exception>
    /// <example>
    /// <code>
    /// var file = MultiStageWriteDockerfile(MultiStageGo("./hello"));
    /// Information("Wrote {0}", file);
    /// MultiStageWriteDockerfile(MultiStageGo("./hello"), "./artifacts/hello.Dockerfile");
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Generate")]
    public static FilePath MultiStageWriteDockerfile(this ICakeContext context, ImageProject project, FilePath? file = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(project);
        var text = project.ToDockerfile().ToString();
        var path = Absolute(context, file ?? new DirectoryPath(project.ContextDirectory).CombineWithFilePath("Dockerfile"));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
