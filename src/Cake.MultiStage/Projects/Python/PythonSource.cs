using System.Text.RegularExpressions;
using Tomlyn;
using Tomlyn.Model;

namespace Cake.MultiStage.Projects.Python;

/// <summary>How the dependencies are named.</summary>
internal enum PythonManifest
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>In requirements.txt.</summary>
    Requirements,

    /// <summary>In pyproject.toml.</summary>
    Project,

    /// <summary>In uv.lock.</summary>
    Uv,

    /// <summary>In poetry.lock.</summary>
    Poetry,
}

/// <summary>What a project's files say (PyPA specifications, "pyproject.toml").</summary>
internal sealed partial record PythonSource(PythonManifest Manifest, string? Name, string? RequiresPython, string? PoetryPython, IReadOnlyList<string> Scripts, string Requirements, bool IsPackage, bool HasTests)
{
    /// <exception cref="MultiStageException">It is no Python project, or a file can't be read.</exception>
    public static PythonSource Read(ProjectFolder folder)
    {
        if (folder.Has("uv.lock") && folder.Has("poetry.lock"))
        {
            throw new MultiStageException($"'{folder.Path}' has two locks: uv.lock and poetry.lock. Delete the one that is not used.");
        }

        var project = folder.Has("pyproject.toml") ? Parse(folder) : null;
        var table = Table(project, "project");
        var manifest = folder.Has("uv.lock") ? PythonManifest.Uv
            : folder.Has("poetry.lock") ? PythonManifest.Poetry
            : folder.Has("requirements.txt") ? PythonManifest.Requirements
            : table is not null ? PythonManifest.Project
            : PythonManifest.None;
        var python = folder.Find("*.py");
        if (manifest == PythonManifest.None && python.Count == 0)
        {
            throw new MultiStageException($"'{folder.Path}' is no Python project: it has no requirements.txt, no pyproject.toml and no .py file.");
        }

        var requirements = (folder.ReadIfThere("requirements.txt") ?? "") + "\n" + (folder.ReadIfThere("pyproject.toml") ?? "");
        return new PythonSource(
            manifest,
            Text(table, "name") ?? Text(Table(Table(project, "tool"), "poetry"), "name"),
            Text(table, "requires-python"),
            Text(Table(Table(Table(project, "tool"), "poetry"), "dependencies"), "python"),
            [.. (Table(table, "scripts") ?? Table(Table(Table(project, "tool"), "poetry"), "scripts"))?.Keys ?? []],
            requirements,
            Table(project, "build-system") is not null,
            python.Any(path => Path.GetFileName(path) is var name && (name.StartsWith("test_", StringComparison.Ordinal) || name.EndsWith("_test.py", StringComparison.Ordinal))));
    }

    /// <summary>Gets the folders outside of the project's that packages come from.</summary>
    public IReadOnlyList<string> Outside => [.. OutsidePath().Matches(Requirements).Select(match => match.Groups["path"].Value.TrimEnd('/')).Distinct(StringComparer.Ordinal)];

    /// <summary>Tells whether a package is asked for.</summary>
    public bool Requires(string package) => Regex.IsMatch(Requirements, $@"(^|[""'\s]){Regex.Escape(package)}([\s\[<>=~!;""']|$)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));

    private static TomlTable Parse(ProjectFolder folder)
    {
        try
        {
            return TomlSerializer.Deserialize<TomlTable>(folder.Read("pyproject.toml"))!;
        }
        catch (TomlException exception)
        {
            throw new MultiStageException($"pyproject.toml in '{folder.Path}' is no TOML: {exception.Message}", exception);
        }
    }

    private static TomlTable? Table(TomlTable? table, string name) => table is not null && table.TryGetValue(name, out var value) ? value as TomlTable : null;

    private static string? Text(TomlTable? table, string name) => table is not null && table.TryGetValue(name, out var value) ? value as string : null;

    [GeneratedRegex(@"^\s*((-e|--editable)[ =]+)?(?<path>(\.\./)+[^\s\[;#]+)|\bpath\s*=\s*""(?<path>(\.\./)+[^""]+)""|@ file:(?<path>(\.\./)+[^\s""]+)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OutsidePath();

    /// <summary>Tells whether a pyproject.toml is that of a project, and not the configuration of tools alone.</summary>
    public static bool IsProject(string text) => ProjectTable().IsMatch(text);

    [GeneratedRegex(@"^\s*\[(project|build-system|tool\.poetry)\b", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProjectTable();
}
