using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Aliases;

/// <content>Projects of any toolchain.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Describes a project of any toolchain. The settings say at least the builder image, the commands and the artifacts.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder that is the build context.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">
    /// The folder doesn't exist, no builder image is named, or a tag is not a valid image reference.
    /// </exception>
    /// <example>
    /// <code>
    /// var tool = MultiStageProject("./tool", project =>
    /// {
    ///     project.BuilderImage = "debian:trixie-slim";
    ///     project.Commands.Add("make -C /src");
    ///     project.Artifacts.Add("/src/tool", "/bin/tool");
    ///     project.Entrypoint.Add("/bin/tool");
    ///     project.Tags.Add("tool:1.0");
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageProject(this ICakeContext context, DirectoryPath path, ProjectSettings? settings = null) =>
        Described(context, path, settings, AnyProject.Describe);

    /// <inheritdoc cref="MultiStageProject(ICakeContext, DirectoryPath, ProjectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageProject(this ICakeContext context, DirectoryPath path, Action<ProjectSettings> configure) =>
        MultiStageProject(context, path, Configured(configure));
}
