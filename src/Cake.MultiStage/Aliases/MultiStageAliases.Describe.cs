using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <summary>
/// Describe a project in a few lines, and have the Docker engine build a minimal image of it from a multi-stage
/// Dockerfile, tag it and measure it.
/// </summary>
[CakeAliasCategory("Docker")]
[CakeNamespaceImport("Cake.MultiStage")]
[CakeNamespaceImport("Cake.MultiStage.Projects")]
[CakeNamespaceImport("Cake.MultiStage.Dockerfiles")]
[CakeNamespaceImport("Cake.MultiStage.Images")]
[CakeNamespaceImport("Cake.MultiStage.Engine")]
[CakeNamespaceImport("Cake.MultiStage.Engine.Builds")]
[CakeNamespaceImport("Cake.MultiStage.Engine.Registries")]
[CakeNamespaceImport("Cake.MultiStage.Checking")]
[CakeNamespaceImport("Cake.MultiStage.Measuring")]
[CakeNamespaceImport("Cake.MultiStage.Measuring.Comparing")]
[CakeNamespaceImport("Cake.MultiStage.Tasks")]
public static partial class MultiStageAliases
{
    /// <summary>Describes a Go program: built statically by the <c>golang</c> image of the version its <c>go.mod</c> names, shipped on <c>scratch</c>.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no Go source.</exception>
    /// <example>
    /// <code>
    /// var hello = MultiStageGo("./hello");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageGo(this ICakeContext context, DirectoryPath path) => MultiStageGo(context, path, new GoProjectSettings());

    /// <summary>Describes a Go program.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no Go source, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var hello = MultiStageGo("./hello", go =>
    /// {
    ///     go.BuilderImage = "golang:1.21";
    ///     go.Tags.Add("hello:1.0");
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageGo(this ICakeContext context, DirectoryPath path, Action<GoProjectSettings> configure) => MultiStageGo(context, path, Configured(new GoProjectSettings(), configure));

    /// <summary>Describes a Go program.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no Go source, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var hello = MultiStageGo("./hello", new GoProjectSettings { BuilderImage = "golang:1.21", Package = "./cmd/hello" });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageGo(this ICakeContext context, DirectoryPath path, GoProjectSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Described(context, GoPreset.Describe(Absolute(context, path), settings));
    }

    /// <summary>Describes a project of any toolchain.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder that is the build context.</param>
    /// <param name="configure">Says at least the builder image, the commands and the artifacts.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing, no builder image is named, or a tag is no image reference.</exception>
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
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageProject(this ICakeContext context, DirectoryPath path, Action<ProjectSettings> configure) => MultiStageProject(context, path, Configured(new ProjectSettings(), configure));

    /// <summary>Describes a project of any toolchain.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder that is the build context.</param>
    /// <param name="settings">The settings; at least the builder image.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing, no builder image is named, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var settings = new ProjectSettings { BuilderImage = "debian:trixie-slim" };
    /// settings.Commands.Add("make -C /src");
    /// settings.Artifacts.Add("/src/tool", "/bin/tool");
    /// var tool = MultiStageProject("./tool", settings);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageProject(this ICakeContext context, DirectoryPath path, ProjectSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Described(context, AnyProject.Describe(Absolute(context, path), settings));
    }

    /// <summary>Logs what the description takes for granted: nothing is assumed in silence.</summary>
    private static ImageProject Described(ICakeContext context, ImageProject project)
    {
        var logger = new CakeLogger(context.Log);
        foreach (var assumption in project.Assumptions)
        {
            logger.Log(assumption.Doubtful ? LogLevel.Warning : LogLevel.Information, "{Assumption}", $"'{project.Name}': {assumption.Text}");
        }

        return project;
    }

    private static string Absolute(ICakeContext context, DirectoryPath path)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(path);
        return path.MakeAbsolute(context.Environment).FullPath;
    }

    private static string Absolute(ICakeContext context, FilePath path)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(path);
        return path.MakeAbsolute(context.Environment).FullPath;
    }

    private static TSettings Configured<TSettings>(TSettings settings, Action<TSettings> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(settings);
        return settings;
    }
}
