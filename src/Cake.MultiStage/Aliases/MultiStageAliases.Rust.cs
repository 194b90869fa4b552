using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Rust;

namespace Cake.MultiStage.Aliases;

/// <content>Programs in Rust.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Describes a Rust program: built by the <c>rust</c> image of the version that <c>rust-toolchain.toml</c> or <c>rust-version</c>
    /// names, shipped on <c>scratch</c> with the libraries it is linked to.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the program's source.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">
    /// The folder doesn't exist, is not a Rust project, or leaves a choice open, or a tag is not a valid image reference.
    /// </exception>
    /// <example>
    /// <code>
    /// var app = MultiStageRust("./app", rust =>
    /// {
    ///     rust.Binary = "server";
    ///     rust.Tags.Add("app:1.0");
    /// });
    /// var tool = MultiStageRust("./tool", new RustProjectSettings { Binary = "tool" });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageRust(this ICakeContext context, DirectoryPath path, RustProjectSettings? settings = null) =>
        Described(context, path, settings, RustPreset.Describe);

    /// <inheritdoc cref="MultiStageRust(ICakeContext, DirectoryPath, RustProjectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageRust(this ICakeContext context, DirectoryPath path, Action<RustProjectSettings> configure) =>
        MultiStageRust(context, path, Configured(configure));
}
