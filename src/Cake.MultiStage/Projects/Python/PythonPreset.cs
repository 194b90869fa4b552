using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Python;

/// <summary>
/// The preset for Python: dependencies go into a virtual environment of their own, before the source comes in; it is copied to the same
/// path on the same base, without pip.
/// </summary>
internal static class PythonPreset
{
    private static readonly Ecosystem[] Compiled = [Ecosystem.C, Ecosystem.Go, Ecosystem.Rust, Ecosystem.Java];

    private static readonly string[] Programs = ["manage.py", "main.py", "app.py", "wsgi.py", "asgi.py", "server.py", "api.py", "bot.py",
        "streamlit_app.py"];

    private const string AppDirectory = "/app";
    private const string User = "65532:65532";
    private const string DebuggerPort = "5678";

    /// <summary>Packages that start browsers, which they download for a developer and not where they are installed.</summary>
    private static readonly string[] Browsers = ["playwright", "pyppeteer", "selenium"];

    public static EcosystemPreset Entry => new(Ecosystem.Python, EcosystemPreset.By<PythonProjectSettings>(Describe))
    {
        Manifests = ["pyproject.toml", "setup.py", "Pipfile", "requirements.txt"],
        Sources = ["*.py"],
        Read = (files, sign) => sign.File != "pyproject.toml" || PythonSource.IsProject(files.Folder.Read(sign.File))
            || files.Folder.Read(sign.File).Contains("[tool.uv.workspace]", StringComparison.Ordinal) ? sign
            : sign with { Strength = files.Has("*.py") ? SignStrength.Manifest : SignStrength.Helper,
                Reading = "the configuration of tools" },
        // Beside what compiles, scripts help to build and to test, unless one of them is called as a program is.
        Beside = (files, sign, others) => (sign.File == "requirements.txt" && (!files.Has("*.py")
            || (others.Any(Compiled.Contains) && files.Folder.First(Programs) is null))) || PythonSite.IsSphinxAlone(files.Folder)
            ? "the packages of tools" : null,
    };

    public static ImageProject Describe(string path, PythonProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        var source = PythonSource.Read(folder, settings);
        var version = PythonVersion.Choose(folder, source, settings, ToolchainTable.Default);
        var program = PythonProgram.Of(folder, source, settings);
        folder = folder.Reaching([.. source.Outside, .. source.Workspace is { } workspace ? [workspace] : Array.Empty<string>()],
            source.File ?? "pyproject.toml");
        var home = folder.In(AppDirectory);
        var final = Base(settings, version.Tag);
        var natives = PythonNatives.Of(source, final.HasMusl);
        var install = new PythonInstall(folder, source, settings, version.Tag);
        var isInstalled = program.IsScript || (source.IsPackage && program.Root == "src/");
        // An installed package takes its files along before its pages could be made.
        var assets = isInstalled || natives.IsMusl || folder.Below.Length > 0 || settings.BuilderImage is not null
            ? null : NodeAssets.Of(folder);
        var builder = Builder(settings, source, install, natives, home, version.Tag, assets);
        builder = install.Dependencies(builder);
        builder = install.Source(assets is null ? builder : assets.Install(builder), isInstalled);
        builder = assets is null ? builder : assets.Build(builder);
        if (program.Django is { HasStaticRoot: true } django)
        {
            builder = builder.Run((django.Root.Length == 0 ? "" : $"cd {ShellWord.Quoted(django.Root.TrimEnd('/'))} && ") + django.Collect)
                .Because("Collects the static files; the values are for this step alone.");
        }

        var shipping = program.IsScript ? null : new PythonShipping(folder, home, settings, program);
        return new Preset
        {
            Name = source.Name ?? folder.Name,
            Builder = builder,
            // Where a package would have code for a processor after all, the build ends, as that of another would not run.
            CrossBuilder = source.IsPure && natives.Known.Count == 0 && settings is { BuilderPackages.Count: 0, BuilderImage: null }
                ? builder.OnPlatform("$BUILDPLATFORM")
                    .Run($"! find {PythonProgram.Environment} -name \"*.so\" | grep .")
                    .Because("Nothing in the environment is for one processor alone: it is installed once for all.")
                : null,
            Base = final,
            Runtime = natives.Libraries.Count == 0 || final.IsGiven ? null
                : Stage.From(ProjectDescription.Base(final.Image, settings)).Because("Python with the libraries that the packages load.")
                    .Run(SystemPackages.Install(natives.Libraries), SystemPackages.Caches())
                    .Because($"For {string.Join(", ", natives.Known.Select(native => native.Package))}."),
            BaseReason = "The interpreter that the environment was made for, without what building needs.",
            Stages = shipping?.Stage is { } stage ? [stage] : [],
            Artifacts =
            [
                new Artifact(PythonProgram.Environment, PythonProgram.Environment)
                {
                    Reason = "The dependencies, at the same path and on the same base, as an environment can't be moved.",
                },
                .. shipping is null ? [] : new[] { shipping.Artifact },
            ],
            Native = Linked(settings, final, natives),
            Workdir = (home + "/" + program.Root).TrimEnd('/'),
            User = User,
            Environment = ProjectDescription.Merged(
                new Dictionary<string, string>(StringComparer.Ordinal) { ["PYTHONDONTWRITEBYTECODE"] = "1", ["PYTHONUNBUFFERED"] = "1" },
                program.Variables),
            Ports = program.Ports,
            Client = final.Flavor == BaseFlavor.Distroless ? null : HealthClient.Python,
            Entrypoint = program.Command,
            StartWords = program.StartWords(source),
            Development = new DevelopmentSteps(program.Root.Length == 0 ? program.Command
                : ["sh", "-c",
                    $"cd {ShellWord.Quoted(program.Root.TrimEnd('/'))} && exec "
                        + $"{string.Join(' ', program.Command.Select(ShellWord.Quoted))}"], DebuggerPort),
            Tests = new TestSteps(install.Test(program), install.Mounts),
            Credentials = install.Credentials,
            Ignored = assets is null ? PythonShipping.Ignored : [.. PythonShipping.Ignored, .. NodeSteps.Ignored],
            Findings = [.. Findings(source, version, program, natives),
                .. assets is null ? Array.Empty<string>() : [$"{assets.Manager} installs what makes the scripts and styles of its pages"]],
            Assumptions = [.. version.Assumptions, .. assets?.Version.Assumptions ?? [],
                .. Assumptions(folder, source, version, settings, natives, final), .. program.Assumptions],
        }.Compose(folder, settings).WidenedTo(folder, source.Workspace is null ? "packages that the project needs lie outside of its folder"
            : "the project is a package of a workspace, whose lock lies above it");
    }

    private static ChosenBase Base(PythonProjectSettings settings, string version) =>
        ChosenBase.Of("Python", settings, BaseFlavor.Slim, new Dictionary<BaseFlavor, string>
    {
        [BaseFlavor.Slim] = PythonVersion.Image(version, "-slim"),
        [BaseFlavor.Alpine] = PythonVersion.Image(version, "-alpine"),
    });

    private static Stage Builder(
        PythonProjectSettings settings, PythonSource source, PythonInstall install, PythonNatives natives, string home, string version,
        NodeAssets? assets)
    {
        var environment = ProjectDescription.Merged(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["PYTHONDONTWRITEBYTECODE"] = "1", ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1", ["PIP_ROOT_USER_ACTION"] = "ignore",
            },
            install.Environment);
        // The full image has the compilers and the headers of the usual libraries.
        var image = PythonVersion.Image(version, natives.IsMusl ? "-alpine" : natives.AreCompiled ? "" : "-slim");
        return BuilderSteps.Start(image, settings, home, environment,
                [.. natives.Builder, .. assets?.Packages ?? [],
                    .. source.NeedsGit && (natives.IsMusl || !natives.AreCompiled) ? ["git"] : Array.Empty<string>()])
            .Run($"python -m venv --without-pip {PythonProgram.Environment}")
            .Because("An environment of its own can be copied as a whole; it needs no pip when it runs.");
    }

    /// <summary>
    /// Has the libraries worked out that packages are linked to, where the builder has more of them than the base: compilers and the
    /// libraries of its full image, what the settings install, or an image of theirs.
    /// </summary>
    private static NativeProgram? Linked(PythonProjectSettings settings, ChosenBase final, PythonNatives natives) =>
        settings.BuilderPackages.Count == 0 && (final.IsUnknown || (settings.BuilderImage is null && !natives.AreCompiled)) ? null
        : new NativeProgram($"$(find {PythonProgram.Environment} -type f -name \"*.so*\")",
            ChosenBase.LibraryOf(settings.BuilderImage ?? (final.HasMusl ? "python:alpine" : "python:slim"), settings),
            "Leave out python.BuilderImage, or choose the base of the same distribution.")
        {
            Own = PythonProgram.Environment, ArePackages = true,
        };

    private static IReadOnlyList<string> Findings(PythonSource source, VersionChoice version, PythonProgram program,
        PythonNatives natives) =>
    [
        (source.Lock ?? source.File) is { } file ? $"{file} names the dependencies" : "there are no dependencies",
        .. version.Asked is { } asked ? [$"{asked.File} asks for Python {asked.Text}"] : Array.Empty<string>(),
        .. natives.Known.Select(native => $"{native.Package} needs {(native.IsCompiled ? "a compiler, and " : "")}libraries of the system"),
        .. program.Django is { HasStaticRoot: true } ? ["'manage.py collectstatic' collects the static files"] : Array.Empty<string>(),
        $"{program.Origin} says what runs: {string.Join(' ', program.Command)}",
    ];

    private static IEnumerable<Assumption> Assumptions(ProjectFolder folder, PythonSource source, VersionChoice version,
        PythonProjectSettings settings, PythonNatives natives, ChosenBase final)
    {
        if (version.Asked is null && settings.ToolchainVersion is null && settings.BuilderImage is null)
        {
            yield return new Assumption(
                $"No file names a version of Python: {version.Tag} runs. Set requires-python in pyproject.toml, or ToolchainVersion.");
        }

        if (source.Lock is null && source.Manifest is not (PythonManifest.None or PythonManifest.Requirements) && source.Packages.Count > 0)
        {
            yield return new Assumption($"{source.File} locks no versions: two builds may install different ones.");
        }

        foreach (var feed in PrivateFeed.Missing(PythonFeeds.Of(folder, source), settings))
        {
            yield return feed;
        }

        if (source.Manifest == PythonManifest.Backend)
        {
            yield return new Assumption(
                $"Only the project's own build knows its dependencies ({source.File}): they are installed anew with each change of the "
                + "source. List them in requirements.txt or in pyproject.toml for a layer that stays in the cache.");
        }

        if (Browsers.FirstOrDefault(source.Requires) is { } browsers && !final.IsGiven && settings.RuntimePackages.Count == 0)
        {
            yield return new Assumption(
                $"'{browsers}' has browsers work, and none is in the image: set python.RuntimePackages = [\"chromium\"], and have the "
                    + "program start it as /usr/bin/chromium; or set python.FinalBase to an image that has browsers.", Doubtful: true);
        }

        if (natives.Libraries.Count > 0 && final.IsGiven)
        {
            yield return new Assumption(
                $"The base '{final.Image}' is taken to have what {string.Join(", ", natives.Known.Select(native => native.Package))} "
                + $"load: {string.Join(", ", natives.Libraries)}.", Doubtful: true);
        }
    }
}
