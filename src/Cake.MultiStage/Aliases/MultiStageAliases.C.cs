using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.C;

namespace Cake.MultiStage.Aliases;

/// <content>Programs in C or C++.</content>
public static partial class MultiStageAliases
{
    /// <summary>Describes a program in C or C++: built by CMake, make or the compiler alone, linked statically, shipped on <c>scratch</c>.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing, is no project of the kind, or leaves a choice open.</exception>
    /// <example>
    /// <code>
    /// var app = MultiStageC("./app");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageC(this ICakeContext context, DirectoryPath path) => MultiStageC(context, path, new CProjectSettings());

    /// <summary>Describes a program in C or C++.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing, is no project of the kind, leaves a choice open, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var app = MultiStageC("./app", c =>
    /// {
    ///     c.Static = false;
    ///     c.Tags.Add("app:1.0");
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageC(this ICakeContext context, DirectoryPath path, Action<CProjectSettings> configure) => MultiStageC(context, path, Configured(new CProjectSettings(), configure));

    /// <summary>Describes a program in C or C++.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing, is no project of the kind, leaves a choice open, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var app = MultiStageC("./app", new CProjectSettings { Static = false });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageC(this ICakeContext context, DirectoryPath path, CProjectSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Described(context, CPreset.Describe(Absolute(context, path), settings));
    }
}
