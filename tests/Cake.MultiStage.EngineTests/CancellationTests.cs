using System.Diagnostics;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>A build that is cancelled stops here and in the engine.</summary>
[NonParallelizable]
[Category("Fault")]
public sealed class CancellationTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(60);

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task A_cancelled_build_stops_in_the_engine_too(BuilderKind builder)
    {
        await using var work = new Workspace();
        using var cancellation = new CancellationTokenSource();
        var duration = HostProcesses.UniqueSleep();
        var build = work.BuildAsync(work.Project(settings =>
        {
            settings.Commands.Add($"sleep {duration}");
            settings.Artifacts.Add("/out");
        }), builder, cancellationToken: cancellation.Token);
        await HostProcesses.SleepStartsAsync(duration, Starting);

        var cancelled = Stopwatch.GetTimestamp();
        await cancellation.CancelAsync();

        Assert.That(async () => await build, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Stopwatch.GetElapsedTime(cancelled), Is.LessThan(Soon));
        await HostProcesses.SleepStopsAsync(duration, Soon);
    }

    [Test]
    public async Task A_build_that_is_cancelled_beforehand_does_not_begin()
    {
        await using var work = new Workspace();
        var project = work.Project(settings => settings.Artifacts.Add("/bin/busybox"));
        Assert.That(
            async () => await work.BuildAsync(project, BuilderKind.BuildKit, cancellationToken: new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(work.Log.Lines, Has.None.Contains("COPY"));
    }

    [Test]
    public async Task Ctrl_C_ends_a_Cake_run_and_stops_the_build()
    {
        await using var work = new Workspace();
        var duration = HostProcesses.UniqueSleep();
        await using var cake = await CakeScript.StartAsync(work, CakeScript.Sleeping(work, duration));
        await HostProcesses.SleepStartsAsync(duration, Starting);

        await CakeScript.PressCtrlCAsync(cake);

        Assert.That(await cake.ExitAsync(Soon + Soon), Is.EqualTo(1), cake.Output);
        Assert.That(cake.Output, Does.Contain("was stopped by Ctrl+C. No tag was moved."));
        await HostProcesses.SleepStopsAsync(duration, Soon);
    }
}
