using Cake.MultiStage.Aliases;
using Cake.MultiStage.Engine.Operations;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Operations;

/// <summary>Signals, hung clean-ups and forgotten awaits, in a process that is not this one.</summary>
public sealed class RunningOperationsTests
{
    private readonly FakeTimeProvider _time = new();
    private FakeProcess _process = null!;
    private RunningOperations _running = null!;

    [SetUp]
    public void Begin()
    {
        _process = new FakeProcess();
        _running = new RunningOperations(_process, _time);
    }

    [Test]
    public void The_first_signal_stops_what_runs_and_the_process_goes_on()
    {
        var first = Start("Building 'a'");
        var second = Start("Building 'b'");
        Assert.That(_running.Signal("Ctrl+C", 130), Is.True);
        Assert.That(() => first, Throws.TypeOf<MultiStageException>().With.Message.EqualTo("Building 'a' was stopped by Ctrl+C."));
        Assert.That(() => second, Throws.TypeOf<MultiStageException>().With.Message.EqualTo("Building 'b' was stopped by Ctrl+C."));
        Assert.That(_process.Ended, Is.Null);
    }

    [Test]
    public void The_second_signal_is_left_to_the_system_which_ends_the_process()
    {
        _ = StartStuck();
        _running.Signal("Ctrl+C", 130);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.That(_running.Signal("Ctrl+C", 130), Is.False);
    }

    [Test]
    public void One_signal_that_comes_by_two_ways_is_one()
    {
        _ = StartStuck();
        _running.Signal("SIGTERM", 143);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(_running.Signal("SIGTERM", 143), Is.True);
    }

    [Test]
    public async Task Where_nothing_runs_a_signal_is_left_to_the_system()
    {
        Assert.That(_running.Signal("Ctrl+C", 130), Is.False);
        await _running.RunAsync(Operation("Tagging"), () => Task.FromResult(0));
        Assert.That(_running.Signal("Ctrl+C", 130), Is.False);
    }

    [Test]
    public void A_clean_up_that_hangs_does_not_keep_the_process()
    {
        _ = StartStuck();
        _running.Signal("SIGTERM", 143);
        _time.Advance(RunningOperations.EndLimit - TimeSpan.FromMilliseconds(1));
        Assert.That(_process.Ended, Is.Null);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(_process.Ended, Is.EqualTo(143));
        Assert.That(_process.Errors, Is.EqualTo(["Exporting 'a' had not stopped 9 s after the signal; the process is ended."]));
    }

    [Test]
    public async Task A_script_that_goes_on_after_the_signal_does_not_keep_the_process()
    {
        var work = Start("Building 'a'");
        _running.Signal("Ctrl+C", 130);
        await work.ContinueWith(_ => { }, TaskScheduler.Default);
        _time.Advance(RunningOperations.EndLimit);
        Assert.That(_process.Ended, Is.EqualTo(130));
        Assert.That(_process.Errors, Is.EqualTo(["The script still ran 9 s after the signal; it is ended."]));
    }

    [Test]
    public void Nothing_new_is_begun_after_a_signal()
    {
        _ = StartStuck();
        _running.Signal("Ctrl+C", 130);
        Assert.That(() => Start("Pushing 'a'"),
            Throws.TypeOf<MultiStageException>().With.Message.EqualTo("Pushing 'a' was not begun: the run is being stopped."));
    }

    [Test]
    public void What_nobody_awaited_is_stopped_and_told_when_the_process_ends()
    {
        var work = Start("Building 'a'");
        _running.Exiting();
        Assert.That(async () => await work, Throws.InstanceOf<MultiStageException>());
        Assert.That(_process.Errors, Has.Count.EqualTo(1));
        Assert.That(_process.Errors[0],
            Does.StartWith("Building 'a' still ran when the script ended, and was stopped: nobody awaited it. Write 'await'"));
        Assert.That(_process.HasFailed, Is.True);
    }

    [Test]
    public void What_does_not_stop_does_not_keep_a_process_that_ends()
    {
        _ = StartStuck();
        var exiting = Task.Run(_running.Exiting);
        while (!exiting.Wait(TimeSpan.FromMilliseconds(10)))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(_process.HasFailed, Is.True);
    }

    [Test]
    public void What_failed_and_was_not_awaited_is_told_when_the_process_ends()
    {
        var work = Fail("Pushing 'a'", "the registry refused");
        ((IAsyncResult)work).AsyncWaitHandle.WaitOne();
        _running.Exiting();
        Assert.That(_process.Errors, Has.Count.EqualTo(1));
        Assert.That(_process.Errors[0],
            Does.StartWith("Pushing 'a' failed, and nobody awaited it: the registry refused").And.Contain("Write 'await'"));
        Assert.That(_process.HasFailed, Is.True);
    }

    [Test]
    public void What_failed_and_was_awaited_is_told_by_Cake_alone()
    {
        var work = Fail("Pushing 'a'", "the registry refused");
        Assert.That(() => work, Throws.TypeOf<MultiStageException>());
        _running.Exiting();
        Assert.That((_process.Errors, _process.HasFailed), Is.EqualTo((Array.Empty<string>(), false)));
    }

    [Test]
    public void What_failed_among_many_that_were_awaited_together_is_told_by_Cake_alone()
    {
        var work = Task.WhenAll(Fail("Pushing 'a'", "the registry refused"), Fail("Pushing 'b'", "the registry refused"));
        Assert.That(() => work, Throws.TypeOf<MultiStageException>());
        _running.Exiting();
        Assert.That(_process.Errors, Is.Empty);
    }

    [Test]
    public async Task What_was_awaited_and_went_well_is_silent()
    {
        await _running.RunAsync(Operation("Building 'a'"), () => Task.FromResult(0));
        _running.Run(Operation("Building 'b'"), () => Task.FromResult(0));
        _running.Exiting();
        Assert.That((_process.Errors, _process.HasFailed), Is.EqualTo((Array.Empty<string>(), false)));
    }

    [Test]
    public void The_process_is_listened_to_once()
    {
        _running.Run(Operation("Building 'a'"), () => Task.FromResult(0));
        _running.Run(Operation("Building 'b'"), () => Task.FromResult(0));
        Assert.That(_process.Listeners, Is.EqualTo(1));
    }

    private static Operation Operation(string name) => new(name, NullLogger.Instance, CancellationToken.None);

    private Task<int> Start(string name)
    {
        var operation = Operation(name);
        return _running.RunAsync(operation, async () =>
        {
            await Task.Delay(Timeout.Infinite, operation.Token);
            return 0;
        });
    }

    private Task<int> StartStuck() => _running.RunAsync(Operation("Exporting 'a'"), () => new TaskCompletionSource<int>().Task);

    private Task<int> Fail(string name, string error) => _running.RunAsync<int>(Operation(name), async () =>
    {
        await Task.Yield();
        throw new MultiStageException(error);
    });

    private sealed class FakeProcess : IHostProcess
    {
        public int Listeners { get; private set; }

        public int? Ended { get; private set; }

        public bool HasFailed { get; private set; }

        public List<string> Errors { get; } = [];

        public void Listen(RunningOperations operations) => Listeners++;

        public void Error(string text) => Errors.Add(text);

        public void Fail() => HasFailed = true;

        public void End(int exitCode) => Ended = exitCode;
    }
}
