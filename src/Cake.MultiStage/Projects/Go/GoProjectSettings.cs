namespace Cake.MultiStage.Projects;

/// <summary>A description of a Go program.</summary>
public sealed class GoProjectSettings : PresetSettings
{
    /// <summary>
    /// Gets or sets the package of the program, such as <c>./cmd/server</c>. By default the project's folder where it holds
    /// <c>package main</c>, else the only one below <c>cmd</c>.
    /// </summary>
    public string? Package { get; set; }

    /// <summary>
    /// Gets or sets the flags for the linker. <c>-s -w</c> by default, which leaves out the symbol table and debug information.
    /// </summary>
    public string LinkerFlags { get; set; } = "-s -w";

    /// <summary>Gets or sets the build tags, such as <c>netgo</c>. None by default.</summary>
    public IList<string> BuildTags { get; set; } = [];

    /// <summary>
    /// Gets or sets a value indicating whether C code is linked in (cgo). By default it is where a source file has <c>import "C"</c>. The
    /// program is then linked dynamically, and ships with the libraries it needs.
    /// </summary>
    public bool? Cgo { get; set; }
}
