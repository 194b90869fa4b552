using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;

namespace Cake.MultiStage.Aliases;

/// <content>Programs in Go.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Describes a Go program: built statically by the <c>golang</c> image of the version its <c>go.mod</c> names, shipped on
    /// <c>scratch</c>.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">
    /// The folder doesn't exist or holds no Go source, or a tag is not a valid image reference.
    /// </exception>
    /// <example>
    /// <code>
    /// var hello = MultiStageGo("./hello", go =>
    /// {
    ///     go.BuilderImage = "golang:1.21";
    ///     go.Tags.Add("hello:1.0");
    /// });
    /// var tool = MultiStageGo("./tools", new GoProjectSettings { Package = "./cmd/tool" });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageGo(this ICakeContext context, DirectoryPath path, GoProjectSettings? settings = null) =>
        Described(context, path, settings, GoPreset.Describe);

    /// <inheritdoc cref="MultiStageGo(ICakeContext, DirectoryPath, GoProjectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageGo(this ICakeContext context, DirectoryPath path, Action<GoProjectSettings> configure) =>
        MultiStageGo(context, path, Configured(configure));
}
