using System.Diagnostics;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>An engine behind ssh: the server is OpenSSH's on this host, with the docker client that is installed here.</summary>
[NonParallelizable]
public sealed class SshEngineTests
{
    private SshServer _server = null!;
    private Workspace _work = null!;

    [SetUp]
    public async Task Start_a_server()
    {
        _server = await SshServer.StartAsync();
        _work = new Workspace();
    }

    [TearDown]
    public async Task Stop_it()
    {
        await _work.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task The_same_is_built_as_at_hand_and_the_connection_is_kept()
    {
        var atHand = await _work.Cake.MultiStageBuildAsync(Project());
        var first = await BuildAsync();
        var logins = _server.Logins;
        var started = Stopwatch.GetTimestamp();
        var second = await BuildAsync();
        await TestContext.Out.WriteLineAsync(
            $"at hand {atHand.Duration}, by ssh {first.Duration}, again {second.Duration} of {Stopwatch.GetElapsedTime(started)}");
        Assert.That((first.Id, second.Id), Is.EqualTo((atHand.Id, atHand.Id)));
        Assert.That(_server.Logins, Is.EqualTo(logins), "the second build logs in no more");
        var measured = await _work.Cake.MultiStageMeasureAsync(second);
        Assert.That(measured.Size.Bytes, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_failing_step_is_told_as_at_hand()
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("echo why; exit 3");
            settings.Artifacts.Add("/out");
        });
        var failure = await Fault.OfAsync<BuildFailedException>(
            () => _work.BuildAsync(project, BuilderKind.BuildKit, settings => settings.Host = Host));
        Assert.That((failure.Stage, failure.ExitCode is null or 3, failure.Output), Is.EqualTo(("builder", true, (string[])["why"])));
    }

    [Test]
    public async Task A_cancelled_build_stops_there_too()
    {
        using var cancellation = new CancellationTokenSource();
        var duration = HostProcesses.UniqueSleep();
        var project = _work.Project(settings =>
        {
            settings.Commands.Add($"sleep {duration}");
            settings.Artifacts.Add("/out");
        });
        var build = _work.BuildAsync(project, BuilderKind.BuildKit, settings => settings.Host = Host, cancellation.Token);
        await HostProcesses.SleepStartsAsync(duration, TimeSpan.FromSeconds(60));
        await cancellation.CancelAsync();
        Assert.That(async () => await build.WaitAsync(TimeSpan.FromSeconds(5)), Throws.InstanceOf<OperationCanceledException>());
        await HostProcesses.SleepStopsAsync(duration, TimeSpan.FromSeconds(5));
    }

    [TestCase("user", null, "isn't known here, and a build doesn't ask")]
    [TestCase("user", "other-host", "is not the one that was known")]
    [TestCase("other-user", "host", "takes none of the keys that are offered")]
    public async Task What_ssh_refuses_is_told_with_what_to_do(string user, string? known, string text)
    {
        await _server.UseAsync(user, known);
        var started = Stopwatch.GetTimestamp();
        var error = await Fault.OfAsync<EngineException>(() => BuildAsync());
        Assert.That(error.Message, Does.Contain(text).And.Contain($"ssh -p {_server.Port}").And.Contain(Host));
        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(15)));
    }

    [Test]
    public async Task An_engine_that_does_not_run_there_is_told()
    {
        var error = await Fault.OfAsync<EngineException>(
            () => _work.BuildAsync(Project(), BuilderKind.BuildKit, settings => settings.Host = _server.Host("unix:///tmp/none.sock")));
        Assert.That(error.Message, Does.Contain("can't be reached: ssh says: ").And.Contain("docker version"));
    }

    private string Host => _server.Host(_work.Engine.Host);

    private Task<BuiltImage> BuildAsync() =>
        _work.BuildAsync(Project(), BuilderKind.BuildKit, settings => settings.Host = Host);

    private ImageProject Project() => _work.Project(settings =>
    {
        settings.Sources.Add("text");
        settings.Commands.Add("cat text > /out");
        settings.Artifacts.Add("/out");
        _work.Write("text", _work.Repository);
    });
}
