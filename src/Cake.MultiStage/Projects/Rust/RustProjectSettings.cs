namespace Cake.MultiStage.Projects;

/// <summary>A description of a Rust program.</summary>
public sealed class RustProjectSettings : PresetSettings
{
    /// <summary>Gets or sets the package of the workspace that has the program. By default the only one with a program.</summary>
    public string? Package { get; set; }

    /// <summary>
    /// Gets or sets the program, as <c>cargo build --bin</c> names it. By default the only one, or the package's <c>default-run</c>.
    /// </summary>
    public string? Binary { get; set; }

    /// <summary>
    /// Gets or sets the features to build with, besides the default ones. By default those that the project's own Dockerfile builds with,
    /// if any.
    /// </summary>
    public IList<string> Features { get; set; } = [];

    /// <summary>
    /// Gets or sets a value indicating whether the default features are built. By default they are, unless the project's own Dockerfile
    /// leaves them out and <see cref="Features"/> is empty.
    /// </summary>
    public bool? DefaultFeatures { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the program is linked statically to musl, in place of dynamically to the builder's C
    /// library, glibc. False by default, and true for <see cref="BaseFlavor.Alpine"/>.
    /// </summary>
    public bool? Musl { get; set; }
}
