using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests.Projects;

/// <summary>
/// Python projects of the usual shapes are locked by the real client, restored from an index on this host, built, and answer.
/// </summary>
public sealed class PythonProjectTests
{
    private const string Flask = """
        from flask import Flask
        app = Flask(__name__)

        @app.get("/")
        def home():
            return "Hello from Flask"
        """;

    private Workspace _work = null!;

    [SetUp]
    public void Make_a_workspace() => _work = new Workspace();

    [TearDown]
    public async Task Clean() => await _work.DisposeAsync();

    private async Task<string> BuildAsync(Action<PythonProjectSettings>? configure = null)
    {
        var index = await PackageRegistries.AtAsync("simple/");
        var project = _work.Cake.MultiStagePython(".", python =>
        {
            python.ToolchainVersion = "3.13";
            python.Tags.Add(_work.Tag);
            python.BuilderEnvironment["PIP_INDEX_URL"] = index;
            configure?.Invoke(python);
        });
        await _work.BuildAsync(project, BuilderKind.BuildKit, build => build.Network = "host");
        return _work.Tag;
    }

    private async Task AnswersAsync(string image, string text, string path = "/", int port = 8000)
    {
        await using var service = await _work.Engine.ServeAsync(image, port);
        Assert.That(await service.ReadAsync(path), Does.Contain(text));
    }

    [Test]
    public async Task Flask_under_gunicorn_by_requirements()
    {
        _work.Write("requirements.txt", "flask\ngunicorn\n");
        _work.Write("app.py", Flask);
        await AnswersAsync(await BuildAsync(), "Hello from Flask");
    }
}
