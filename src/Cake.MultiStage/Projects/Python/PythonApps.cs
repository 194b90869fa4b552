using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Python;

/// <summary>A program found in the source: what a server can call.</summary>
/// <param name="File">The file.</param>
/// <param name="Variable">The variable that holds it, or the function that makes it.</param>
/// <param name="Framework">What it is written with.</param>
/// <param name="IsFactory">Whether it is a function that makes it.</param>
internal sealed record PythonApp(string File, string Variable, PythonFramework Framework, bool IsFactory);

/// <summary>Finds the programs of frameworks by reading the source.</summary>
internal sealed partial class PythonApps(ProjectFolder folder, PythonSource source)
{
    private const int Deepest = 4;

    /// <summary>Folders whose files are not the program.</summary>
    private static readonly HashSet<string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        "test", "tests", "testing", "doc", "docs", "docs_src", "example", "examples", "sample", "samples", "script", "scripts", "benchmark",
        "benchmarks", "migrations", "alembic", "tutorial", "tutorials", "notebooks", "vendor", "site-packages", "cookbook",
    };

    private static readonly string[] Names = ["main", "app", "asgi", "wsgi", "server", "api", "application", "run", "__init__", "worker",
        "celery"];

    /// <summary>Gets the files that may be the program or a part of it, the most likely first.</summary>
    public IReadOnlyList<string> Files => [.. folder.Find("*.py")
        .Where(path => path.Count(character => character == '/') <= Deepest && !path.Split('/').SkipLast(1).Any(Others.Contains)
            && Path.GetFileName(path) is var name && !name.StartsWith("test_", StringComparison.Ordinal)
            && name is not ("conftest.py" or "setup.py" or "noxfile.py" or "fabfile.py" or "tasks.py"))];

    /// <summary>Finds the program that a framework's server is to call; null where there is none.</summary>
    /// <param name="isServer">Whether one that answers requests is looked for, or one that works in the background.</param>
    /// <exception cref="MultiStageException">Several are equally likely.</exception>
    public PythonApp? Find(bool isServer)
    {
        PythonFramework[] known =
            [.. PythonFramework.All.Where(framework => framework.IsServer == isServer && source.Requires(framework.Package))];
        if (known.Length == 0)
        {
            return null;
        }

        var found = Files.SelectMany(file => In(file, known)).GroupBy(Rank).MinBy(group => group.Key)?.ToList() ?? [];
        var files = found.Select(app => app.File).Distinct(StringComparer.Ordinal).ToList();
        return files.Count > 1
            ? throw new MultiStageException($"'{folder.Path}' has several programs: {string.Join(", ", files)}. Say which one runs, as in "
                + $"python.Command = [\"-m\", \"{(found[0].Framework.Interface == PythonInterface.Wsgi ? "gunicorn" : "uvicorn")}\", "
                + $"\"{Module(files[0])}:{found[0].Variable}\"], or describe its own folder.")
            : found.FirstOrDefault();
    }

    /// <summary>Returns the name by which a file is imported, from the folder that <see cref="RootOf"/> says.</summary>
    public string Module(string file)
    {
        var module = file[RootOf(file).Length..].Replace(".py", "", StringComparison.Ordinal).Replace('/', '.');
        return module.EndsWith(".__init__", StringComparison.Ordinal) ? module[..^".__init__".Length] : module;
    }

    /// <summary>
    /// Finds the folder that a program's imports count from: the project's, its <c>src</c>, or its own where it imports files beside it by
    /// their bare names. Empty, or ending in <c>/</c>.
    /// </summary>
    public string RootOf(string file)
    {
        var slash = file.LastIndexOf('/');
        var own = file[..(slash + 1)];
        var root = own.StartsWith("src/", StringComparison.Ordinal) && !folder.Has("src/__init__.py") ? "src/" : "";
        return own.Length > root.Length && Imports(folder.Read(file)).Any(name => Lies(own, name) && !Lies(root, name)) ? own : root;
    }

    public static IEnumerable<string> Imports(string text) => Import().Matches(text).Select(match => match.Groups["name"].Value);

    private bool Lies(string at, string name) => folder.Has($"{at}{name}.py") || folder.Has($"{at}{name}/__init__.py");

    private static (int, int, int) Rank(PythonApp app)
    {
        var name = Array.IndexOf(Names, Path.GetFileNameWithoutExtension(app.File));
        return (app.IsFactory ? 1 : 0, name < 0 ? Names.Length : name, app.File.Count(character => character == '/'));
    }

    private IEnumerable<PythonApp> In(string file, PythonFramework[] known)
    {
        var text = folder.Read(file);
        foreach (var match in Made().Matches(text).AsEnumerable())
        {
            var call = match.Groups["call"].Value.Split('.')[^1];
            var framework = known.FirstOrDefault(one => one.Constructors.Contains(call, StringComparer.Ordinal))
                ?? (Factories().IsMatch(call) ? known[0] : null);
            if (framework is not null)
            {
                yield return new PythonApp(file, match.Groups["variable"].Value, framework, IsFactory: false);
            }
        }

        foreach (var match in Function().Matches(text).Where(match => match.Groups["parameters"].Value
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .All(parameter => parameter.Contains('=', StringComparison.Ordinal) || parameter.Trim().Length == 0)))
        {
            if (known.FirstOrDefault(
                one => one.Constructors.Any(call => text.Contains(call + "(", StringComparison.Ordinal))) is { } framework)
            {
                yield return new PythonApp(file, match.Groups["name"].Value, framework, IsFactory: true);
            }
        }
    }

    [GeneratedRegex(@"^(?<variable>[A-Za-z_]\w*)\s*(:\s*[\w.""']+\s*)?=\s*(?<call>[A-Za-z_][\w.]*)\(",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Made();

    [GeneratedRegex(@"\A(create|make|get|build|init)_(app|application|server|celery)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Factories();

    [GeneratedRegex(@"^def\s+(?<name>(create|make|get|build)_(app|application))\s*\((?<parameters>[^)]*)\)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Function();

    [GeneratedRegex(@"^(from|import)\s+(?<name>\w+)", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Import();
}
