using System.IO.Enumeration;
using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects.Python;

/// <summary>What ships of the project's folder, as one <c>COPY</c>: all but what is known to be for development.</summary>
/// <param name="folder">The project's folder.</param>
/// <param name="home">Where it is in the builder, and in the image.</param>
/// <param name="settings">The settings.</param>
/// <param name="program">What runs.</param>
internal sealed class PythonShipping(ProjectFolder folder, string home, PythonProjectSettings settings, PythonProgram program)
{
    private const string ProgramStage = "program";

    /// <summary>Names of files and folders that serve development alone.</summary>
    private static readonly string[] Development =
    [
        "test", "tests", "testing", "doc", "docs", "benchmark", "benchmarks", "examples", "node_modules",
        "test_*.py", "conftest.py", "pytest.ini", "tox.ini", "noxfile.py", "mypy.ini", "setup.py", "setup.cfg", "MANIFEST.in", "ruff.toml",
        "requirements", "*requirements*.txt", "*requirements*.in", "constraints*.txt", "pyproject.toml", "Pipfile", "Pipfile.lock",
        "*.lock", "Dockerfile*", "*.dockerfile", "docker-compose*", "compose.yml", "compose.yaml", "Makefile", "Procfile", "Vagrantfile",
        "fly.toml", "render.yaml", "app.json", "runtime.txt", "mkdocs.yml", "environment.yml", "justfile", "Taskfile.yml",
        "package.json", "package-lock.json", "pnpm-lock.yaml", "vite.config.*", "rollup.config.*", "webpack.config.*", "postcss.config.*",
        "tailwind.config.*", "tsconfig*.json", "LICENSE*", "LICENCE*", "COPYING", "AUTHORS*", "*.md", "*.rst", "*.ipynb",
    ];

    /// <summary>What the ecosystem's tools leave in the folder.</summary>
    public static IReadOnlyList<string> Ignored =>
    [
        "**/__pycache__", "**/*.py[cod]", "**/.venv", "**/venv", "**/.tox", "**/.nox", "**/.pytest_cache", "**/.mypy_cache",
        "**/.ruff_cache", "**/.ipynb_checkpoints", "**/*.egg-info", "**/.coverage", "**/htmlcov",
    ];

    /// <summary>Gets the stage in which what ships is set apart; null where nothing is taken away.</summary>
    public Stage? Stage => Removed is not { Count: > 0 } removed ? null
        : Dockerfiles.Stage.From(StageBase.Stage(ImageProject.BuilderStage)).Named(ProgramStage).Because("Sets apart what ships.")
            .Run("rm -rf " + string.Join(' ', removed.Select(ShellWord.Quoted)))
            .Because("Takes away what serves development alone; everything else ships.");

    public Artifact Artifact => new(home + "/", home + "/", Stage is null ? ImageProject.BuilderStage : ProgramStage)
    {
        Reason = "The program, without what serves development alone.",
    };

    private List<string> Removed => [.. folder.Travelling(settings, Ignored).Where(IsDevelopment).Order(StringComparer.Ordinal)];

    private bool IsDevelopment(string name) => !Runs(name)
        && (name[0] == '.' || Development.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name)) || IsArchives(name));

    private bool Runs(string name) => program.Command.Any(word => word == name || word.StartsWith(name + "/", StringComparison.Ordinal)
        || word.StartsWith(name.Replace(".py", "", StringComparison.Ordinal) + ":", StringComparison.Ordinal)
        || word.StartsWith(name + ".", StringComparison.Ordinal)) || program.Root.StartsWith(name + "/", StringComparison.Ordinal);

    private bool IsArchives(string name) => name is "vendor" or "wheels" && folder.HasFolder(name)
        && folder.Entries(name)
            .All(file => file.EndsWith(".whl", StringComparison.Ordinal) || file.EndsWith(".tar.gz", StringComparison.Ordinal));
}
