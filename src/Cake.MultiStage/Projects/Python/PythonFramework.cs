namespace Cake.MultiStage.Projects.Python;

/// <summary>How a program is called by what serves it.</summary>
internal enum PythonInterface
{
    /// <summary>By WSGI.</summary>
    Wsgi,

    /// <summary>By ASGI.</summary>
    Asgi,

    /// <summary>By the framework's own command.</summary>
    Own,
}

/// <summary>A framework: how a program that is written with it is known, and how it is served.</summary>
/// <param name="Package">The package that brings it.</param>
/// <param name="Interface">How its program is called.</param>
/// <param name="Constructors">The calls whose result is the program, as in <c>app = FastAPI()</c>.</param>
internal sealed record PythonFramework(string Package, PythonInterface Interface, params IReadOnlyList<string> Constructors)
{
    /// <summary>Gets the command that serves a program, <c>{0}</c>, where the framework has one of its own for production.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Gets the framework's command for development; none where it has none.</summary>
    public IReadOnlyList<string> Development { get; init; } = [];

    /// <summary>Gets a value indicating whether it answers requests, and does not work in the background.</summary>
    public bool IsServer { get; init; } = true;

    /// <summary>Gets the frameworks that are known.</summary>
    public static IReadOnlyList<PythonFramework> All =>
    [
        new("fastapi", PythonInterface.Asgi, "FastAPI"),
        new("starlette", PythonInterface.Asgi, "Starlette"),
        new("litestar", PythonInterface.Asgi, "Litestar"),
        new("quart", PythonInterface.Asgi, "Quart"),
        new("blacksheep", PythonInterface.Asgi, "Application"),
        new("connexion", PythonInterface.Asgi, "AsyncApp"),
        new("sanic", PythonInterface.Own, "Sanic") { Command = ["-m", "sanic", "{0}", "--host", "0.0.0.0", "--port", "8000"] },
        new("flask", PythonInterface.Wsgi, "Flask", "APIFlask", "OpenAPI")
        {
            Development = ["-m", "flask", "--app", "{0}", "run", "--host", "0.0.0.0", "--port", "8000"],
        },
        new("bottle", PythonInterface.Wsgi, "Bottle"),
        new("falcon", PythonInterface.Wsgi, "App", "API"),
        new("celery", PythonInterface.Own, "Celery")
        {
            Command = ["-m", "celery", "--app", "{0}", "worker", "--loglevel", "info"], IsServer = false,
        },
    ];
}

/// <summary>A server, and how it is started.</summary>
/// <param name="Package">The package that brings it.</param>
/// <param name="Interface">How it calls the program.</param>
/// <param name="Command">Its command line, with <c>{0}</c> for the program, as in <c>main:app</c>.</param>
internal sealed record PythonServer(string Package, PythonInterface Interface, params IReadOnlyList<string> Command)
{
    /// <summary>Gets what says that a function makes the program: an option, or what stands behind the function's name.</summary>
    public string Factory { get; init; } = "()";

    /// <summary>Gets the servers that are known, those that are preferred first.</summary>
    public static IReadOnlyList<PythonServer> All =>
    [
        new("uvicorn", PythonInterface.Asgi, "-m", "uvicorn", "{0}", "--host", "0.0.0.0", "--port", "8000") { Factory = "--factory" },
        new("hypercorn", PythonInterface.Asgi, "-m", "hypercorn", "--bind", "0.0.0.0:8000", "{0}"),
        new("daphne", PythonInterface.Asgi, "-m", "daphne", "-b", "0.0.0.0", "-p", "8000", "{0}"),
        new("granian", PythonInterface.Asgi, "-m", "granian", "--interface", "asgi", "--host", "0.0.0.0", "--port", "8000", "{0}")
        {
            Factory = "--factory",
        },
        new("gunicorn", PythonInterface.Wsgi, "-m", "gunicorn", "--bind", "0.0.0.0:8000", "{0}"),
        new("waitress", PythonInterface.Wsgi, "-m", "waitress", "--listen=0.0.0.0:8000", "{0}") { Factory = "--call" },
        new("uwsgi", PythonInterface.Wsgi, "/venv/bin/uwsgi", "--http-socket", "0.0.0.0:8000", "--master", "--die-on-term", "--virtualenv",
            "/venv", "--module", "{0}"),
        new("granian", PythonInterface.Wsgi, "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "{0}")
        {
            Factory = "--factory",
        },
    ];

    /// <summary>Writes the command for a program.</summary>
    /// <param name="program">The program, as in <c>main:app</c>.</param>
    /// <param name="isFactory">Whether that is a function that makes it.</param>
    public IReadOnlyList<string> For(string program, bool isFactory)
    {
        var suffix = isFactory && Factory == "()" ? "()" : "";
        string[] command = [.. Command.Select(word => word == "{0}" ? program + suffix : word)];
        return isFactory && suffix.Length == 0 ? [.. command[..2], Factory, .. command[2..]] : command;
    }
}
