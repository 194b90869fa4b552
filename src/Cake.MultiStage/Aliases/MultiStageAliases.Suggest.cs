using Cake.Core.Annotations;
using Cake.Core;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Suggesting;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Aliases;

/// <content>Proposals in the place of Dockerfiles that exist.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Looks whether an existing Dockerfile ships the toolchain that it builds with, and proposes what could take its place: the lines of a
    /// script, by the preset that fits the build context, and the multi-stage Dockerfile that they make. Nothing is built or changed.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description of a Dockerfile that exists.</param>
    /// <returns>The proposal. Its <c>ToString()</c> is to be read; its <c>Project</c> can be built, measured and compared.</returns>
    /// <exception cref="MultiStageException">The Dockerfile is made of a description, or can't be built.</exception>
    /// <example>
    /// <code>
    /// var existing = MultiStageFromDockerfile("./Dockerfile");
    /// var suggestion = MultiStageSuggest(existing);
    /// Information("{0}", suggestion);
    ///
    /// var before = MultiStageMeasure(MultiStageBuild(existing));
    /// var after = MultiStageMeasure(MultiStageBuild(suggestion.Project));
    /// MultiStageCompare(before, after);
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Generate")]
    public static Suggestion MultiStageSuggest(this ICakeContext context, ImageProject project)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(project);
        var folder = System.IO.Path.GetRelativePath(context.Environment.WorkingDirectory.FullPath, project.ContextDirectory)
            .Replace('\\', '/');
        return DockerfileSuggestion.Of(project,
            folder is "." || PosixPath.Leaves(folder) || System.IO.Path.IsPathRooted(folder)
                ? folder
                : "./" + folder);
    }
}
