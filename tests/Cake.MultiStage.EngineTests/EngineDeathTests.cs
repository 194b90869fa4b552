using System.Diagnostics;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>The engine dies in mid-build: one engine, one death, three builds.</summary>
[NonParallelizable]
[TestFixture(EngineKind.Default)]
[TestFixture(EngineKind.Newer)]
[Category("Fault")]
public sealed class EngineDeathTests(EngineKind kind)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(60);
    private readonly Dictionary<BuilderKind, Task> _builds = [];
    private PrivateEngine _engine = null!;
    private Workspace _work = null!;
    private RunningProgram _cake = null!;
    private long _killed;

    [OneTimeSetUp]
    public async Task Kill_an_engine_that_builds()
    {
        _engine = kind == EngineKind.Default ? await PrivateEngine.StartAsync() : await SharedEngines.NewerAsync(kind);
        _work = new Workspace(_engine.Host) { LeavesImages = true };
        List<string> sleeps = [];
        foreach (var builder in new[] { BuilderKind.BuildKit, BuilderKind.Legacy })
        {
            sleeps.Add(HostProcesses.UniqueSleep());
            _builds[builder] = _work.BuildAsync(_work.Project(settings =>
            {
                settings.Commands.Add($"sleep {sleeps[^1]}");
                settings.Artifacts.Add("/out");
            }), builder);
        }

        sleeps.Add(HostProcesses.UniqueSleep());
        _cake = await CakeScript.StartAsync(_work, CakeScript.Sleeping(_work, sleeps[^1]));
        foreach (var duration in sleeps)
        {
            await HostProcesses.SleepStartsAsync(duration, Starting);
        }

        _killed = Stopwatch.GetTimestamp();
        await _engine.KillAsync();
    }

    [OneTimeTearDown]
    public async Task Tear_the_engine_down()
    {
        await _cake.DisposeAsync();
        await _work.DisposeAsync();
        if (kind == EngineKind.Default)
        {
            await _engine.DisposeAsync();
        }
        else
        {
            await SharedEngines.ReviveAsync(kind);
        }
    }

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task The_build_says_that_the_engine_went_and_what_to_do(BuilderKind builder)
    {
        var error = await Fault.OfAsync<EngineException>(() => _builds[builder]);
        Assert.That(Stopwatch.GetElapsedTime(_killed), Is.LessThan(Soon));
        Assert.That(error.Endpoint.Address.OriginalString, Is.EqualTo(_engine.Host));
        Assert.That(error.Message, Does.Contain(_engine.Host).And.Contain("look at").And.Contain("log").And.Contain("run the build again"));
    }

    [Test]
    public async Task A_Cake_run_ends_with_exit_code_1()
    {
        Assert.That(await _cake.ExitAsync(Soon), Is.EqualTo(1), _cake.Output);
        Assert.That(_cake.Output, Does.Contain(_engine.Host).And.Contain("run the build again"));
    }

    [Test]
    public async Task A_build_without_an_engine_says_what_was_tried()
    {
        await Task.WhenAll(_builds.Values).ContinueWith(_ => { }, TaskScheduler.Default);
        var project = _work.Project(settings => settings.Artifacts.Add("/bin/busybox"));
        var error = await Fault.OfAsync<EngineException>(() => _work.BuildAsync(project, BuilderKind.BuildKit));
        Assert.That(error.Message,
            Does.Contain("no Docker engine answers at " + _engine.Host).And.Contain("from DOCKER_HOST").And.Contain("Start Docker"));
    }
}
