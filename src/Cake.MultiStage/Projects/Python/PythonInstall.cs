using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects.Python;

/// <summary>The steps that install a project's dependencies, by the tool that its files are for, and the project itself.</summary>
/// <param name="folder">The project's folder.</param>
/// <param name="source">What its files say.</param>
/// <param name="settings">The settings.</param>
/// <param name="version">The version of Python.</param>
internal sealed class PythonInstall(ProjectFolder folder, PythonSource source, PythonProjectSettings settings, string version)
{
    private const string Listed = "/tmp/requirements.txt";
    private const string TestListed = "/tmp/test-requirements.txt";

    public CredentialsFile Credentials => source.Manifest == PythonManifest.Uv
        ? new CredentialsFile("uv-toml", "/root/.config/uv/uv.toml") : new CredentialsFile("pip-conf", "/root/.config/pip/pip.conf");

    public IReadOnlyDictionary<string, string> Environment => source.Manifest == PythonManifest.Uv
        ? new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["UV_PROJECT_ENVIRONMENT"] = PythonProgram.Environment, ["UV_LINK_MODE"] = "copy", ["UV_PYTHON_DOWNLOADS"] = "never",
        }
        : new Dictionary<string, string>(StringComparer.Ordinal);

    public IEnumerable<RunMount> Mounts =>
        [RunMount.Cache(source.Manifest == PythonManifest.Uv ? "/root/.cache/uv" : "/root/.cache/pip"), .. Credentials.Mounts(settings)];

    /// <summary>Gets a value indicating whether the dependencies can't be known before the source is there.</summary>
    public bool NeedsSource => source.Manifest == PythonManifest.Backend || source.Requirements?.HasOwn == true;

    private string Pip => $"pip --python {PythonProgram.Environment} install --no-compile"
        + string.Concat(settings.PipOptions.Select(option => " " + ShellWord.Quoted(option)));

    private string Extras => settings.Extras.Count == 0 ? "" : $"[{string.Join(',', settings.Extras)}]";

    /// <summary>Brings in what names the dependencies, and installs them.</summary>
    public Stage Dependencies(Stage builder)
    {
        builder = Manifests(builder);
        return NeedsSource || Install is not { } install ? builder : builder.Run(install, [.. Mounts])
            .Because("Installs the dependencies once; a change of the source does not repeat it.");
    }

    /// <summary>Brings in the source, and installs what needs it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="isProgram">Whether the project's own package is the program, and so installed.</param>
    public Stage Source(Stage builder, bool isProgram)
    {
        builder = source.Workspace is { } workspace
            ? Members().Aggregate(builder, (stage, member) => stage.CopyNames([member], $"{workspace}/{member}/")
                .Because("A package of the workspace.")) : builder.Source(folder);
        var own = source.Manifest switch
        {
            PythonManifest.Uv => isProgram || source.IsPackage ? Sync("--no-editable") : null,
            PythonManifest.Backend => $"{Pip} {ShellWord.Quoted("." + Extras)}",
            PythonManifest.Requirements when NeedsSource => Install,
            PythonManifest.Requirements when isProgram => $"{Pip} {ShellWord.Quoted("." + Extras)}",
            _ when isProgram => $"{Pip} --no-deps .",
            _ => null,
        };
        return own is null ? builder : builder.Run(own, [.. Mounts])
            .Because(source.Manifest == PythonManifest.Backend ? "Only the project's own build knows what it depends on."
                : NeedsSource
                ? "Installs the project's own package with what it depends on."
                : "Installs the program itself into the environment.");
    }

    /// <summary>Writes the command that runs the tests, with what it installs before; null where there are none.</summary>
    public string? Test(PythonProgram program)
    {
        if (!source.HasTests)
        {
            return null;
        }

        var isPytest = source.Requires("pytest") || source.Tests.Packages.Any(one => one.Name == "pytest") || UsesPytest;
        string[] commands =
        [
            .. TestPackages,
            .. isPytest && !source.Requires("pytest") && source.Tests.Packages.All(one => one.Name != "pytest")
                ? [$"{Pip} pytest"]
                : Array.Empty<string>(),
            isPytest ? $"{PythonProgram.Interpreter} -m pytest --junitxml={ReadyVariants.ResultsFolder}/pytest.xml"
                : program.Django is { } django ? $"cd ./{django.Root} && {PythonProgram.Interpreter} manage.py test"
                : $"{PythonProgram.Interpreter} -m unittest discover -v",
        ];
        return string.Join(" && ", commands);
    }

    private string? Install => source.Manifest switch
    {
        PythonManifest.Requirements => $"{Pip} -r {ShellWord.Quoted(source.File!)}",
        PythonManifest.Uv => ShellWord.Sequence("pip install uv", Sync("--no-install-workspace")),
        PythonManifest.Poetry => ShellWord.Sequence(
        [
            "pip install poetry poetry-plugin-export",
            .. source.Lock is null ? ["poetry lock"] : Array.Empty<string>(),
            $"poetry export --only main{(source.IsUnhashable ? " --without-hashes" : "")}{Each("--extras")} -o {Listed}",
            .. Installed(Listed),
        ]),
        PythonManifest.Pdm => ShellWord.Sequence(
            ["pip install pdm", $"pdm export --prod{(source.IsUnhashable ? " --without-hashes" : "")}{Each("--group")} -o {Listed}",
                .. Installed(Listed)]),
        PythonManifest.Pipenv => ShellWord.Sequence(
        [
            "pip install pipenv",
            .. source.Lock is null ? ["pipenv lock"] : Array.Empty<string>(),
            $"pipenv requirements{(source.IsUnhashable ? "" : " --hash")} > {Listed}",
            .. Installed(Listed),
        ]),
        // On one line: both kinds of quotes would be read otherwise on several.
        PythonManifest.Project when source.Packages.Count > 0 =>
            $"{List("project", ["dependencies"], settings.Extras)} > {Listed} && {Pip} -r {Listed}",
        _ => null,
    };

    // What a lock exports as editable would lead to the source in the builder.
    private string[] Installed(string file) => source.Lock is not null && source.IsUnhashable
        ? [$"sed -i \"s/^-e //\" {file}", $"{Pip} -r {file}"] : [$"{Pip} -r {file}"];

    private string Each(string option) => string.Concat(settings.Extras.Select(extra => $" {option} {ShellWord.Quoted(extra)}"));

    private string Sync(string what) => $"uv sync --locked --no-dev {what}{Each("--extra")}";

    /// <summary>
    /// Writes a command that lists what pyproject.toml names. Python reads TOML since 3.11; before, pip's own reader is there.
    /// </summary>
    private string List(string table, IEnumerable<string> keys, IEnumerable<string> extras)
    {
        var reader = settings.BuilderImage is null && System.Version.TryParse(version, out var parsed) && parsed >= new Version(3, 11)
            ? "import tomllib" : "from pip._vendor import tomli as tomllib";
        var lists = string.Join(" + ",
            keys.Select(key => $"p.get('{key}', [])").Concat(extras.Select(extra => $"p['optional-dependencies']['{extra}']")));
        return $"python -c \"{reader}; p = tomllib.load(open('pyproject.toml', 'rb'))['{table}']; print(*({lists}), sep=chr(10))\"";
    }

    private Stage Manifests(Stage builder)
    {
        const string Reason = "The manifests change less often than the source: what they ask for stays in the cache.";
        if (source.Workspace is { } workspace)
        {
            builder = builder.CopyNames(new ProjectFolder(folder.ContextDirectory).Existing("pyproject.toml", "uv.lock"), workspace + "/")
                .Because(Reason);
            return Members().Aggregate(builder,
                (stage, member) => stage.CopyNames([member + "/pyproject.toml"], $"{workspace}/{member}/").Because(Reason));
        }

        builder = builder.Manifests(folder, source.Manifest switch
        {
            PythonManifest.Requirements => source.Requirements!.Files,
            PythonManifest.Uv => folder.Find("pyproject.toml").Concat(["uv.lock"]),
            PythonManifest.Backend or PythonManifest.None => [],
            _ => new[] { source.File!, source.Lock }.OfType<string>(),
        }, Reason);
        IEnumerable<string> locals =
            [.. source.Requirements?.Local ?? [], .. source.Paths.Where(path => folder.Existing(path).Count > 0),
                .. folder.Existing("vendor", "wheels")];
        foreach (var local in locals.Distinct(StringComparer.Ordinal))
        {
            builder = builder.CopyNames([folder.InContext(local)],
                folder.HasFolder(local) ? local + "/" : "./" + local[..(local.LastIndexOf('/') + 1)])
                .Because("Packages that lie in the project itself.");
        }

        return source.Outside.Aggregate(builder, (stage, outside) =>
            stage.CopyNames([folder.InContext(outside)],
                folder.HasFolder(outside) ? outside + "/" : outside[..(outside.LastIndexOf('/') + 1)])
                .Because("A package outside of the project's folder."));
    }

    /// <summary>Returns the folders of the workspace's packages.</summary>
    private IEnumerable<string> Members() => new ProjectFolder(folder.ContextDirectory).Find("pyproject.toml")
        .Where(path => path.Contains('/', StringComparison.Ordinal)).Select(path => path[..path.LastIndexOf('/')]);

    private IEnumerable<string> TestPackages => source.Manifest switch
    {
        PythonManifest.Uv =>
            [$"uv sync --locked{string.Concat(source.Tests.Groups.Where(group => group != "dev").Select(group => " --group " + group))}"
            + string.Concat(source.Tests.Extras.Select(extra => " --extra " + extra))],
        PythonManifest.Poetry when source.Tests.Groups.Count > 0 =>
            [$"poetry export --with {string.Join(',', source.Tests.Groups)}{(source.IsUnhashable ? " --without-hashes" : "")} -o "
                + $"{TestListed}", .. Installed(TestListed)],
        PythonManifest.Pdm when source.Tests.Groups.Count + source.Tests.Extras.Count > 0 =>
            [
                $"pdm export{string.Concat(source.Tests.Groups.Concat(source.Tests.Extras).Select(group => " --group " + group))}"
                    + $"{(source.IsUnhashable ? " --without-hashes" : "")} -o {TestListed}",
                .. Installed(TestListed),
            ],
        PythonManifest.Pipenv when source.Tests.Groups.Count > 0 =>
            [$"pipenv requirements --dev-only{(source.IsUnhashable ? "" : " --hash")} > {TestListed}", .. Installed(TestListed)],
        _ =>
        [
            .. source.Tests.Files.Select(file => $"{Pip} -r {ShellWord.Quoted(file)}"),
            .. source.Tests.Groups.Count == 0 ? Array.Empty<string>()
                : ["pip install \"pip>=25.1\"", $"{Pip}{string.Concat(source.Tests.Groups.Select(group => " --group " + group))}"],
            .. source.Tests.Extras.Count == 0 ? Array.Empty<string>()
                : [$"{List("project", [], source.Tests.Extras)} > {TestListed}", $"{Pip} -r {TestListed}"],
        ],
    };

    private bool UsesPytest => folder.Has("pytest.ini") || folder.Find("conftest.py").Count > 0
        || folder.ReadIfThere("pyproject.toml")?.Contains("[tool.pytest", StringComparison.Ordinal) == true;
}
