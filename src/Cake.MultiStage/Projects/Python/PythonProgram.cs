using System.Buffers;
using System.Text.RegularExpressions;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects.Hints;

namespace Cake.MultiStage.Projects.Python;

/// <summary>What the image runs.</summary>
/// <param name="Command">The command, in exec form.</param>
/// <param name="Origin">What says so.</param>
internal sealed partial record PythonProgram(IReadOnlyList<string> Command, string Origin)
{
    public const string Environment = "/venv";
    public const string Interpreter = Environment + "/bin/python";
    public const string Port = "8000";

    /// <summary>Programs that serve another one, as lines name them.</summary>
    private static readonly string[] Servers = [.. PythonServer.All.Select(server => server.Package).Distinct(StringComparer.Ordinal),
        "waitress-serve", "fastapi", "flask", "quart", "runserver", "manage.py", "streamlit", "sanic", "litestar"];

    private static readonly SearchValues<char> OfAShell = SearchValues.Create("$&|;<>`");

    /// <summary>Gets the folder that it runs in, below the project's own: empty, or ending in <c>/</c>.</summary>
    public string Root { get; init; } = "";

    public IReadOnlyList<string> Ports { get; init; } = [];

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public DjangoProject? Django { get; init; }

    /// <summary>Gets a value indicating whether it is a script of the project's own package, which is installed for it.</summary>
    public bool IsScript { get; init; }

    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];

    /// <exception cref="MultiStageException">Nothing says what runs, several do, or what serves it is not installed.</exception>
    public static PythonProgram Of(ProjectFolder folder, PythonSource source, PythonProjectSettings settings)
    {
        var apps = new PythonApps(folder, source);
        var django = DjangoProject.Read(folder, source, apps.Files);
        var program = Found(folder, source, settings, apps, django);
        return Line(folder) is { } line && !program.Origin.StartsWith("Procfile", StringComparison.Ordinal) && settings.Command.Count == 0
            ? program with { Assumptions = [.. program.Assumptions,
                new Assumption($"The Procfile's line '{line.Value.Trim()}' was not taken, as it needs a shell or "
                + $"a program that is not among the packages: what runs is {string.Join(' ', program.Command)}. Say otherwise by "
                + "python.Command.", Doubtful: true)] }
            : program;
    }

    private static PythonProgram Found(ProjectFolder folder, PythonSource source, PythonProjectSettings settings, PythonApps apps,
        DjangoProject? django) =>
        Given(folder, source, settings) is { } given ? given with { Root = django?.Root ?? "", Django = django }
            : Procfile(folder, source) is { } declared ? declared with { Django = django }
            : django is not null ? OfDjango(folder, source, django)
            : !IsServedByOwn(folder, settings) && Script(source) is { } script ? script
            : apps.Find(isServer: true) is { } app ? Served(folder, source, apps, app)
            : Tool(folder, source, apps) is { } tool ? tool
            : Script(source) is { } other ? other
            : apps.Find(isServer: false) is { } worker ? Own(worker, apps)
            : File(folder, source, apps);

    /// <summary>Tells whether the project's own Dockerfile starts a server, which a script beside it may not be.</summary>
    private static bool IsServedByOwn(ProjectFolder folder, PythonProjectSettings settings) =>
        settings.ReadDockerfile && OwnDockerfile.Of(folder) is { } own
        && DockerfileHints.Words(own.Entrypoint).Concat(DockerfileHints.Words(own.Cmd)).Any(word =>
            Servers.Contains(PosixPath.NameOf(word)));

    /// <summary>Returns the words one of which is in every line that starts the same program.</summary>
    public IReadOnlyList<string> StartWords(PythonSource source) =>
    [
        .. Command.Where(word => word is not (Interpreter or "" or ['-' or (>= '0' and <= '9'), ..]))
            .Select(word => word.StartsWith('/') ? PosixPath.NameOf(word) : word),
        .. IsScript ? source.Scripts.Values.Select(target => target.Split(':')[0])
            .Concat(source.Name is { } name ? [name, name.Replace('-', '_')] : []) : Array.Empty<string>(),
        .. Ports.Count > 0 ? Servers : Array.Empty<string>(),
    ];

    private static Match? Line(ProjectFolder folder)
    {
        var lines = ProcfileLine().Matches(folder.ReadIfThere("Procfile") ?? "").ToList();
        return lines.Find(match => match.Groups["name"].Value == "web") ?? (lines.Count == 1 ? lines[0] : null);
    }

    private static PythonProgram? Given(ProjectFolder folder, PythonSource source, PythonProjectSettings settings)
    {
        if (settings.Command is not [var first, ..])
        {
            return null;
        }

        if (first.EndsWith(".py", StringComparison.Ordinal) && !first.StartsWith('/') && !folder.Has(first))
        {
            throw new MultiStageException($"Python is to run '{first}', which is not in '{folder.Path}'. Correct python.Command.");
        }

        return new PythonProgram(first.StartsWith('/') ? [.. settings.Command] : [Interpreter, .. settings.Command], "python.Command")
        {
            IsScript = source.IsPackage && source.Scripts.Keys.Any(name => first == $"{Environment}/bin/{name}"),
        };
    }

    /// <summary>Takes what a Procfile says of the process <c>web</c>, or of the only one (Heroku, "The Procfile").</summary>
    private static PythonProgram? Procfile(ProjectFolder folder, PythonSource source)
    {
        if (Line(folder) is not { } line)
        {
            return null;
        }

        var text = PortVariable().Replace(line.Groups["command"].Value, Port);
        string[] words = [.. Word().Matches(text).Select(match => match.Value.Trim('"', '\''))];
        var program = words[0] switch
        {
            "python" or "python3" => Interpreter,
            var name when source.Requires(Requirement.Normal(name)) => $"{Environment}/bin/{name}",
            _ => null,
        };
        if (program is null || text.AsSpan().ContainsAny(OfAShell))
        {
            return null;
        }

        return new PythonProgram([program, .. words[1..]], $"Procfile ({line.Groups["name"].Value})")
        {
            Ports = line.Groups["name"].Value == "web" ? [Port] : [],
            Variables = line.Groups["name"].Value == "web" ? new Dictionary<string, string>(StringComparer.Ordinal) { ["PORT"] = Port }
                : new Dictionary<string, string>(StringComparer.Ordinal),
        };
    }

    private static PythonProgram OfDjango(ProjectFolder folder, PythonSource source, DjangoProject django)
    {
        var server = PythonServer.All.FirstOrDefault(one => source.Requires(one.Package)
            && (one.Interface == PythonInterface.Asgi ? django.Asgi : django.Wsgi) is not null
            && (one.Interface == PythonInterface.Wsgi || !HasWsgiServer(source, django)));
        var module = server?.Interface == PythonInterface.Asgi ? django.Asgi : django.Wsgi;
        if (server is null)
        {
            throw NoServer(folder, source, "Django", (django.Wsgi ?? django.Asgi ?? "mysite.wsgi") + ":application",
                django.Wsgi is null ? PythonInterface.Asgi : PythonInterface.Wsgi,
                ["manage.py", "runserver", "0.0.0.0:8000"]);
        }

        var command = server.For(module + ":application", isFactory: false);
        return new PythonProgram(command[0].StartsWith('/') ? command : [Interpreter, .. command],
            $"Django's {module}, served by {server.Package}")
        {
            Root = django.Root,
            Ports = [Port],
            Django = django,
            Assumptions =
            [
                .. django.HasStaticRoot && !DjangoProject.ServesStatic(source)
                    ? [new Assumption(
                        "Django serves no static files by itself, and WhiteNoise is not among the packages: the image holds them "
                        + "in STATIC_ROOT, for a server beside it.", Doubtful: true)] : Array.Empty<Assumption>(),
                .. django.HasFileDatabase
                    ? [new Assumption("The settings name the database db.sqlite3 in the program's folder, which it can't write to in the "
                        + "image: have the settings take another folder, and name it by python.Volumes.", Doubtful: true)]
                            : Array.Empty<Assumption>(),
            ],
        };
    }

    private static bool HasWsgiServer(PythonSource source, DjangoProject django) => django.Wsgi is not null
        && PythonServer.All.Any(
            server => server.Interface == PythonInterface.Wsgi && server.Package != "granian" && source.Requires(server.Package));

    /// <summary>Takes the console script of the project: the only one, or that of its name.</summary>
    private static PythonProgram? Script(PythonSource source) =>
        !source.IsPackage || source.Scripts.Count == 0 ? null
        : (source.Scripts.Count == 1 ? source.Scripts.Keys.First()
            : source.Scripts.Keys.FirstOrDefault(name => Requirement.Normal(name) == Requirement.Normal(source.Name ?? ""))) is { } name
            ? new PythonProgram([$"{Environment}/bin/{name}"], $"{source.ScriptsFile} (script '{name}')")
            {
                IsScript = true,
                Assumptions = source.Scripts.Count == 1 ? [] :
                [
                    new Assumption($"The script '{name}', which is called as the project, is taken to be the program; {source.ScriptsFile} "
                        + $"has others: {string.Join(", ", source.Scripts.Keys.Where(other => other != name))}. For one of them write "
                        + $"python.Command.Add(\"{Environment}/bin/{source.Scripts.Keys.First(other => other != name)}\")."),
                ],
            }
            : throw new MultiStageException(
                $"{source.ScriptsFile} has several scripts: {string.Join(", ", source.Scripts.Keys)}. Choose one, as in "
                + $"python.Command.Add(\"{Environment}/bin/{source.Scripts.Keys.First()}\").");

    private static PythonProgram Served(ProjectFolder folder, PythonSource source, PythonApps apps, PythonApp app)
    {
        var program = $"{apps.Module(app.File)}:{app.Variable}";
        if (app.Framework.Command.Count > 0)
        {
            return Own(app, apps) with { Ports = [Port] };
        }

        var server = PythonServer.All.FirstOrDefault(one => one.Interface == app.Framework.Interface && source.Requires(one.Package))
            ?? throw NoServer(folder, source, app.File, program, app.Framework.Interface,
                [.. app.Framework.Development.Select(word => word.Replace("{0}", apps.Module(app.File), StringComparison.Ordinal))]);
        var command = server.For(program, app.IsFactory);
        return new PythonProgram(command[0].StartsWith('/') ? command : [Interpreter, .. command],
            $"{app.File} ({app.Variable}), served by {server.Package}")
        {
            Root = apps.RootOf(app.File), Ports = [Port],
        };
    }

    private static PythonProgram Own(PythonApp app, PythonApps apps) => new(
        [Interpreter,
            .. app.Framework.Command.Select(
                word => word.Replace("{0}", $"{apps.Module(app.File)}:{app.Variable}", StringComparison.Ordinal))],
        $"{app.File} ({app.Variable}), run by {app.Framework.Package}") { Root = apps.RootOf(app.File) };

    /// <summary>Finds what a tool shows as pages: Streamlit's and Gradio's programs are files.</summary>
    private static PythonProgram? Tool(ProjectFolder folder, PythonSource source, PythonApps apps)
    {
        var streamlit = source.Requires("streamlit") ? apps.Files.FirstOrDefault(file => PythonApps.Imports(folder.Read(file))
            .Contains("streamlit", StringComparer.Ordinal) && !file.Contains("pages/", StringComparison.Ordinal)) : null;
        return streamlit is null ? null
            : new PythonProgram([Interpreter, "-m", "streamlit", "run", streamlit, "--server.port=8501", "--server.address=0.0.0.0",
                "--server.headless=true"],
                $"{streamlit}, shown by Streamlit") { Ports = ["8501"] };
    }

    private static PythonProgram File(ProjectFolder folder, PythonSource source, PythonApps apps)
    {
        string[] usual = ["main.py", "app.py", "server.py", "bot.py", "run.py", "__main__.py"];
        var file = folder.First(usual)
            ?? (source.Name is { } own
                ? apps.Files.FirstOrDefault(path => path == own + ".py" || path == own.Replace('-', '_') + ".py")
                : null)
            ?? folder.First("src/main.py", "src/app.py", "app/main.py");
        string[] packages = [.. apps.Files.Where(path => Path.GetFileName(path) == "__main__.py"
            && path.Count(character => character == '/') == (path.StartsWith("src/", StringComparison.Ordinal) ? 2 : 1))
                .Select(path => path[..^"/__main__.py".Length])];
        string[] alone =
            [.. apps.Files.Where(path => !path.Contains('/', StringComparison.Ordinal) && MainGuard().IsMatch(folder.Read(path)))];
        var gradio = source.Requires("gradio")
            ? new Dictionary<string, string>(StringComparer.Ordinal) { ["GRADIO_SERVER_NAME"] = "0.0.0.0" }
            : null;
        var program = file is not null ? new PythonProgram([Interpreter, file], file)
            : packages is [var package] ? new PythonProgram([Interpreter, "-m", PosixPath.NameOf(package)], package + "/__main__.py")
            {
                Root = package.StartsWith("src/", StringComparison.Ordinal) ? "src/" : "",
            }
            : alone is [var only] ? new PythonProgram([Interpreter, only], only)
            : null;
        return program is not null ? program with { Ports = gradio is null ? [] : ["7860"], Variables = gradio ?? program.Variables }
            : throw Nothing(folder, source, packages, alone);
    }

    private static MultiStageException Nothing(ProjectFolder folder, PythonSource source, string[] packages, string[] alone) => new(
        Members(folder) is [var member, ..] members
            ? $"'{folder.Path}' is a workspace of uv, and no program itself. Describe one of its packages, as in "
                + $"MultiStagePython(\"./{member}\"): "
                + $"{string.Join(", ", members)}."
        : packages.Length + alone.Length > 1
            ? $"'{folder.Path}' has several programs: "
                + $"{string.Join(", ", packages.Select(package => package + "/__main__.py").Concat(alone))}. Choose one, as in "
                + $"python.Command.Add(\"{(alone.Length > 0 ? alone[0] : packages[0] + "/__main__.py")}\")."
        : source.IsPackage
            ? $"'{folder.Path}' is a library: {source.File ?? "it"} names no scripts, and nothing in it is a program. Say what runs, as in "
                + "python.Command.Add(\"serve.py\"), or describe the program that uses it."
            : $"'{folder.Path}' does not show what to run: it has neither a script in pyproject.toml nor a main.py, app.py or __main__.py. "
                + "Say it, as in "
                + "python.Command.Add(\"serve.py\").");

    private static string[] Members(ProjectFolder folder) =>
        PythonSource.Table(PythonSource.Toml(folder, "pyproject.toml"), "tool", "uv", "workspace") is null ? []
        : [.. folder.Find("pyproject.toml")
            .Where(path => path.Contains('/', StringComparison.Ordinal))
            .Select(path => path[..path.LastIndexOf('/')])];

    private static MultiStageException NoServer(
        ProjectFolder folder, PythonSource source, string what, string program, PythonInterface kind, IReadOnlyList<string> development)
    {
        var servers = PythonServer.All.Where(server => server.Interface == kind).Select(server => server.Package).ToList();
        var line = source.Manifest == PythonManifest.Requirements || source.File is null
            ? $"the line '{servers[0]}' in {source.File ?? "requirements.txt"}"
            : $"\"{servers[0]}\" to the dependencies in {source.File}";
        var otherwise = development.Count == 0 ? "" : " For the server that is for development alone write python.Command = "
            + $"[{string.Join(", ", development.Select(word => $"\"{word}\""))}].";
        // An extra that no setting asks for has one.
        var optional = source.Extras.Where(extra => extra.Value.Any(one => servers.Contains(one.Name, StringComparer.Ordinal)))
            .Select(extra => extra.Key).FirstOrDefault();
        line = optional is null ? line : $"the extra that has one: python.Extras = [\"{optional}\"]";
        return new MultiStageException(
            $"'{folder.Path}' has a program to serve, {program} ({what}), and none of the servers that are known for it is "
            + $"among what {source.File ?? "its files"} names: {string.Join(", ", servers)}. Add one, as {line}.{otherwise}");
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9_-]+):[ \t]*(?<command>\S[^\r\n]*?)\s*$",
        RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProcfileLine();

    [GeneratedRegex(@"\$PORT\b|\$\{PORT(:-[0-9]+)?\}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PortVariable();

    [GeneratedRegex(@"""[^""]*""|'[^']*'|\S+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    [GeneratedRegex(@"^if\s+__name__\s*==\s*[""']__main__[""']", RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex MainGuard();
}
