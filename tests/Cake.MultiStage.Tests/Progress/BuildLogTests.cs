using Cake.MultiStage.Building;
using Cake.MultiStage.Progress;
using Cake.MultiStage.Tests.Kit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Progress;

public sealed class BuildLogTests
{
    private static readonly StepName Run = StepName.FromBuildKit("[builder 2/2] RUN make");
    private readonly Lines _lines = new();

    [SetUp]
    public void Clear() => _lines.Written.Clear();

    private void Log(params BuildEvent[] events) => Log(TimeProvider.System, events);

    private void Log(TimeProvider time, BuildEvent[] events)
    {
        using var log = new BuildLog(_lines, time);
        foreach (var happened in events)
        {
            log.On(happened);
        }
    }

    [Test]
    public void A_step_is_one_line_and_its_output_is_for_the_verbose()
    {
        Log(new StepStarted(Run), new StepOutput(Run, "cc main.c {0}"),
            new StepFinished(Run, Cached: false, TimeSpan.FromSeconds(1.26), Error: null));
        Assert.That(_lines.Written,
            Is.EqualTo(
                new[] { (LogLevel.Debug, "[builder 2/2] RUN make"), (LogLevel.Debug, "  cc main.c {0}"),
                    (LogLevel.Information, "[builder 2/2] RUN make 1.3s") }));
    }

    [TestCase(true, null, "[builder 2/2] RUN make CACHED")]
    [TestCase(false, "exit code: 3", "[builder 2/2] RUN make FAILED")]
    public void How_a_step_ended_is_told(bool cached, string? error, string line)
    {
        Log(new StepFinished(Run, cached, TimeSpan.Zero, error));
        Assert.That(_lines.Written.Single(), Is.EqualTo((LogLevel.Information, line)));
    }

    [TestCase("[internal] load metadata", LogLevel.Debug)]
    [TestCase("pull busybox:stable", LogLevel.Information)]
    public void The_builders_own_steps_are_for_the_verbose_but_pulling_is_not(string name, LogLevel level)
    {
        Log(new StepFinished(StepName.FromBuildKit(name), Cached: false, TimeSpan.Zero, Error: null));
        Assert.That(_lines.Written.Single().Level, Is.EqualTo(level));
    }

    [Test]
    public void The_builders_own_steps_that_take_long_are_for_everyone()
    {
        var load = StepName.FromBuildKit("[internal] load build context");
        var time = new SteppingTime(TimeSpan.FromSeconds(2));
        Log(
            time,
            [
                new StepStarted(load),
                .. Enumerable.Range(1, 6).Select(number => new StepOutput(load, $"{number} files listed")),
                new StepFinished(load, Cached: false, TimeSpan.FromSeconds(12), Error: null),
            ]);
        Assert.That(_lines.Written.Where(line => line.Level == LogLevel.Information).Select(line => line.Text), Is.EqualTo(
            ["[internal] load build context: 3 files listed", "[internal] load build context: 6 files listed",
                "[internal] load build context 12.0s"]));
    }

    [Test]
    public void A_step_of_many_mounts_and_paths_is_one_line_of_80_columns_and_the_verbose_read_all_of_it()
    {
        var text = "[builder 5/9] RUN --mount=type=cache,target=/root/.nuget/packages     dotnet publish "
            + "src/Shop/Orders/Service/Shop.Orders.Service.csproj --configuration Release --output /app";
        Log(new StepFinished(StepName.FromBuildKit(text), Cached: true, TimeSpan.Zero, Error: null));
        Assert.That(_lines.Written, Is.EqualTo(new[]
        {
            (LogLevel.Debug, text),
            (LogLevel.Information, "[builder 5/9] RUN dotnet publish src/Shop/Orders/Service/Shop.Orders.Ser… CACHED"),
        }));
    }

    [Test]
    public void A_digest_is_for_the_verbose()
    {
        Log(new StepFinished(StepName.FromBuildKit($"[builder 1/2] FROM golang:1.25@sha256:{new string('a', 64)}"), Cached: false,
            TimeSpan.Zero, Error: null));
        Assert.That(_lines.Written[^1].Text, Is.EqualTo("[builder 1/2] FROM golang:1.25 0.0s"));
    }

    [Test]
    public void A_step_that_runs_long_is_told_every_30_seconds_until_it_ends()
    {
        var time = new FakeTimeProvider();
        using var log = new BuildLog(_lines, time);
        log.On(new StepStarted(Run));
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(_lines.Written.Where(line => line.Level == LogLevel.Information), Is.Empty);
        time.Advance(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(30));
        log.On(new StepFinished(Run, Cached: false, TimeSpan.FromSeconds(60), Error: null));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(_lines.Written.Where(line => line.Level == LogLevel.Information).Select(line => line.Text), Is.EqualTo(
            ["[builder 2/2] RUN make still running after 30s", "[builder 2/2] RUN make still running after 60s",
                "[builder 2/2] RUN make 60.0s"]));
    }

    [Test]
    public void Of_a_build_that_was_stopped_nothing_more_is_told()
    {
        var time = new FakeTimeProvider();
        using (var log = new BuildLog(_lines, time))
        {
            log.On(new StepStarted(Run));
        }

        time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(_lines.Written.Where(line => line.Level == LogLevel.Information), Is.Empty);
    }

    [Test]
    public void Tests_that_passed_are_counted()
    {
        Log(new StepStarted(Run),
            new StepOutput(Run, "Passed!  - Failed:     0, Passed:    40, Skipped:     1, Total:    41, Duration: 9 ms - A.dll (net10.0)"),
            new StepOutput(Run, "Passed!  - Failed:     0, Passed:     2, Skipped:     0, Total:     2, Duration: 9 ms - B.dll (net10.0)"),
            new StepFinished(Run, Cached: false, TimeSpan.FromSeconds(1), Error: null));
        Assert.That(_lines.Written[^1], Is.EqualTo((LogLevel.Information, "  42 passed, 1 skipped")));
    }

    [Test]
    public void Of_tests_of_a_step_that_failed_the_error_tells()
    {
        Log(new StepStarted(Run), new StepOutput(Run, "test result: ok. 42 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"),
            new StepFinished(Run, Cached: false, TimeSpan.FromSeconds(1), Error: "exit code: 1"));
        Assert.That(_lines.Written[^1].Text, Is.EqualTo("[builder 2/2] RUN make FAILED"));
    }

    [Test]
    public void A_warning_is_a_warning()
    {
        Log(new BuildWarning("careful"));
        Assert.That(_lines.Written.Single(), Is.EqualTo((LogLevel.Warning, "careful")));
    }

    [Test]
    public void A_long_transfer_tells_each_quarter_once_and_a_short_one_nothing()
    {
        Log([.. Enumerable.Range(0, 101).Select(percent => new Transferred("layer", percent * 1_000_000L, 100_000_000)),
            new Transferred("small", 1000, 1000)]);
        Assert.That(_lines.Written.Select(line => line.Text),
            Is.EqualTo(["layer: 25.0 MB of 100 MB", "layer: 50.0 MB of 100 MB", "layer: 75.0 MB of 100 MB", "layer: 100 MB of 100 MB"]));
    }

    [Test]
    public void A_transfer_without_an_end_tells_every_100_MB()
    {
        Log([.. Enumerable.Range(0, 25).Select(part => new Transferred("build context", part * 10_000_000L, 0))]);
        Assert.That(_lines.Written.Select(line => line.Text), Is.EqualTo(["build context: 100 MB", "build context: 200 MB"]));
    }

    private sealed class Lines : ILogger
    {
        public List<(LogLevel Level, string Text)> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Written.Add((logLevel, formatter(state, exception)));
    }
}
