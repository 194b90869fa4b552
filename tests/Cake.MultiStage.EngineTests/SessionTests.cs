using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.EngineTests;

/// <summary>Engines without <c>/session</c> get their session by gRPC.</summary>
[TestFixture(EngineKind.Default)]
[TestFixture(EngineKind.Newer)]
[TestFixture(EngineKind.NewerContainerd)]
public sealed class SessionTests(EngineKind kind)
{
    private SessionlessProxy _proxy = null!;
    private Workspace _work = null!;

    [SetUp]
    public async Task Put_a_proxy_before_the_engine()
    {
        _proxy = new SessionlessProxy(await SharedEngines.HostAsync(kind));
        _work = new Workspace(_proxy.Host);
    }

    [TearDown]
    public async Task Clean()
    {
        await _work.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Test]
    public async Task A_build_gets_its_files_and_its_secret()
    {
        _work.Write("text", new string('x', 1_000_000));
        var project = _work.Project(settings =>
        {
            settings.Sources.Add("text");
            settings.Secrets["token"] = BuildSecret.FromValue("hush-hush");
            settings.Commands.Add("cat text /run/secrets/token | wc -c > /out", RunMount.Secret("token", required: true));
            settings.Artifacts.Add("/out");
        });
        await _work.BuildAsync(project, BuilderKind.BuildKit, settings => settings.NoCache = true);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo("1000009\n"));
        Assert.That(_proxy.Http2Connections, Is.EqualTo(1));
    }

    [Test]
    public async Task Builds_of_one_run_share_a_connection()
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("echo made > /out");
            settings.Artifacts.Add("/out");
        });
        await _work.BuildAsync(project, BuilderKind.BuildKit);
        await _work.BuildAsync(project, BuilderKind.BuildKit);
        Assert.That(_proxy.Http2Connections, Is.EqualTo(1));
    }
}
