using Cake.MultiStage.EngineTests.Kit;
using Leftover = Cake.MultiStage.Engine.Leftovers.Leftover;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// An engine that stands still while a real Cake run uses it: it is noticed, a stop ends the run all the same, and the next run tidies up.
/// </summary>
[Category("Fault")]
[NonParallelizable]
public sealed class StalledEngineTests
{
    private const string Proof = "() => MultiStageCheck(MultiStageMeasure(MultiStageBuild(project)), start)";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Starting = TimeSpan.FromMinutes(3);
    private PrivateEngine _engine = null!;
    private Workspace _work = null!;

    [OneTimeSetUp]
    public async Task Start_an_engine() => _engine = await PrivateEngine.StartAsync();

    [OneTimeTearDown]
    public async Task Remove_the_engine() => await _engine.DisposeAsync();

    [SetUp]
    public void Open() => _work = new Workspace(_engine.Host) { LeavesImages = true };

    [TearDown]
    public async Task Close()
    {
        await _engine.ResumeAsync();
        await _work.DisposeAsync();
    }

    [Test]
    public async Task It_is_noticed_in_a_start_proof()
    {
        await using var cake = await InAProofAsync();
        await _engine.SuspendAsync();
        Assert.That(await cake.ExitAsync(TimeSpan.FromSeconds(75)), Is.EqualTo(1), cake.Output);
        Assert.That(cake.Output,
            Does.Contain("was given up: the Docker engine at").And.Contain("has stopped answering")
                .And.Contain("Not removed in time: container"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_signal_ends_the_run_all_the_same_and_the_next_run_removes_what_was_left(bool byCtrlC)
    {
        await using var cake = await InAProofAsync();
        await _engine.SuspendAsync();
        await (byCtrlC ? CakeScript.PressCtrlCAsync(cake) : CakeScript.TerminateAsync(cake));
        Assert.That(await cake.ExitAsync(Limit), Is.Not.Zero, cake.Output);
        Assert.That(cake.Output, Does.Contain("Not removed in time: container"));

        await _engine.ResumeAsync();
        Assert.That(await _work.Engine.LabelledAsync(Leftover.Label), Is.Not.Empty);
        await using var next = await CakeScript.StartAsync(_work,
            CakeScript.Started(_work, HostProcesses.UniqueSleep(), "() => MultiStageBuild(project)"));
        Assert.That(await next.ExitAsync(Starting), Is.Zero, next.Output);
        Assert.That(await _work.Engine.LabelledAsync(Leftover.Label), Is.Empty);
    }

    [Test]
    public async Task What_a_killed_run_has_left_is_removed_by_the_next()
    {
        await using var cake = await InAProofAsync();
        await CakeScript.KillAsync(cake);
        await cake.ExitAsync(Limit);
        Assert.That(await _work.Engine.LabelledAsync(Leftover.Label), Is.Not.Empty);
        await using var next = await CakeScript.StartAsync(_work,
            CakeScript.Started(_work, HostProcesses.UniqueSleep(), "() => MultiStageBuild(project)"));
        Assert.That(await next.ExitAsync(Starting), Is.Zero, next.Output);
        Assert.That(next.Output, Does.Contain("which a run has left that was killed"));
        Assert.That(await _work.Engine.LabelledAsync(Leftover.Label), Is.Empty);
    }

    private async Task<RunningProgram> InAProofAsync()
    {
        var duration = HostProcesses.UniqueSleep();
        var cake = await CakeScript.StartAsync(_work, CakeScript.Started(_work, duration, Proof));
        await HostProcesses.SleepStartsAsync(duration, Starting);
        return cake;
    }
}
