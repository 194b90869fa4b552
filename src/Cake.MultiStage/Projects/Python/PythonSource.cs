using System.Text.RegularExpressions;
using Tomlyn;
using Tomlyn.Model;

namespace Cake.MultiStage.Projects.Python;

/// <summary>Where the dependencies are named.</summary>
internal enum PythonManifest
{
    /// <summary>Nowhere: no file names any.</summary>
    None,

    /// <summary>In files of requirements.</summary>
    Requirements,

    /// <summary>In pyproject.toml's table <c>project</c>.</summary>
    Project,

    /// <summary>In uv.lock.</summary>
    Uv,

    /// <summary>In Poetry's tables of pyproject.toml, and in poetry.lock where there is one.</summary>
    Poetry,

    /// <summary>In pdm.lock.</summary>
    Pdm,

    /// <summary>In Pipfile, and in Pipfile.lock where there is one.</summary>
    Pipenv,

    /// <summary>In what only the project's build back end knows, as setup.py or setup.cfg.</summary>
    Backend,
}

/// <summary>What a project's files say (PyPA specifications, "pyproject.toml").</summary>
internal sealed partial record PythonSource
{
    public required PythonManifest Manifest { get; init; }

    /// <summary>Gets the file that names the dependencies; null where none does.</summary>
    public string? File { get; init; }

    /// <summary>Gets the lock; null where the versions are not locked.</summary>
    public string? Lock { get; init; }

    public string? Name { get; init; }

    /// <summary>Gets the versions of Python that the project says to run on, and the file that says it.</summary>
    public (string Text, string File)? RequiresPython { get; init; }

    public string? PoetryPython { get; init; }

    /// <summary>Gets the console scripts, each with the function that it calls.</summary>
    public IReadOnlyDictionary<string, string> Scripts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the file that names them.</summary>
    public string ScriptsFile { get; init; } = "pyproject.toml";

    /// <summary>Gets the packages that the project itself asks for.</summary>
    public IReadOnlyList<Requirement> Packages { get; init; } = [];

    /// <summary>Gets what each extra of the project asks for.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Requirement>> Extras { get; init; } =
        new Dictionary<string, IReadOnlyList<Requirement>>(StringComparer.Ordinal);

    /// <summary>Gets the files of requirements.</summary>
    public RequirementFiles? Requirements { get; init; }

    /// <summary>Gets a value indicating whether a build back end makes a package of it.</summary>
    public bool IsPackage { get; init; }

    public bool HasTests { get; init; }

    /// <summary>Gets what tests need besides, and how that is installed.</summary>
    public PythonTestPackages Tests { get; init; } = PythonTestPackages.None;

    /// <summary>Gets what packages come from outside of the project's folder.</summary>
    public IReadOnlyList<string> Outside { get; init; } = [];

    /// <summary>
    /// Gets the newest Python for which all that the lock names has wheels, and what has none for a newer one; null where that is not
    /// known.
    /// </summary>
    public PythonWheels? NewestWheels { get; init; }

    /// <summary>Gets a value indicating whether the lock says of all packages that they are the same for every processor.</summary>
    public bool IsPure { get; init; }

    /// <summary>Gets the paths in the project's folder that packages come from.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets the folder with uv's workspace that the project belongs to, relative to it: <c>../..</c>; null for none.</summary>
    public string? Workspace { get; init; }

    /// <summary>Gets a value indicating whether something is taken from a Git repository.</summary>
    public bool NeedsGit { get; init; }

    /// <summary>Gets a value indicating whether an archive's hash can't be known for something, as for what is taken from Git.</summary>
    public bool IsUnhashable { get; init; }

    /// <exception cref="MultiStageException">It is not a Python project, or a file can't be read.</exception>
    public static PythonSource Read(ProjectFolder folder, PythonProjectSettings settings) =>
        new PythonSourceReader(folder, settings).Read();

    /// <summary>Tells whether one of some packages is installed, as far as the project itself says so.</summary>
    public bool Requires(string package) => Packages.Any(one => one.Installed.Contains(package, StringComparer.Ordinal));

    /// <summary>Tells whether a pyproject.toml is that of a project, and not the configuration of tools alone.</summary>
    public static bool IsProject(string text) => ProjectTable().IsMatch(text);

    /// <summary>Reads a file of TOML; null where there is none.</summary>
    /// <exception cref="MultiStageException">It is not valid.</exception>
    public static TomlTable? Toml(ProjectFolder folder, string file)
    {
        try
        {
            return folder.ReadIfThere(file) is { } text ? TomlSerializer.Deserialize<TomlTable>(text) : null;
        }
        catch (TomlException exception)
        {
            throw new MultiStageException($"{file} in '{folder.Path}' is not valid TOML: {exception.Message}", exception);
        }
    }

    /// <summary>Follows names of tables to a table.</summary>
    public static TomlTable? Table(TomlTable? table, params IEnumerable<string> names) =>
        names.Aggregate(table, (current, name) => Value(current, name) as TomlTable);

    public static string? Text(TomlTable? table, string name) => Value(table, name) as string;

    public static IEnumerable<string> Texts(object? value) => value is IEnumerable<object?> several && value is not TomlTable
        ? several.OfType<string>() : value is string one ? [one] : [];

    public static object? Value(TomlTable? table, string name) =>
        table is not null && table.TryGetValue(name, out var value) ? value : null;

    [GeneratedRegex(@"^\s*\[(project|build-system|tool\.poetry)\b",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProjectTable();
}

/// <summary>What the tests need beside the program.</summary>
/// <param name="Files">Files of requirements.</param>
/// <param name="Groups">Groups of dependencies, of pyproject.toml or of the tool that locks.</param>
/// <param name="Extras">Extras of the project.</param>
/// <param name="Packages">What is asked for in all of them.</param>
internal sealed record PythonTestPackages(
    IReadOnlyList<string> Files, IReadOnlyList<string> Groups, IReadOnlyList<string> Extras, IReadOnlyList<Requirement> Packages)
{
    public static PythonTestPackages None => new([], [], [], []);
}
