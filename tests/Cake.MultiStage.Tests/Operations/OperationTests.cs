using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Operations;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Operations;

/// <summary>One operation: what stops it, what is told, and how long its clean-up may take.</summary>
public sealed class OperationTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Work_that_is_not_stopped_gives_what_it_made()
    {
        using var operation = Begin();
        Assert.That(await operation.RunAsync(() => Task.FromResult(42)), Is.EqualTo(42));
    }

    [Test]
    public void A_stop_names_what_was_done_and_what_holds_now()
    {
        using var operation = new Operation("Building 'shop'", NullLogger.Instance, CancellationToken.None, _time)
            { AfterStop = "No tag was moved." };
        var work = operation.RunAsync(() => WaitAsync(operation.Token));
        operation.Stop("Ctrl+C");
        Assert.That(() => work,
            Throws.TypeOf<MultiStageException>().With.Message.EqualTo("Building 'shop' was stopped by Ctrl+C. No tag was moved."));
    }

    [Test]
    public void The_first_reason_is_the_one_that_is_told()
    {
        using var operation = Begin();
        var work = operation.RunAsync(() => WaitAsync(operation.Token));
        operation.Stop("Ctrl+C");
        operation.Stop(_ => new MultiStageException("too late"));
        Assert.That(() => work, Throws.TypeOf<MultiStageException>().With.Message.EqualTo("Pushing 'x:1' was stopped by Ctrl+C."));
    }

    [Test]
    public void A_connection_that_the_stop_has_closed_is_no_news()
    {
        using var operation = Begin();
        var work = operation.RunAsync<int>(async () =>
        {
            await Task.Delay(Timeout.Infinite, operation.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw Closed();
        });
        operation.Stop("SIGTERM");
        Assert.That(() => work, Throws.TypeOf<MultiStageException>().With.Message.EqualTo("Pushing 'x:1' was stopped by SIGTERM."));
    }

    [Test]
    public void An_error_of_its_own_is_told_as_it_is()
    {
        using var operation = Begin();
        var work = operation.RunAsync<int>(() => throw Closed());
        Assert.That(() => work, Throws.TypeOf<EngineException>());
    }

    [Test]
    public async Task The_callers_own_token_cancels_as_callers_expect()
    {
        using var cancellation = new CancellationTokenSource();
        using var operation = new Operation("Pushing 'x:1'", NullLogger.Instance, cancellation.Token, _time);
        var work = operation.RunAsync(() => WaitAsync(operation.Token));
        await cancellation.CancelAsync();
        Assert.That(() => work, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task After_a_stop_all_of_the_clean_up_shares_five_seconds()
    {
        using var operation = Begin();
        await StoppedAsync(operation);
        var first = operation.CleanUpAsync("container a", Long, token => Task.Delay(Timeout.Infinite, token));
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.That(first.IsCompleted, Is.False);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await first.WaitAsync(Long);
        await operation.CleanUpAsync("container b", Long, token => Task.Delay(Timeout.Infinite, token)).WaitAsync(Long);
        Assert.That(operation.Left, Is.EqualTo(["container a", "container b"]));
    }

    [Test]
    public async Task A_clean_up_that_does_not_listen_is_not_waited_for()
    {
        using var operation = Begin();
        await StoppedAsync(operation);
        var cleaning = operation.CleanUpAsync("container a", Long, _ => new TaskCompletionSource().Task);
        _time.Advance(Operation.CleanUpLimit);
        await cleaning.WaitAsync(Long);
        Assert.That(operation.Left, Is.EqualTo(["container a"]));
    }

    [Test]
    public async Task What_a_clean_up_has_left_is_told_with_the_stop()
    {
        using var operation = Begin();
        var work = operation.RunAsync(async () =>
        {
            try
            {
                return await WaitAsync(operation.Token);
            }
            finally
            {
                await operation.CleanUpAsync("container a ('docker rm a')", Long, token => Task.Delay(Timeout.Infinite, token));
            }
        });
        operation.Stop("Ctrl+C");
        await UntilAsync(() => operation.Token.IsCancellationRequested);
        while (!work.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.That(() => work,
            Throws.TypeOf<MultiStageException>().With.Message.Contains(
                "Not removed in time: container a ('docker rm a')").And.Message.Contains("next run"));
    }

    [Test]
    public async Task What_a_clean_up_could_not_remove_is_noted_and_no_error()
    {
        using var operation = Begin();
        await operation.CleanUpAsync("container a", Long, _ => throw Closed());
        await operation.CleanUpAsync("container b", Long, _ => Task.CompletedTask);
        Assert.That(operation.Left, Is.EqualTo(["container a"]));
    }

    [Test]
    public void A_stop_after_the_end_is_nothing()
    {
        var operation = Begin();
        operation.Dispose();
        Assert.That(() => operation.Stop("Ctrl+C"), Throws.Nothing);
    }

    private static EngineException Closed() => new("closed the connection", new EngineEndpoint(new Uri("unix:///x"), "the test"));

    private static async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1);
        }
    }

    private static async Task StoppedAsync(Operation operation)
    {
        operation.Stop("Ctrl+C");
        await UntilAsync(() => operation.Token.IsCancellationRequested);
    }

    private Operation Begin() => new("Pushing 'x:1'", NullLogger.Instance, CancellationToken.None, _time);
}
