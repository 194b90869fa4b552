using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.C;

namespace Cake.MultiStage.Aliases;

/// <content>Programs in C or C++.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Describes a program in C or C++: built by CMake, make or the compiler alone, linked statically, shipped on <c>scratch</c>.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">
    /// The folder doesn't exist, is not a C or C++ project, or leaves a choice open, or a tag is not a valid image reference.
    /// </exception>
    /// <example>
    /// <code>
    /// var app = MultiStageC("./app", c =>
    /// {
    ///     c.Static = false;
    ///     c.Tags.Add("app:1.0");
    /// });
    /// var tool = MultiStageC("./tool", new CProjectSettings { Name = "tool" });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageC(this ICakeContext context, DirectoryPath path, CProjectSettings? settings = null) =>
        Described(context, path, settings, CPreset.Describe);

    /// <inheritdoc cref="MultiStageC(ICakeContext, DirectoryPath, CProjectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageC(this ICakeContext context, DirectoryPath path, Action<CProjectSettings> configure) =>
        MultiStageC(context, path, Configured(configure));
}
