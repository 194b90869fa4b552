namespace Cake.MultiStage.Projects.C;

/// <summary>The commands that build a program in C or C++.</summary>
/// <param name="Project">What builds it.</param>
/// <param name="Settings">The settings.</param>
/// <param name="Preset">The preset that CMake configures by; null for none.</param>
/// <param name="Install">Whether the install step says what ships.</param>
/// <param name="Source">The program, as its build calls it.</param>
/// <param name="Program">The program in the image.</param>
/// <param name="IsCrossed">Whether it may be built for another processor.</param>
internal sealed record CSteps(CBuild Project, CProjectSettings Settings, CMakePreset? Preset, bool Install, string Source, string Program,
    bool IsCrossed)
{
    private const string BuildDirectory = CPreset.BuildDirectory;
    private const string InstallDirectory = CPreset.InstallDirectory;

    private string Options => string.Concat(Settings.Options.Select(option => " " + ShellWord.Quoted(option)));

    private bool IsStatic => Settings.Static == true;

    private string Tool(string name) => IsCrossed ? $"\"{CrossCompiler.Name}-{name}\"" : name;

    private string Make => $"make -j\"$(nproc)\"{(IsCrossed ? " " + CrossCompiler.Variables : "")}";

    private string Configuration => Preset is { IsMultiple: true } ? " --config Release" : "";

    /// <summary>Gets what copies a program, and strips it.</summary>
    private string Copy => IsCrossed ? $"install -D -s --strip-program={Tool("strip")}" : "install -D -s";

    public string Build()
    {
        var destination = ShellWord.Quoted(Program);
        return (Project.Kind, Install) switch
        {
            (CBuildKind.CMake, true) =>
                ShellWord.Sequence(CMake, $"cmake --build {BuildDirectory}{Configuration} --parallel \"$(nproc)\"",
                    $"DESTDIR={InstallDirectory} cmake --install {BuildDirectory}{Configuration} --strip", Trim),
            (CBuildKind.CMake, false) =>
                ShellWord.Sequence(CMake,
                    $"cmake --build {BuildDirectory}{Configuration} --parallel \"$(nproc)\" --target {ShellWord.Quoted(Source)}",
                    $"{Copy} \"$(find {BuildDirectory} -type f -perm -u+x -name "
                        + $"{ShellWord.Quoted(Project.Outputs.GetValueOrDefault(Source) ?? Source)} | head -n 1)\" {destination}"),
            (CBuildKind.Autotools, _) => ShellWord.Sequence(
            [
                .. Project.Bootstrap is { } script ? [$"chmod +x {script}", $"NOCONFIGURE=1 ./{script}"]
                    : Project.Tools.Count > 0 ? ["autoreconf --force --install"] : Array.Empty<string>(),
                $"./configure --prefix=/usr/local{(IsCrossed ? $" --host=\"{CrossCompiler.Name}\"" : "")} "
                    + $"--disable-dependency-tracking{(IsStatic ? " --disable-shared --enable-static" : "")}{Options}",
                "make -j\"$(nproc)\"" + (Project.HasLibtool && IsStatic ? $" LDFLAGS=\"-all-static {CPreset.Sections}\"" : ""),
                $"make install DESTDIR={InstallDirectory}", Strip, Trim,
            ]),
            (CBuildKind.Meson, true) =>
                ShellWord.Sequence([.. Meson, $"meson install -C {BuildDirectory} --destdir {InstallDirectory} --strip", Trim]),
            (CBuildKind.Meson, false) => ShellWord.Sequence(
            [
                .. Meson,
                $"install -D -s \"$(find {BuildDirectory} -type f -perm -u+x -name {ShellWord.Quoted(Source)} | head -n 1)\" {destination}",
            ]),
            (CBuildKind.Make, true) =>
                ShellWord.Sequence(Make + Options,
                    $"make install DESTDIR={InstallDirectory} PREFIX=/usr/local prefix=/usr/local"
                        + (IsCrossed ? " " + CrossCompiler.Variables : "") + Options, Strip, Trim),
            (CBuildKind.Make, false) => ShellWord.Sequence(Make + Options, $"{Copy} {ShellWord.Quoted(Source)} {destination}"),
            _ =>
                $"{(Project.IsCpp ? Tool("g++") + " $CXXFLAGS" : Tool("gcc") + " $CFLAGS")} $LDFLAGS -s -o {destination} "
                    + $"{string.Join(' ', Project.Sources.Select(ShellWord.Quoted))}{Options}",
        };
    }

    /// <summary>Writes what ends the build where the program is not as static as it was meant to be.</summary>
    public string Check(string name, string built) =>
        $"if {(IsCrossed ? $"{Tool("readelf")} -lW {ShellWord.Quoted(built)} | grep -q INTERP"
            : $"ldd {ShellWord.Quoted(built)} >/dev/null 2>&1")}; "
            + $"then echo \"{name} is linked dynamically: use LDFLAGS in the build, or set Static = false.\" >&2; exit 1; fi";

    // The preset's own kind of build and its flags stay behind those that every release here is built with.
    private string CMake =>
        $"cmake{(Preset is null ? "" : $" --preset {ShellWord.Quoted(Preset.Name)}")} -S . -B {BuildDirectory} -DCMAKE_BUILD_TYPE=Release "
            + "-DCMAKE_C_FLAGS_RELEASE=-DNDEBUG -DCMAKE_CXX_FLAGS_RELEASE=-DNDEBUG "
            + $"-DCMAKE_INSTALL_PREFIX=/usr/local{(IsStatic ? " -DBUILD_SHARED_LIBS=OFF" : "")}"
            + (IsCrossed ? $" -DCMAKE_C_COMPILER={Tool("gcc")} -DCMAKE_CXX_COMPILER={Tool("g++")}"
                + $" -DCMAKE_STRIP=\"$(command -v {Tool("strip")})\"" : "")
            + Options;

    private string[] Meson =>
    [
        $"meson setup {BuildDirectory} --prefix=/usr/local --libdir=lib "
            + $"--buildtype=release{(IsStatic ? " --default-library=static --prefer-static" : "")}{Options}",
        $"meson compile -C {BuildDirectory}",
    ];

    private string Strip =>
        $"{{ find {InstallDirectory} -type f -perm -u+x -exec {Tool("strip")} --strip-unneeded {{}} + || true; }}";

    private static string Trim =>
        $"rm -rf {InstallDirectory}/usr/local/include {InstallDirectory}/usr/local/share/man {InstallDirectory}/usr/local/share/doc && "
            + $"find {InstallDirectory} -depth \\( -name \"*.a\" -o -name cmake -o -name pkgconfig \\) -exec rm -rf {{}} +";
}
