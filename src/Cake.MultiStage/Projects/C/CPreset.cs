using System.Text.RegularExpressions;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects.C;

/// <summary>
/// The preset for C and C++: CMake, make or the compiler alone builds a static program for an empty base, or a dynamic
/// one that ships with its libraries; stripped, and without paths of the builder.
/// </summary>
internal static partial class CPreset
{
    private const string SourceDirectory = "/src";
    public const string BuildDirectory = "/build";
    private const string User = "65532:65532";
    public const string InstallDirectory = "/install";
    private const string DebuggerPort = "1234";
    public const string Sections = "-Wl,--gc-sections -Wl,--build-id=none";

    public static EcosystemPreset Entry => new(Ecosystem.C, EcosystemPreset.By<CProjectSettings>(Describe))
    {
        Manifests = ["CMakeLists.txt", "meson.build", "configure.ac", "configure", .. Makefiles],
        Sources = SourcePatterns,
        Read = (files, sign) => !Makefiles.Contains(sign.File, StringComparer.Ordinal) || files.HasAnywhere(SourcePatterns) ? sign
            : sign with { Strength = SignStrength.Helper, Reading = "commands, as there is no C source" },
        Beside = (_, sign, _) => Makefiles.Contains(sign.File, StringComparer.Ordinal) ? "commands" : null,
    };

    private static string[] Makefiles => ["Makefile", "makefile", "GNUmakefile"];

    private static string[] SourcePatterns => ["*.c", "*.cc", "*.cpp", "*.cxx"];

    public static ImageProject Describe(string path, CProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        var build = CBuild.Read(folder);
        var needs = CNeeds.Of(folder, build);
        var shared = settings.Static is null ? needs.Shared : [];
        settings = ImageProjectSettings.Changed(settings, c => c.Static ??= needs.Shared.Count == 0);
        var presets = build.Kind == CBuildKind.CMake ? CMakePresets.Read(folder) : null;
        var preset = presets?.Choose(settings.Preset);
        var source = Program(build, settings, folder);
        var name = build.Outputs.GetValueOrDefault(source) ?? PosixPath.NameOf(source);
        var install = settings.Install ?? build.HasInstall;
        var program = (!install ? "/bin/" : build.Services.Contains(source, StringComparer.Ordinal) ? "/usr/local/sbin/"
            : "/usr/local/bin/")
            + name;
        var built = install ? InstallDirectory + program : program;
        var builder = BuilderSteps.Start("gcc:" + (settings.ToolchainVersion ?? "14"), settings, SourceDirectory, Environment(settings),
            needs.Packages);
        string[] tools = [.. build.Tools, .. preset?.Packages ?? []];
        builder = tools.Length == 0 ? builder
            : builder.Run(SystemPackages.Install(tools), SystemPackages.Caches())
                .Because("What makes the project's build, which the image of the compiler lacks.");
        builder = build.Kind == CBuildKind.CMake
            ? builder.Run($"command -v cmake >/dev/null || {{ {SystemPackages.Install("cmake")}; }}", SystemPackages.Caches())
                .Because("The image of the compiler has no CMake.")
            : builder;
        var crossed = IsCrossed(build, needs, settings, preset);
        return new Preset
        {
            Name = settings.Name ?? ProjectDescription.NameFrom(name),
            Builder = Built(builder, new CSteps(build, settings, preset, install, source, program, IsCrossed: false)),
            CrossBuilder = crossed ? Built(builder.WithCrossCompiler(),
                new CSteps(build, settings, preset, install, source, program, IsCrossed: true)) : null,
            Base = Base(settings),
            Native = settings.Static == true ? null : Native(settings, install, built, needs) with { IsCrossed = crossed },
            Artifacts =
            [
                install ? new Artifact(InstallDirectory + "/", "/") { Reason = "What the project installs." }
                : new Artifact(program, program) { Reason = "The program is all that ships." },
            ],
            User = User,
            Source = SourceDirectory,
            Reads = ProgramReads.Of(folder, SourceLanguage.C,
                folder.Find("*.c", "*.cc", "*.cpp", "*.cxx", "*.h", "*.hpp").Select(path => new SourceFile(path, folder.Read(path))),
                install ? ["config", "conf", "resources", "static", "templates", "locale", "i18n", "translations", "lang"] : [], [""],
                settings, Ignored(folder)),
            NeedsCertificates = needs.CallsByTls,
            // What the install step leaves there is found by it, too.
            Environment = install && settings.Static != true
                ? new Dictionary<string, string>(StringComparer.Ordinal) { ["LD_LIBRARY_PATH"] = LibraryFolder.Target }
                : new(StringComparer.Ordinal),
            Entrypoint = [program],
            Development = new DevelopmentSteps([built], DebuggerPort),
            Tests = new TestSteps(Test(build, settings)),
            Ignored = Ignored(folder),
            Findings = Findings(build, settings, name, install),
            Assumptions =
            [
                .. settings.ToolchainVersion is null && settings.BuilderImage is null
                    ? [new Assumption("no file says which compiler the project wants: gcc:14 builds. Set ToolchainVersion for another.")]
                    : Array.Empty<Assumption>(),
                .. Told(presets, preset, settings),
                .. Others(build, settings, source),
                .. shared.Count > 0
                    ? [new Assumption(
                        $"the program is linked dynamically, and ships with its libraries, as its build takes {string.Join(", ", shared)}. "
                            + "Set c.Static where it links statically.")]
                    : Array.Empty<Assumption>(),
                .. needs.Unknown.Count > 0 && settings.BuilderPackages.Count == 0
                    ? [new Assumption(
                        $"the build cannot do without {string.Join(", ", needs.Unknown)}, of which no package is known: name what has it, "
                            + "as in c.BuilderPackages.Add(\"libname-dev\"), unless the project brings it.", Doubtful: true)]
                    : Array.Empty<Assumption>(),
                .. settings is { Cmd.Count: 0, Entrypoint.Count: 0 } && OwnDockerfile.Of(folder) is null
                    && Detaching(folder) is { } detaching
                    ? [new Assumption(
                        $"{detaching} can have the program go on in the background, at which a container ends: where it does so "
                        + "by itself, give it the option that keeps it in the foreground, by Cmd.")]
                    : Array.Empty<Assumption>(),
                .. folder.First("vcpkg.json", "conanfile.txt", "conanfile.py") is { } manager
                    ? [new Assumption(
                        $"{manager} names packages of a package manager that the builder lacks: where the build needs it, set "
                            + "c.BuilderImage to an image that has it.", Doubtful: true)]
                    : Array.Empty<Assumption>(),
            ],
        }.Compose(folder, settings);

        Stage Built(Stage stage, CSteps steps)
        {
            stage = stage.Copy(".", ".")
                .Arg("SOURCE_DATE_EPOCH")
                .Because("The compiler takes __DATE__ and __TIME__ from it, where it is given.")
                .Run(steps.Build())
                .Because(install
                    ? "Builds, and installs into a folder of its own; what is only for building against it is left out."
                    : "Builds, and strips what debuggers need.");
            return settings.Static == true
                ? stage.Run(steps.Check(name, built)).Because("A dynamic program would not start without its libraries.")
                : stage;
        }
    }

    /// <summary>Tells whether the compiler for another processor has all that it takes: no library of the system is linked.</summary>
    private static bool IsCrossed(CBuild build, CNeeds needs, CProjectSettings settings, CMakePreset? preset) =>
        build.Kind != CBuildKind.Meson && needs is { HasLibraries: false, NamesCompiler: false, RunsPrograms: false }
            && (preset is null or { Toolchain: null, NamesCompiler: false })
            && settings is { BuilderImage: null, BuilderPackages.Count: 0 }
            && settings.Options.All(option => option is "-lm" or "-lpthread" || !option.StartsWith("-l", StringComparison.Ordinal));

    private static IEnumerable<Assumption> Told(CMakePresets? presets, CMakePreset? chosen, CProjectSettings settings)
    {
        if (presets is not { Presets.Count: > 0 } || settings.Preset is not null)
        {
            yield break;
        }

        var names = string.Join(", ", presets.Presets.Select(preset => preset.Name));
        yield return chosen is null
            ? new Assumption($"CMakePresets.json has the presets {names}, and none of them alone builds a release on Linux: the program is "
                + $"built without. Set c.Preset for one of them, as in c.Preset = \"{presets.Presets[0].Name}\".")
            : new Assumption($"The preset '{chosen.Name}' of CMakePresets.json builds. Set c.Preset for another of {names}, or to \"\" for "
                + "none.");
    }

    private static string? Detaching(ProjectFolder folder) => SourceFiles.Of(folder, SourcePatterns,
        path => !path.Contains("test", StringComparison.OrdinalIgnoreCase)).FirstOrDefault(source => Daemon().IsMatch(source.Text))?.Path;

    [GeneratedRegex(@"\b(daemon|make_?daemon|daemoni[sz]e\w*|setsid)\s*\(", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
        | RegexOptions.NonBacktracking)]
    private static partial Regex Daemon();

    private static IEnumerable<Assumption> Others(CBuild build, CProjectSettings settings, string program) =>
        settings.Program is not null || build.Programs.Count < 2 ? []
            : [new Assumption($"the program is taken to be {program}, which is called as the project; there are others: "
                + $"{string.Join(", ", build.Programs.Where(other => other != program))}. Set c.Program for one of them.")];

    private static Dictionary<string, string> Environment(CProjectSettings settings)
    {
        // Each function in a section of its own, so that the linker can leave out those that nothing calls.
        var flags = $"{settings.CompilerFlags} -ffunction-sections -fdata-sections -ffile-prefix-map={SourceDirectory}=.".Trim();
        return new(StringComparer.Ordinal)
            { ["CFLAGS"] = flags, ["CXXFLAGS"] = flags, ["LDFLAGS"] = (settings.Static == true ? "-static " : "") + Sections };
    }

    /// <exception cref="MultiStageException">There are several programs, and none was chosen.</exception>
    private static string Program(CBuild build, CProjectSettings settings, ProjectFolder folder)
    {
        if (settings.Program is not null)
        {
            return settings.Program;
        }

        return build.Programs.Count switch
        {
            0 when build.Kind == CBuildKind.Sources => settings.Name ?? ProjectDescription.NameFrom(folder.Name),
            0 =>
                throw new MultiStageException(
                    $"'{folder.Path}/{build.File}' names no program that could be recognised. Name it, as in c.Program = \"server\"."),
            1 => build.Programs[0],
            _ when build.Programs.Where(program => PosixPath.NameOf(program) == build.Project).ToList() is [var named] => named,
            _ =>
                throw new MultiStageException(
                    $"'{folder.Path}/{build.File}' makes several programs: {string.Join(", ", build.Programs)}. Choose one, as in "
                        + $"c.Program = \"{build.Programs[0]}\"."),
        };
    }

    private static ChosenBase Base(CProjectSettings settings) =>
        ChosenBase.Of("C", settings, BaseFlavor.Scratch, new Dictionary<BaseFlavor, string>
    {
        [BaseFlavor.Scratch] = "scratch",
        [BaseFlavor.Distroless] = settings.Static == true
            ? "gcr.io/distroless/static-debian13:nonroot"
            : "gcr.io/distroless/cc-debian13:nonroot",
        [BaseFlavor.Alpine] = "alpine:3",
        [BaseFlavor.Slim] = "debian:trixie-slim",
    });

    /// <summary>
    /// What builds on the host leave: a cache of CMake's, or objects of another compiler, would have the build here go wrong.
    /// </summary>
    private static IReadOnlyList<string> Ignored(ProjectFolder folder) =>
    [
        .. folder.Entries("").Where(name => folder.Has($"{name}/CMakeCache.txt")),
        "**/CMakeCache.txt", "**/CMakeFiles", "**/*.o", "**/*.obj", "**/*.gcda", "**/*.gcno", "**/.cache",
    ];

    private static NativeProgram Native(CProjectSettings settings, bool install, string built, CNeeds needs) => new(
        // What it loads when it runs is linked to libraries, too.
        ShellWord.Quoted(built) + (install && needs.MakesLibraries ? $" $(find {InstallDirectory} -type f -name \"*.so*\")" : ""),
        ChosenBase.LibraryOf(settings.BuilderImage ?? "gcc:trixie", settings),
        "Set c.Static = true; or c.BuilderImage = \"alpine:3\" and c.BuilderPackages = [\"build-base\"] to build for musl; "
        + "or choose another base, as in c.Flavor = BaseFlavor.Slim.")
    {
        Own = install ? InstallDirectory : null,
        Search = install ? InstallDirectory + LibraryFolder.Target : null,
    };

    private static string? Test(CBuild build, CProjectSettings settings) => (build.TestGoal, build.Kind) switch
    {
        (null, _) => null,
        (_, CBuildKind.Meson) => $"meson test -C {BuildDirectory} --print-errorlogs",
        (_, CBuildKind.CMake) =>
            $"cmake --build {BuildDirectory} --parallel \"$(nproc)\" && ctest --test-dir {BuildDirectory} --output-on-failure "
                + $"--output-junit {ReadyVariants.ResultsFolder}/ctest.xml",
        var (goal, _) => $"make {goal}{string.Concat(settings.Options.Select(option => " " + ShellWord.Quoted(option)))}",
    };

    private static IReadOnlyList<string> Findings(CBuild build, CProjectSettings settings, string name, bool install) =>
    [
        build.Kind == CBuildKind.Sources
            ? $"nothing but sources: the compiler builds all {build.Sources.Count}"
            : $"{build.File} builds it",
        $"the program is '{name}', linked {(settings.Static == true ? "statically" : "dynamically")}",
        .. install ? ["the install step says what ships"] : Array.Empty<string>(),
    ];
}
