using System.Diagnostics;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Containers;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Images;
using Cake.MultiStage.Tests.Engine;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Operations;

/// <summary>An engine that takes requests and says nothing more.</summary>
public sealed class SilentEngineTests : EngineFixture
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.2);
    private static readonly EngineLimits Impatient = new() { Answer = Moment };
    private static readonly EngineLimits Watchful = new() { PingEvery = Moment / 10, PingAnswer = Moment };
    private static readonly Digest Id = Digest.Parse("sha256:" + new string('1', 64));

    private static readonly (string Path, string What, Func<EngineConnection, Task> Ask)[] DueAtOnce =
    [
        ("/v1.41/images/", "Looking up image 'x'", connection => new EngineImages(connection).FindAsync("x", CancellationToken.None)),
        ("/v1.41/images/", "Tagging 'x' as 'y:1'",
            connection => new EngineImages(connection).TagAsync("x", ImageReference.Parse("y:1"), CancellationToken.None)),
        ("/v1.41/images/", "Deleting image", connection => new EngineImages(connection).DeleteAsync(Id, CancellationToken.None)),
        ("/v1.41/containers/create", "Making a container", connection => ContainerFiles.OpenAsync(connection, Id, CancellationToken.None)),
    ];

    private static IEnumerable<string> Questions => DueAtOnce.Select(question => question.What);

    [TestCaseSource(nameof(Questions))]
    public async Task An_answer_that_is_due_at_once_is_not_waited_for_without_end(string what)
    {
        var question = DueAtOnce.Single(question => question.What == what);
        Daemon.On(question.Path, exchange => exchange.StallAsync());
        using var connection = await ConnectAsync(Impatient);
        Assert.That(() => question.Ask(connection), Throws.TypeOf<EngineException>()
            .With.Message.StartsWith(what).And.Message.Contains("gave no answer within 0.2 seconds")
                .And.Message.Contains("look at the engine's log"));
    }

    [Test]
    public async Task An_engine_that_falls_silent_in_a_long_answer_is_noticed()
    {
        using var operation = new Operation("Building 'shop'", NullLogger.Instance, CancellationToken.None);
        using var connection = await ConnectAsync(Watchful, operation);
        Daemon.On("/_ping", exchange => exchange.StallAsync()).On("/v1.41/images/get", async exchange =>
        {
            await exchange.StreamAsync("");
            await exchange.StallAsync();
        });
        var started = Stopwatch.GetTimestamp();
        Assert.That(
            () => operation.RunAsync(async () =>
            {
                await using var saved = await new EngineImages(connection).SaveAsync([Id], operation.Token);
                return await saved.ReadAsync(new byte[1], operation.Token);
            }),
            Throws.TypeOf<EngineException>().With.Message.StartsWith(
                "Building 'shop' was given up: the Docker engine at").And.Message.Contains("3 pings in a row were lost"));
        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(Soon));
    }

    [Test]
    public async Task A_ping_that_is_lost_now_and_then_is_no_silence()
    {
        using var operation = new Operation("Building 'shop'", NullLogger.Instance, CancellationToken.None);
        using var connection = await ConnectAsync(Watchful, operation);
        var pings = 0;
        Daemon.On("/_ping", exchange => ++pings % 3 == 0 ? exchange.AnswerAsync(200, "OK") : exchange.StallAsync());
        while (pings < 10)
        {
            await Task.Delay(10);
        }

        Assert.That(operation.Token.IsCancellationRequested, Is.False);
    }

    [Test]
    public async Task An_engine_that_is_no_longer_asked_is_not_pinged()
    {
        var pings = 0;
        Daemon.On("/_ping", exchange =>
        {
            pings++;
            return exchange.AnswerAsync(200, "OK");
        });
        (await ConnectAsync(Watchful)).Dispose();
        await Task.Delay(Moment * 2);
        Assert.That(pings, Is.EqualTo(1));
    }

    [Test]
    public async Task A_container_that_is_made_after_the_stop_is_removed()
    {
        using var operation = new Operation("Exporting 'shop'", NullLogger.Instance, CancellationToken.None);
        using var connection = await ConnectAsync(operation: operation);
        Daemon.On("/v1.41/containers/create", async exchange =>
        {
            operation.Stop("Ctrl+C");
            await Task.Delay(Moment);
            await exchange.AnswerAsync(201, $$"""{"Id":"{{new string('c', 64)}}"}""");
        }).On("/v1.41/containers/ccc", exchange => exchange.AnswerAsync(204, ""));
        Assert.That(
            () =>
                operation.RunAsync(
                    () => new EngineContainers(connection).CreateAsync(new CreateContainerParameters { Image = "x" }, "test",
                        operation.Token)),
            Throws.TypeOf<MultiStageException>().With.Message.EqualTo("Exporting 'shop' was stopped by Ctrl+C."));
        Assert.That(Daemon.Requests, Has.Some.StartsWith($"DELETE /v1.41/containers/{new string('c', 64)}"));
    }

    [Test]
    public async Task What_a_silent_engine_does_not_remove_is_told_in_time()
    {
        using var operation = new Operation("Exporting 'shop'", NullLogger.Instance, CancellationToken.None);
        using var connection = await ConnectAsync(operation: operation);
        Daemon.On("/v1.41/containers/", exchange => exchange.StallAsync());
        var started = Stopwatch.GetTimestamp();
        var work = operation.RunAsync<int>(async () =>
        {
            operation.Stop("Ctrl+C");
            await new EngineContainers(connection).RemoveAsync(new string('c', 64));
            throw new OperationCanceledException();
        });
        Assert.That(() => work,
            Throws.TypeOf<MultiStageException>().With.Message.Contains(
                "Not removed in time: container cccccccccccc ('docker rm --force cccccccccccc')"));
        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(Soon));
    }

    [Test]
    public async Task What_is_gone_already_is_not_left()
    {
        using var operation = new Operation("Exporting 'shop'", NullLogger.Instance, CancellationToken.None);
        using var connection = await ConnectAsync(operation: operation);
        Daemon.On("/v1.41/containers/", exchange => exchange.AnswerAsync(404, """{"message":"no such container"}"""))
            .On("/v1.41/images/", exchange => exchange.AnswerAsync(404, """{"message":"no such image"}"""));
        await new EngineContainers(connection).RemoveAsync(new string('c', 64));
        await new EngineImages(connection).CleanUpAsync(Id);
        Assert.That(operation.Left, Is.Empty);
    }
}
