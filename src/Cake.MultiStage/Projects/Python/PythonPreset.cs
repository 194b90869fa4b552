using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Python;

/// <summary>
/// The preset for Python: dependencies go into a virtual environment of their own, before the source comes in; it is copied to the same
/// path on the same base, without pip.
/// </summary>
internal static class PythonPreset
{
    private const string AppDirectory = "/app";
    private const string Environment = "/venv";
    private const string Interpreter = "/venv/bin/python";
    private const string User = "65532:65532";
    private const string DebuggerPort = "5678";

    private static string[] Ignored =>
    [
        "**/__pycache__", "**/*.py[cod]", "**/.venv", "**/venv", "**/.tox", "**/.nox", "**/.pytest_cache", "**/.mypy_cache", "**/.ruff_cache",
        "**/.ipynb_checkpoints", "**/*.egg-info", "**/.coverage", "**/htmlcov",
    ];

    private static CredentialsFile Credentials => new("pip-conf", "/root/.config/pip/pip.conf");

    public static EcosystemPreset Entry => new(Ecosystem.Python, EcosystemPreset.By<PythonProjectSettings>(Describe))
    {
        Manifests = ["pyproject.toml", "setup.py", "Pipfile", "requirements.txt"],
        Sources = ["*.py"],
        Read = (files, sign) => sign.File != "pyproject.toml" || PythonSource.IsProject(files.Folder.Read(sign.File)) ? sign
            : sign with { Strength = files.Has("*.py") ? SignStrength.Manifest : SignStrength.Helper, Reading = "the configuration of tools" },
        Beside = (files, sign, _) => sign.File == "requirements.txt" && !files.Has("*.py") ? "the packages of tools" : null,
    };

    public static ImageProject Describe(string path, PythonProjectSettings settings)
    {
        var folder = new ProjectFolder(path);
        var source = PythonSource.Read(folder);
        var version = PythonVersion.Choose(folder, source, settings, ToolchainTable.Default);
        var command = Command(folder, source, settings);
        var installs = source.IsPackage && source.Scripts.Count > 0;
        folder = folder.Reaching(source.Outside, source.Manifest == PythonManifest.Requirements ? "requirements.txt" : "pyproject.toml");
        var final = Base(settings, version.Tag);
        var builder = Builder(settings, folder, source, PythonVersion.Image(version.Tag, final.HasMusl ? "-alpine" : "-slim"));
        builder = installs
            ? builder.Source(folder).Run($"{Pip(settings)} --no-deps .", [.. Mounts(settings)]).Because("Installs the program itself into the environment.")
            : builder.Source(folder);
        string[] shipped = installs ? [] : [.. Files(folder, settings)];
        return new Preset
        {
            Name = source.Name ?? folder.Name,
            Builder = builder,
            Base = final,
            BaseReason = "The interpreter that the environment was made for, without what building needs.",
            Artifacts =
            [
                new Artifact(Environment, Environment) { Reason = "The dependencies, at the same path and on the same base, as an environment can't be moved." },
                .. shipped.Select(file => Artifact.Named(folder.In(AppDirectory), file, AppDirectory)),
            ],
            Workdir = AppDirectory,
            User = User,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PYTHONDONTWRITEBYTECODE"] = "1", ["PYTHONUNBUFFERED"] = "1" },
            Entrypoint = command,
            Development = new DevelopmentSteps(command, DebuggerPort),
            Tests = new TestSteps(Test(source)),
            Credentials = Credentials,
            Ignored = Ignored,
            Findings = [source.Manifest switch { PythonManifest.Uv => "uv.lock names the dependencies", PythonManifest.Poetry => "poetry.lock names the dependencies", PythonManifest.Requirements => "requirements.txt names the dependencies", PythonManifest.Project => "pyproject.toml names the dependencies", _ => "there are no dependencies" }, .. version.Asked is { } asked ? [$"{asked.File} asks for Python {asked.Text}"] : Array.Empty<string>(), $"what runs is {string.Join(' ', command)}"],
            Assumptions =
            [
                .. version.Assumptions,
                .. version.Asked is null && settings.ToolchainVersion is null && settings.BuilderImage is null ? [new Assumption($"No file names a version of Python: {version.Tag} runs. Set requires-python in pyproject.toml, or ToolchainVersion.")] : Array.Empty<Assumption>(),
                .. source.Manifest == PythonManifest.Project ? [new Assumption("pyproject.toml locks no versions: two builds may install different ones.")] : Array.Empty<Assumption>(),
            ],
        }.Compose(folder, settings).WidenedTo(folder, "packages that the project needs lie outside of its folder");
    }

    private static ChosenBase Base(PythonProjectSettings settings, string version) => ChosenBase.Of("Python", settings, BaseFlavor.Slim, new Dictionary<BaseFlavor, string>
    {
        [BaseFlavor.Slim] = PythonVersion.Image(version, "-slim"),
        [BaseFlavor.Alpine] = PythonVersion.Image(version, "-alpine"),
    });

    private static Stage Builder(PythonProjectSettings settings, ProjectFolder folder, PythonSource source, string image)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PYTHONDONTWRITEBYTECODE"] = "1", ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1", ["PIP_ROOT_USER_ACTION"] = "ignore" };
        var builder = BuilderSteps.Start(image, settings, folder.In(AppDirectory), environment)
            .Run($"python -m venv --without-pip {Environment}").Because("An environment of its own can be copied as a whole; it needs no pip when it runs.");
        string[] manifests = [.. folder.Existing(["requirements.txt", "constraints.txt", "pyproject.toml", "uv.lock", "poetry.lock"])];
        if (manifests.Length > 0)
        {
            builder = builder.CopyNames(manifests.Select(folder.InContext), "./").Because("The manifests change less often than the source: what they ask for stays in the cache.");
        }

        foreach (var local in folder.Existing("vendor", "wheels"))
        {
            builder = builder.CopyNames([folder.InContext(local)], local + "/").Because("Packages that lie in the project itself.");
        }

        foreach (var outside in source.Outside)
        {
            builder = builder.CopyNames([folder.InContext(outside)], outside + "/").Because("A package outside of the project's folder.");
        }

        var install = source.Manifest switch
        {
            PythonManifest.Requirements => $"{Pip(settings)} -r requirements.txt",
            PythonManifest.Uv => ShellWord.Sequence("pip install uv", $"uv export --locked --no-dev --no-emit-project{string.Concat(settings.Extras.Select(extra => $" --extra {ShellWord.Quoted(extra)}"))} -o /tmp/requirements.txt", $"{Pip(settings)} -r /tmp/requirements.txt"),
            PythonManifest.Poetry => ShellWord.Sequence("pip install poetry poetry-plugin-export", "poetry export --only main -o /tmp/requirements.txt", $"{Pip(settings)} -r /tmp/requirements.txt"),
            PythonManifest.Project => ShellWord.Sequence($"python -c \"import tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; print('\\\\n'.join(p.get('dependencies', []){string.Concat(settings.Extras.Select(extra => $" + p['optional-dependencies']['{extra}']"))}))\" > /tmp/requirements.txt", $"{Pip(settings)} -r /tmp/requirements.txt"),
            _ => null,
        };
        return install is null ? builder : builder.Run(install, [.. Mounts(settings)]).Because("Installs the dependencies once; a change of the source does not repeat it.");
    }

    private static string Pip(PythonProjectSettings settings) =>
        $"pip --python {Environment} install --no-compile{string.Concat(settings.PipOptions.Select(option => " " + ShellWord.Quoted(option)))}";

    private static IReadOnlyList<string> Command(ProjectFolder folder, PythonSource source, PythonProjectSettings settings)
    {
        if (settings.Command.Count > 0)
        {
            var first = settings.Command[0];
            if (first.EndsWith(".py", StringComparison.Ordinal) && !first.StartsWith('/') && !folder.Has(first))
            {
                throw new MultiStageException($"Python is to run '{first}', which is not in '{folder.Path}'. Correct python.Command.");
            }

            return settings.Command[0].StartsWith('/') ? [.. settings.Command] : [Interpreter, .. settings.Command];
        }

        if (source.IsPackage && source.Scripts.Count > 0)
        {
            return source.Scripts.Count == 1 ? [$"{Environment}/bin/{source.Scripts[0]}"]
                : throw new MultiStageException($"pyproject.toml in '{folder.Path}' has several scripts: {string.Join(", ", source.Scripts)}. Choose one, as in python.Command.Add(\"{Environment}/bin/{source.Scripts[0]}\").");
        }

        var file = folder.First("main.py", "app.py", "server.py", "wsgi.py", "asgi.py", "__main__.py");
        var module = file is null ? null : Path.GetFileNameWithoutExtension(file);
        var package = folder.Find("__main__.py").Where(path => path.Count(c => c == '/') == 1).Select(path => path.Split('/')[0]).ToList();
        return module is not null && source.Requires("uvicorn") ? [Interpreter, "-m", "uvicorn", $"{module}:app", "--host", "0.0.0.0", "--port", "8000"]
            : module is not null && source.Requires("gunicorn") ? [Interpreter, "-m", "gunicorn", "--bind", "0.0.0.0:8000", $"{module}:app"]
            : module is not null && source.Requires("flask") ? [Interpreter, "-m", "flask", "--app", module, "run", "--host", "0.0.0.0", "--port", "8000"]
            : file is not null ? [Interpreter, file]
            : package.Count == 1 ? [Interpreter, "-m", package[0]]
            : throw new MultiStageException($"'{folder.Path}' does not show what to run: it has neither a script in pyproject.toml nor a main.py, app.py or __main__.py. Say it, as in python.Command.Add(\"serve.py\").");
    }

    private static IEnumerable<string> Files(ProjectFolder folder, PythonProjectSettings settings) => folder.Travelling(settings, Ignored)
        .Where(name => name[0] != '.' && !name.StartsWith("Dockerfile", StringComparison.Ordinal) && !name.StartsWith("test_", StringComparison.Ordinal) && !name.EndsWith(".md", StringComparison.OrdinalIgnoreCase)
            && name is not ("tests" or "test" or "venv" or "vendor" or "wheels" or "artifacts" or "tools" or "docs" or "build.cake" or "__pycache__" or "requirements.txt" or "constraints.txt" or "pyproject.toml" or "uv.lock" or "poetry.lock" or "LICENSE"));

    private static string? Test(PythonSource source) =>
        !source.HasTests ? null
        : source.Requires("pytest") ? $"{Interpreter} -m pytest --junitxml={ReadyVariants.ResultsFolder}/pytest.xml"
        : $"{Interpreter} -m unittest discover -v";

    private static IEnumerable<RunMount> Mounts(PythonProjectSettings settings) =>
        [RunMount.Cache("/root/.cache/pip"), .. Credentials.Mounts(settings)];
}
