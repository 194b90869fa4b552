using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.EngineTests;

/// <summary>All that an engine keeps on its disk is searched for a secret after a build that used it.</summary>
[NonParallelizable]
[TestFixture(EngineKind.Default)]
[TestFixture(EngineKind.Newer)]
[TestFixture(EngineKind.NewerContainerd)]
public sealed class SecretTraceTests(EngineKind kind)
{
    private readonly string _secret = "hush-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private PrivateEngine _engine = null!;
    private Workspace _work = null!;

    [SetUp]
    public async Task Start_an_engine()
    {
        // The engine that all tests share may be somebody's own, whose disk is none of ours.
        _engine = kind == EngineKind.Default ? await PrivateEngine.StartAsync() : await SharedEngines.NewerAsync(kind);
        _work = new Workspace(_engine.Host);
    }

    [TearDown]
    public async Task Clean()
    {
        await _work.DisposeAsync();
        if (kind == EngineKind.Default)
        {
            await _engine.DisposeAsync();
        }
    }

    [Test]
    public async Task A_secret_leaves_no_trace_on_the_engines_disk()
    {
        // Not printed: engines since Docker 23 keep what steps print in their build history.
        await _work.BuildAsync(
            _work.Project(settings =>
            {
                settings.Secrets["token"] = BuildSecret.FromValue(_secret);
                settings.Commands.Add("wc -c < /run/secrets/token > /out && echo kept-by-the-step >> /out",
                    RunMount.Secret("token", required: true), RunMount.Cache("/cache"));
                settings.Artifacts.Add("/out");
            }),
            BuilderKind.BuildKit);
        Assert.That(await FilesWithAsync("kept-by-the-step"), Is.Not.Empty, "the search finds what a step keeps");
        Assert.That(await FilesWithAsync(_secret), Is.Empty);
    }

    private Task<string> FilesWithAsync(string text) =>
        Shell.RunAsync("bash", ["-c", $"grep -rlsF --devices=skip -- '{text}' '{_engine.DataFolder}' || true"]);
}
