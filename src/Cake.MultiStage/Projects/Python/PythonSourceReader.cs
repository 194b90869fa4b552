using System.Text.RegularExpressions;
using Cake.MultiStage.Images;
using Tomlyn.Model;

namespace Cake.MultiStage.Projects.Python;

/// <summary>Reads what a project's files say of its dependencies, wherever these stand.</summary>
internal sealed partial class PythonSourceReader
{
    private const string ProjectFile = "pyproject.toml";

    private static readonly (string File, PythonManifest Manifest)[] Locks =
    [
        ("uv.lock", PythonManifest.Uv), ("poetry.lock", PythonManifest.Poetry), ("pdm.lock", PythonManifest.Pdm),
        ("Pipfile.lock", PythonManifest.Pipenv),
    ];

    /// <summary>Files with the requirements of the program, by their usual names.</summary>
    private static readonly string[] RequirementNames =
    [
        "requirements.txt", "requirements/production.txt", "requirements/prod.txt", "requirements-prod.txt",
        "requirements/requirements.txt", "requirements/base.txt", "requirements/main.txt", "requirements/common.txt", "requirements.in",
    ];

    private static readonly string[] TestFiles =
    [
        "requirements-test.txt", "requirements-tests.txt", "requirements-dev.txt", "requirements_test.txt", "requirements_dev.txt",
        "test-requirements.txt", "dev-requirements.txt", "requirements.dev.txt", "requirements/test.txt", "requirements/tests.txt",
        "requirements/testing.txt", "requirements/dev.txt", "requirements/development.txt",
    ];

    private static readonly string[] TestGroups = ["test", "tests", "testing", "dev"];

    private readonly ProjectFolder _folder;
    private readonly PythonProjectSettings _settings;
    private readonly TomlTable? _project;
    private readonly TomlTable? _table;
    private readonly TomlTable? _poetry;
    private readonly IReadOnlyList<string> _python;

    public PythonSourceReader(ProjectFolder folder, PythonProjectSettings settings)
    {
        (_folder, _settings) = (folder, settings);
        _project = PythonSource.Toml(folder, ProjectFile);
        _table = PythonSource.Table(_project, "project");
        _poetry = PythonSource.Table(_project, "tool", "poetry");
        _python = folder.Find("*.py");
    }

    /// <exception cref="MultiStageException">It is not a Python project, or a file can't be read.</exception>
    public PythonSource Read()
    {
        var locks = Locks.Where(one => _folder.Has(one.File)).ToList();
        if (_settings.Requirements is null && locks.Count > 1)
        {
            throw new MultiStageException($"'{_folder.Path}' has two locks: {string.Join(" and ", locks.Select(one => one.File))}. "
                + "Delete the one that is not used.");
        }

        var workspace = locks.Count == 0 ? Workspace() : null;
        var (manifest, file) = Manifest(locks.FirstOrDefault(), workspace);
        if (manifest == PythonManifest.None && _python.Count == 0)
        {
            throw new MultiStageException(
                $"'{_folder.Path}' is not a Python project: it has no requirements.txt, no pyproject.toml and no .py "
                + "file.");
        }

        var requirements = Files(manifest, file);
        var locked = locks.Where(one => one.Manifest == manifest).Select(one => one.File).FirstOrDefault()
            ?? (workspace is not null && manifest == PythonManifest.Uv ? workspace + "/uv.lock" : null);
        var lockText = locked is null ? "" : _folder.Read(locked);
        var isGit = GitSource().IsMatch(lockText)
            || requirements?.NeedsGit == true
            || GitSource().IsMatch(_folder.ReadIfThere(ProjectFile) ?? "");
        return new PythonSource
        {
            Manifest = manifest,
            File = file,
            Lock = locked,
            Workspace = manifest == PythonManifest.Uv ? workspace : null,
            Name = PythonSource.Text(_table, "name") ?? PythonSource.Text(_poetry, "name") ?? Setting("name"),
            RequiresPython = RequiresPython(),
            PoetryPython = PythonSource.Text(PythonSource.Table(_poetry, "dependencies"), "python"),
            Scripts = Scripts(),
            ScriptsFile = PythonSource.Table(_table, "scripts") is not null || PythonSource.Table(_poetry, "scripts") is not null
                ? ProjectFile
                : HasSetup() ?? ProjectFile,
            Packages = [.. Packages(manifest, requirements)],
            Extras = (PythonSource.Table(_table, "optional-dependencies")?.ToArray() ?? []).ToDictionary(pair => pair.Key,
                pair => (IReadOnlyList<Requirement>)[.. PythonSource.Texts(pair.Value).Select(Requirement.Parse).OfType<Requirement>()],
                StringComparer.Ordinal),
            Requirements = requirements,
            IsPackage = IsPackage(),
            HasTests = _python.Any(path => Path.GetFileName(path) is var name
                && (name.StartsWith("test_", StringComparison.Ordinal) || name.EndsWith("_test.py", StringComparison.Ordinal))),
            Tests = Tests(manifest),
            Outside = [.. (requirements?.Outside ?? []).Concat(Paths().Where(PosixPath.Leaves))
                .Distinct(StringComparer.Ordinal)],
            Paths = manifest is PythonManifest.Requirements or PythonManifest.Uv
                ? []
                : [.. Paths().Where(path => !PosixPath.Leaves(path)
                && path is not ("." or "./"))
                    .Select(path => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path)
                    .Distinct(StringComparer.Ordinal)],
            NewestWheels = PythonWheels.Newest(lockText),
            IsPure = PythonWheels.ArePure(lockText),
            NeedsGit = isGit,
            IsUnhashable = isGit || LocalSource().IsMatch(lockText),
        };
    }

    private (PythonManifest Manifest, string? File) Manifest((string File, PythonManifest Manifest) locked, string? workspace)
    {
        if (_settings.Requirements is { } given)
        {
            return _folder.Has(given) ? (PythonManifest.Requirements, given)
                : throw new MultiStageException($"'{given}' does not exist in '{_folder.Path}'. Correct python.Requirements.");
        }

        if (locked.File is not null)
        {
            return (locked.Manifest, locked.Manifest == PythonManifest.Pipenv ? "Pipfile" : ProjectFile);
        }

        var named = _folder.First(RequirementNames);
        var (dependencies, isDynamic) = (PythonSource.Value(_table, "dependencies"), IsDynamic("dependencies"));
        return workspace is not null ? (PythonManifest.Uv, ProjectFile)
            : named is not null ? (PythonManifest.Requirements, named)
            : PythonSource.Table(_poetry, "dependencies") is not null && dependencies is null ? (PythonManifest.Poetry, ProjectFile)
            : dependencies is not null ? (PythonManifest.Project, ProjectFile)
            : _folder.Has("Pipfile") ? (PythonManifest.Pipenv, "Pipfile")
            : isDynamic && DynamicFiles() is [var first, ..] ? (PythonManifest.Requirements, first)
            : isDynamic ? (PythonManifest.Backend, ProjectFile)
            : HasSetup() is { } setup ? (PythonManifest.Backend, setup)
            : _table is not null ? (PythonManifest.Project, ProjectFile)
            : Unknown();
    }

    /// <summary>Says where dependencies stand that nothing here can install, or that there are none.</summary>
    private (PythonManifest Manifest, string? File) Unknown()
    {
        if (_folder.First("environment.yml", "environment.yaml", "conda.yml") is { } conda)
        {
            throw new MultiStageException(
                $"The dependencies of '{_folder.Path}' are in {conda}, for conda, which this preset does not use. "
                + "List those of PyPI in requirements.txt, or describe the build by MultiStageProject with a builder such as "
                + "mambaorg/micromamba.");
        }

        var others = _folder.Find("*requirements*.txt", "*requirements*.in").Concat(Below("requirements"))
            .Where(path => path.Count(character => character == '/') <= 1 && !TestFiles.Contains(path, StringComparer.Ordinal)).ToList();
        return others.Count == 0 ? (PythonManifest.None, null)
            : throw new MultiStageException(
                $"'{_folder.Path}' has no requirements.txt, but {string.Join(", ", others.Take(8))}. Choose one, "
                + $"as in python.Requirements = \"{others[0]}\".");
    }

    private IEnumerable<string> Below(string folder) => !_folder.HasFolder(folder) ? []
        : _folder.Entries(folder).Where(name => name.EndsWith(".txt", StringComparison.Ordinal)).Select(name => $"{folder}/{name}");

    private RequirementFiles? Files(PythonManifest manifest, string? file) => manifest != PythonManifest.Requirements ? null
        : file is not null && DynamicFiles() is var dynamic && dynamic.Contains(file, StringComparer.Ordinal)
            ? RequirementFiles.Read(_folder, dynamic) : RequirementFiles.Read(_folder, file!);

    /// <summary>
    /// Returns the files that a back end takes the dependencies from (setuptools, hatch-requirements-txt, PDM's and Poetry's own).
    /// </summary>
    private IReadOnlyList<string> DynamicFiles() => !IsDynamic("dependencies") ? [] :
    [
        .. PythonSource.Texts(PythonSource.Value(PythonSource.Table(_project, "tool", "setuptools", "dynamic", "dependencies"), "file")),
        .. PythonSource.Texts(
            PythonSource.Value(PythonSource.Table(_project, "tool", "hatch", "metadata", "hooks", "requirements_txt"), "files")),
    ];

    private bool IsDynamic(string what) => PythonSource.Texts(PythonSource.Value(_table, "dynamic")).Contains(what, StringComparer.Ordinal);

    private string? HasSetup() => _folder.Has("setup.py") ? "setup.py"
        : _folder.ReadIfThere("setup.cfg")?.Contains("[options]", StringComparison.Ordinal) == true ? "setup.cfg" : null;

    private string? Setting(string name) => Match(SetupLine(), name) ?? Match(SetupArgument(), name);

    private string? Match(Regex pattern, string name) =>
        pattern.Matches(_folder.ReadIfThere(pattern == SetupLine() ? "setup.cfg" : "setup.py") ?? "")
        .FirstOrDefault(match => match.Groups["name"].Value == name)?.Groups["value"].Value.Trim();

    private (string Text, string File)? RequiresPython() =>
        PythonSource.Text(_table, "requires-python") is { } text ? (text, ProjectFile)
        : Match(SetupLine(), "python_requires") is { } configured ? (configured, "setup.cfg")
        : Match(SetupArgument(), "python_requires") is { } argument ? (argument, "setup.py") : null;

    private Dictionary<string, string> Scripts()
    {
        Dictionary<string, string> scripts = new(StringComparer.Ordinal);
        foreach (var (name, value) in (PythonSource.Table(_table, "scripts") ?? PythonSource.Table(_poetry, "scripts"))?.ToArray() ?? [])
        {
            scripts[name] = value as string ?? "";
        }

        foreach (var match in HasSetup() is null ? [] : ConsoleScript().Matches(SetupTexts).AsEnumerable())
        {
            scripts.TryAdd(match.Groups["name"].Value, match.Groups["target"].Value);
        }

        return scripts;
    }

    private string SetupTexts => (ConsoleScripts().Match(_folder.ReadIfThere("setup.cfg") ?? "").Value) + "\n"
        + SetupScripts().Match(_folder.ReadIfThere("setup.py") ?? "").Value;

    private bool IsPackage() => PythonSource.Value(PythonSource.Table(_project, "tool", "uv"), "package") as bool? is not false
        && PythonSource.Value(_poetry, "package-mode") as bool? is not false
        && (PythonSource.Table(_project, "build-system") is not null || HasSetup() is not null);

    private IEnumerable<Requirement> Packages(PythonManifest manifest, RequirementFiles? requirements)
    {
        var named = PythonSource.Texts(PythonSource.Value(_table, "dependencies"))
            .Concat(
                _settings.Extras.SelectMany(
                    extra => PythonSource.Texts(PythonSource.Value(PythonSource.Table(_table, "optional-dependencies"), extra))))
            .Select(Requirement.Parse).OfType<Requirement>();
        return manifest switch
        {
            PythonManifest.Requirements => requirements!.Packages.Concat(HasSetup() is null && !IsPackage() ? [] : named),
            PythonManifest.Pipenv => Keys(PythonSource.Table(PythonSource.Toml(_folder, "Pipfile"), "packages")),
            PythonManifest.Poetry => named.Concat(Keys(PythonSource.Table(_poetry, "dependencies"))),
            PythonManifest.Backend => named.Concat(Quoted().Matches((_folder.ReadIfThere("setup.py") ?? "") + Unquoted())
                .Select(match => Requirement.Parse(match.Groups["text"].Value)).OfType<Requirement>()),
            _ => named,
        };
    }

    private string Unquoted() => string.Concat((_folder.ReadIfThere("setup.cfg") ?? "").Split('\n')
        .Where(line => line.StartsWith(' ') || line.StartsWith('\t')).Select(line => $"\n'{line.Trim()}'"));

    private static IEnumerable<Requirement> Keys(TomlTable? table) => (table?.ToArray() ?? [])
        .Where(pair => pair.Key != "python")
        .Select(pair => new Requirement(Requirement.Normal(pair.Key),
            [.. PythonSource.Texts(PythonSource.Value(pair.Value as TomlTable, "extras"))], pair.Key));

    /// <summary>Returns the paths that pyproject.toml takes packages from.</summary>
    private IEnumerable<string> Paths() => PathValue().Matches(_folder.ReadIfThere(ProjectFile) ?? "")
        .Concat(PathValue().Matches(_folder.ReadIfThere("Pipfile") ?? "")).Select(match => match.Groups["path"].Value.TrimEnd('/'));

    private PythonTestPackages Tests(PythonManifest manifest)
    {
        var groups = PythonSource.Table(_project, "dependency-groups");
        var extras = PythonSource.Table(_table, "optional-dependencies");
        var poetry = PythonSource.Table(_poetry, "group");
        string[] files = [.. TestFiles.Where(_folder.Has).Take(1)];
        string[] named = manifest switch
        {
            // The table of old is the group 'dev'.
            PythonManifest.Poetry => [.. TestGroups.Where(name => poetry?.ContainsKey(name) == true || groups?.ContainsKey(name) == true
                || (name == "dev" && PythonSource.Table(_poetry, "dev-dependencies") is not null))],
            PythonManifest.Pipenv =>
                PythonSource.Table(PythonSource.Toml(_folder, "Pipfile"), "dev-packages") is { Count: > 0 } ? ["dev"] : [],
            _ => [.. TestGroups.Where(name => groups?.ContainsKey(name) == true)],
        };
        string[] optional = [.. TestGroups.Where(name => extras?.ContainsKey(name) == true).Take(1)];
        IEnumerable<Requirement> packages =
        [
            .. files.SelectMany(file => RequirementFiles.Read(_folder, file).Packages),
            .. named.SelectMany(name => PythonSource.Texts(PythonSource.Value(groups, name)))
                .Select(Requirement.Parse)
                .OfType<Requirement>(),
            .. named.SelectMany(name => Keys(PythonSource.Table(poetry, name, "dependencies"))),
            .. Keys(PythonSource.Table(_poetry, "dev-dependencies")),
            .. Keys(PythonSource.Table(PythonSource.Toml(_folder, "Pipfile"), "dev-packages")),
            .. optional.SelectMany(name => PythonSource.Texts(PythonSource.Value(extras, name)))
                .Select(Requirement.Parse)
                .OfType<Requirement>(),
        ];
        return new PythonTestPackages(files, named, optional, [.. packages]);
    }

    /// <summary>Finds uv's workspace above whose member the folder is, and returns the way up to it.</summary>
    private string? Workspace() => _table is not null && _folder.Above("uv.lock") is { } root
        && PythonSource.Table(PythonSource.Toml(root, ProjectFile), "tool", "uv", "workspace") is not null
        ? string.Join('/', root.Described.TrimEnd('/').Split('/').Select(_ => "..")) : null;

    [GeneratedRegex(@"git\+|\bgit\s*=\s*""|type\s*=\s*""git""|""git"":\s*""", RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex GitSource();

    [GeneratedRegex(@"type\s*=\s*""(directory|file)""|^path\s*=\s*""|""path"":\s*""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LocalSource();

    [GeneratedRegex(@"\bpath\s*=\s*""(?<path>[^""]+)""|@ file:(//)?(?<path>\.[^\s""]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathValue();

    [GeneratedRegex(@"^(?<name>[a-z_]+)\s*=\s*(?<value>[^\r\n]+)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SetupLine();

    [GeneratedRegex(@"\b(?<name>name|python_requires)\s*=\s*[""'](?<value>[^""']+)[""']",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SetupArgument();

    [GeneratedRegex(@"[""'](?<text>[A-Za-z][^""'\r\n]*)[""']", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^console_scripts\s*=.*(\r?\n[ \t]+.*)*",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConsoleScripts();

    [GeneratedRegex(@"console_scripts[""']?\s*[:=]\s*\[[^\]]*\]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SetupScripts();

    [GeneratedRegex(@"(?<name>[\w.-]+)\s*=\s*(?<target>[\w.]+:[\w.]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConsoleScript();
}
