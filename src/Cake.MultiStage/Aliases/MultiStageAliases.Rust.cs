using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Rust;

namespace Cake.MultiStage.Aliases;

/// <content>Programs in Rust.</content>
public static partial class MultiStageAliases
{
    /// <summary>Describes a Rust program: built by the <c>rust</c> image of the version that <c>rust-toolchain.toml</c> or <c>rust-version</c> names, shipped on <c>scratch</c> with the libraries it is linked to.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing, is no project of the kind, or leaves a choice open.</exception>
    /// <example>
    /// <code>
    /// var app = MultiStageRust("./app");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageRust(this ICakeContext context, DirectoryPath path) => MultiStageRust(context, path, new RustProjectSettings());

    /// <summary>Describes a program in Rust.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing, is no project of the kind, leaves a choice open, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var app = MultiStageRust("./app", rust =>
    /// {
    ///     rust.Binary = "server";
    ///     rust.Tags.Add("app:1.0");
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageRust(this ICakeContext context, DirectoryPath path, Action<RustProjectSettings> configure) => MultiStageRust(context, path, Configured(new RustProjectSettings(), configure));

    /// <summary>Describes a program in Rust.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing, is no project of the kind, leaves a choice open, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var app = MultiStageRust("./app", new RustProjectSettings { Binary = "server" });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageRust(this ICakeContext context, DirectoryPath path, RustProjectSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Described(context, RustPreset.Describe(Absolute(context, path), settings));
    }
}
