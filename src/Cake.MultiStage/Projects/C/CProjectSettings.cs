namespace Cake.MultiStage.Projects;

/// <summary>A description of a program in C or C++.</summary>
public sealed class CProjectSettings : PresetSettings
{
    /// <summary>
    /// Gets or sets the program, as the build calls it. By default what <c>add_executable</c> in CMakeLists.txt, <c>executable</c> in
    /// meson.build, <c>bin_PROGRAMS</c> of Automake or the default goal of the Makefile names, where that is one; else the folder's name.
    /// </summary>
    public string? Program { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the program is linked statically; otherwise it ships with the shared libraries it needs. By
    /// default it is, unless the build looks for a library that is only linked dynamically, or makes a shared one of its own.
    /// </summary>
    public bool? Static { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the project's install step says what ships, under <c>/usr/local</c>, in place of the program
    /// alone. By default it does where there is one: <c>install(…)</c> in CMakeLists.txt.
    /// </summary>
    public bool? Install { get; set; }

    /// <summary>
    /// Gets or sets the preset of <c>CMakePresets.json</c> that CMake configures by; empty for none. By default the only one that builds a
    /// release on Linux.
    /// </summary>
    public string? Preset { get; set; }

    /// <summary>
    /// Gets or sets the flags for the compiler, besides those that keep the builder's paths out of the program. <c>-O2</c> by default.
    /// </summary>
    public string CompilerFlags { get; set; } = "-O2";

    /// <summary>
    /// Gets or sets further arguments: of <c>cmake</c>, such as <c>-DWITH_TLS=ON</c>; of <c>make</c>, such as <c>LDLIBS=-lm</c>; of the
    /// compiler, such as <c>-lz</c>. None by default.
    /// </summary>
    public IList<string> Options { get; set; } = [];
}
