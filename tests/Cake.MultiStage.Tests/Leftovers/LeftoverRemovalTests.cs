using Cake.MultiStage.Engine.Leftovers;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Tests.Engine;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Leftovers;

/// <summary>What an engine is asked to remove.</summary>
public sealed class LeftoverRemovalTests : EngineFixture
{
    private static readonly HostProcesses Processes = new();
    private static readonly string Live = Leftover.New(Processes, TimeProvider.System).ToString();
    private static readonly string Gone = (Leftover.New(Processes, TimeProvider.System) with { Started = 1 }).ToString();

    private IEnumerable<string> Removals =>
        Daemon.Requests.Where(request => request.StartsWith("DELETE", StringComparison.Ordinal)).Select(request => request.Split('?')[0]);

    [Test]
    public async Task Containers_images_and_tags_of_gone_processes_are_removed_and_no_others()
    {
        Daemon.On("/v1.41/containers/json",
            exchange => exchange.AnswerAsync(200, $"[{Labelled('a', Gone)},{Labelled('b', Live)},{Labelled('c', "odd")}]"))
            .On("/v1.41/images/json", exchange => exchange.AnswerAsync(200, exchange.Request.Contains("dangling", StringComparison.Ordinal)
                ? $"[{Labelled('d', Gone)},{Labelled('e', Live)}]"
                : $$"""
                  [{"Id":"sha256:f","RepoTags":["{{Leftover.Repository}}:{{Gone}}",
                  "{{Leftover.Repository}}:{{Live}}","shop/web:1.0"]}]
                  """))
            .On("/v1.41/containers/aaa", exchange => exchange.AnswerAsync(204, ""))
            .On("/v1.41/images/", exchange => exchange.AnswerAsync(200, "[]"));
        await RemoveAsync();
        Assert.That(Removals,
            Is.EqualTo([$"DELETE /v1.41/containers/{new string('a', 64)}", $"DELETE /v1.41/images/{new string('d', 64)}",
                $"DELETE /v1.41/images/{Leftover.Repository}:{Gone}"]));
    }

    [Test]
    public async Task What_another_run_removes_at_the_same_time_is_no_error()
    {
        Daemon.On("/v1.41/containers/json", exchange => exchange.AnswerAsync(200, $"[{Labelled('a', Gone)},{Labelled('b', Gone)}]"))
            .On("/v1.41/images/json", exchange => exchange.AnswerAsync(200, "[]"))
            .On("/v1.41/containers/aaa", exchange => exchange.AnswerAsync(409, """{"message":"removal is already in progress"}"""))
            .On("/v1.41/containers/bbb", exchange => exchange.AnswerAsync(404, """{"message":"no such container"}"""));
        await RemoveAsync();
        Assert.That(Removals.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task An_engine_that_does_not_tell_is_left_alone()
    {
        Daemon.On("/v1.41/containers/json", exchange => exchange.AnswerAsync(500, """{"message":"no"}"""));
        await RemoveAsync();
        Assert.That(Removals, Is.Empty);
    }

    private static string Labelled(char id, string mark) =>
        $$$"""{"Id":"{{{new string(id, 64)}}}","Labels":{"{{{Leftover.Label}}}":"{{{mark}}}"}}""";

    private async Task RemoveAsync()
    {
        using var operation = new Operation("Building 'shop'", NullLogger.Instance, CancellationToken.None);
        using var connection = await ConnectAsync(operation: operation);
        await new LeftoverRemoval(Processes, TimeProvider.System).RemoveAsync(connection, operation.Token);
    }
}
