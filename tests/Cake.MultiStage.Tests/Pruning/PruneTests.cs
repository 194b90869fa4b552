using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Engine.Pruning;
using Cake.MultiStage.Images;
using Cake.MultiStage.Tests.Engine;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Pruning;

/// <summary>What is asked of an engine, and what is told.</summary>
public sealed class PruneTests : EngineFixture
{
    private static readonly string Old = $"sha256:{new string('1', 64)}";

    private readonly ListLogger _log = new();

    [SetUp]
    public void Hold_an_image()
    {
        _log.Lines.Clear();
        Daemon.On("/v1.41/images/json", exchange => exchange.AnswerAsync(200, $$"""[{"Id":"{{Old}}","Created":1}]"""));
        Daemon.On($"/v1.41/images/{Old}/json", exchange => exchange.AnswerAsync(200,
            $$"""
            {"Id":"{{Old}}","Os":"linux","Architecture":"amd64","Size":2000000,"RepoTags":["shop/web:1"],
            "Created":"2026-01-02T03:04:05Z","Metadata":{"LastTagTime":"2026-02-03T04:05:06Z"},
            "Config":{"Labels":{"org.cake-multistage.project":"web"} } }
            """));
        Daemon.On("/v1.41/containers/json", exchange => exchange.AnswerAsync(200, "[]"));
        Daemon.On("/v1.41/images/shop/web", exchange => exchange.AnswerAsync(200, "[]"));
        Daemon.On("/v1.41/system/df", exchange => exchange.AnswerAsync(200,
            $$"""
            {"LayersSize":5000000,"Images":[{"Id":"{{Old}}","Size":2000000,"SharedSize":500000}],"BuildCache":[{"Size":7000000}]}
            """));
        Daemon.On("/v1.41/build/prune", exchange => exchange.AnswerAsync(200, """{"SpaceReclaimed":3000000}"""));
    }

    [Test]
    public async Task An_image_is_removed_by_its_tag_and_told()
    {
        var result = await PruneAsync(new PruneRequest { Keep = 0 });
        Assert.That(result.Removed.Single().ToString(), Is.EqualTo("shop/web:1 (111111111111)"));
        Assert.That((result.Kept, result.BuildCacheFreed), Is.EqualTo((0, (ByteSize?)null)));
        Assert.That(_log.Lines, Is.EqualTo(
            ["Removed shop/web:1 (111111111111), 2.00 MB, of 2026-02-03 04:05", "Removed 1 image, 0 B freed; 0 stay"]));
        Assert.That(Daemon.Requests, Has.One.StartsWith("DELETE /v1.41/images/shop/web:1"));
        Assert.That(Daemon.Requests, Has.None.Contains("/build/prune"));
    }

    [Test]
    public async Task A_dry_run_removes_nothing()
    {
        var result = await PruneAsync(new PruneRequest { Keep = 0, DryRun = true, BuildCacheSize = new ByteSize(1) });
        Assert.That((result.Removed.Count, result.Freed), Is.EqualTo((1, (ByteSize?)new ByteSize(1500000))));
        Assert.That(_log.Lines, Is.EqualTo(
        [
            "Would remove shop/web:1 (111111111111), 2.00 MB, of 2026-02-03 04:05", "The build cache holds 7.00 MB; a dry run leaves it",
            "Dry run: 1 image would be removed, at least 1.50 MB freed; 0 stay",
        ]));
        Assert.That(Daemon.Requests, Has.None.StartsWith("DELETE"));
        Assert.That(Daemon.Requests, Has.None.StartsWith("POST"));
    }

    [Test]
    public async Task The_build_cache_is_pruned_to_its_bounds()
    {
        var result = await PruneAsync(
            new PruneRequest { Keep = 5, BuildCacheSize = new ByteSize(20_000_000_000), BuildCacheAge = TimeSpan.FromDays(2) });
        Assert.That((result.Removed.Count, result.Kept, result.BuildCacheFreed), Is.EqualTo((0, 1, (ByteSize?)new ByteSize(3000000))));
        Assert.That(Daemon.Requests, Has.One.Contains("keep-storage=20000000000"));
        Assert.That(Daemon.Requests, Has.One.Contains("%22until%22%3A%5B%22172800s%22%5D"));
    }

    [Test]
    public async Task Only_the_projects_that_are_named_are_looked_at() =>
        Assert.That((await PruneAsync(new PruneRequest { Keep = 0, Projects = ["api"] })).Removed, Is.Empty);

    [Test]
    public async Task What_the_engine_refuses_to_remove_stays_with_its_reason()
    {
        Daemon.On("/v1.41/images/shop/web", exchange => exchange.AnswerAsync(409, """{"message":"image is being used"}"""));
        var result = await PruneAsync(new PruneRequest { Keep = 0 });
        Assert.That((result.Removed.Count, result.Kept), Is.EqualTo((0, 1)));
        Assert.That(_log.Lines[0], Does.EndWith(": image is being used"));
    }

    private async Task<PruneResult> PruneAsync(PruneRequest request)
    {
        using var connection = await ConnectAsync(operation: new Operation("The test", _log, CancellationToken.None));
        return await new ImagePruner(connection, TimeProvider.System).PruneAsync(request, CancellationToken.None);
    }
}
