using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Operations;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Platform = Cake.MultiStage.Images.Platform;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>What is kept of an engine from one operation to the next.</summary>
public sealed class EngineRouteTests : EngineFixture
{
    private EngineRoutes _routes = null!;

    [SetUp]
    public void Begin()
    {
        _routes = new EngineRoutes();
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
    }

    [TearDown]
    public void End() => _routes.Dispose();

    [Test]
    public async Task Two_builds_use_one_link()
    {
        await BuildAsync();
        await BuildAsync();
        Assert.That(Daemon.BuildKit.Solves.Count(solve => !solve.Internal), Is.EqualTo(2));
        Assert.That(Daemon.Requests.Count(request => request == "POST /v1.41/grpc"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_link_that_has_died_between_two_builds_is_made_anew()
    {
        using var death = new CancellationTokenSource();
        var links = 0;
        Daemon.On("/v1.41/grpc",
            exchange => exchange.UpgradeAsync(Daemon.BuildKit.Methods, ++links == 1 ? death.Token : CancellationToken.None));
        await BuildAsync();
        await death.CancelAsync();
        // What waits for the client to see it is its next look at the connection.
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        await BuildAsync();
        Assert.That(links, Is.EqualTo(2));
    }

    [Test]
    public async Task An_engine_that_says_who_it_is_is_asked_for_its_version_once()
    {
        Daemon.On("/_ping", exchange => exchange.AnswerAsync(200, "OK", "Server: Docker/20.10.24 (linux)"));
        (await OpenAsync()).Dispose();
        using var again = await OpenAsync();
        Assert.That(again.EngineVersion, Is.EqualTo("20.10.24"));
        Assert.That(Daemon.Requests.Count(request => request == "GET /v1.41/version"), Is.EqualTo(1));
    }

    [Test]
    public async Task Another_engine_at_the_same_place_is_asked_who_it_is()
    {
        (await OpenAsync()).Dispose();
        Daemon.On("/_ping", exchange => exchange.AnswerAsync(200, "OK", "Server: Docker/28.5.2 (linux)"))
            .On("/v1.41/version", exchange => exchange.AnswerAsync(200, """{"Version":"28.5.2","Os":"linux"}"""));
        using var again = await OpenAsync();
        Assert.That(again.EngineVersion, Is.EqualTo("28.5.2"));
    }

    [Test]
    public async Task What_an_engine_can_do_is_asked_once()
    {
        using var connection = await OpenAsync();
        var client = new BuildKitClient(connection);
        var first = await client.FactsAsync(CancellationToken.None);
        Assert.That(await client.FactsAsync(CancellationToken.None), Is.SameAs(first));
        Assert.That((first.Version, first.Store, Daemon.BuildKit.WorkersAsked), Is.EqualTo(("20.10.24", ImageStore.Graphdriver, 1)));
        Assert.That(first.Platforms, Is.EqualTo([new Platform("linux", "amd64"), new Platform("linux", "386")]));
    }

    private Task<EngineConnection> OpenAsync() => EngineConnection.OpenAsync(
        Daemon.Endpoint, new Operation("The test", NullLogger.Instance, CancellationToken.None), routes: _routes);

    private async Task<BuiltImage> BuildAsync()
    {
        using var connection = await OpenAsync();
        return await new ImageBuildService(connection).BuildAsync(Request(), Observer, CancellationToken.None);
    }
}
