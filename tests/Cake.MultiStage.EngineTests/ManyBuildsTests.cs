using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>Load and bad luck: nothing is lost, and each image holds what it was described to hold.</summary>
[NonParallelizable]
[Category("Fault")]
public sealed class ManyBuildsTests : WorkspaceFixture
{
    private const int Many = 50;

    [Test]
    public async Task Fifty_builds_side_by_side_make_fifty_images()
    {
        var outcomes = await _work.Cake.MultiStageBuildAllAsync(
            Enumerable.Range(0, Many).Select(number => Described($"image-{number}")),
            new MultiStageBuildAllSettings { Parallel = Many, Build = build => build.StageSizes = false });
        Assert.That(outcomes.Select(outcome => outcome.Image?.Id).Distinct().Count(), Is.EqualTo(Many));
        foreach (var name in outcomes.Select(outcome => outcome.Name))
        {
            Assert.That(await _work.Engine.ReadFileAsync($"{_work.Repository}:{name}", "/made"), Is.EqualTo(name + "\n"));
        }
    }

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task Of_two_that_build_the_same_tag_at_once_one_has_it_and_both_images_are_whole(BuilderKind builder)
    {
        for (var round = 0; round < 3; round++)
        {
            string[] texts = [$"one-{round}", $"two-{round}"];
            var images = await Task.WhenAll(texts.Select(text => _work.BuildAsync(
                Described("same", text), builder, build => build.StageSizes = false)));
            Assert.That(await _work.Engine.ReadFileAsync($"{_work.Repository}:same", "/made"),
                Is.AnyOf([.. texts.Select(text => text + "\n")]));
            foreach (var (image, text) in images.Zip(texts))
            {
                Assert.That(await _work.Engine.ReadFileAsync(image.Id.ToString(), "/made"), Is.EqualTo(text + "\n"));
            }
        }
    }

    [Test]
    public async Task A_registry_that_drops_connections_has_the_whole_image_in_the_end()
    {
        await using var registry = await TestRegistry.StartAsync();
        await using var dropping = new DroppingProxy(registry.Address, drops: 3, after: 200_000);
        var image = await _work.BuildAsync(
            _work.Project(settings =>
            {
                settings.Commands.Add("head -c 2000000 /dev/urandom > /made");
                settings.Artifacts.Add("/made");
            }),
            BuilderKind.BuildKit);
        var reference = $"{dropping.Address}/{_work.Repository}:1";
        var settings = new MultiStagePushSettings { References = [reference] };
        try
        {
            var pushed = (await _work.Cake.MultiStagePushAsync(image, settings)).Single();
            Assert.That(dropping.Dropped, Is.EqualTo(3));
            Assert.That((await _work.Cake.MultiStageMeasureAsync($"registry://{registry.Address}/{_work.Repository}@{pushed.Digest}")).Size,
                Is.EqualTo((await _work.Cake.MultiStageMeasureAsync(image)).Size));
        }
        finally
        {
            await _work.Engine.UntagAsync(reference);
        }
    }

    [Test]
    public async Task A_plan_whose_engine_is_restarted_goes_on_from_what_was_built()
    {
        await using var engine = await PrivateEngine.StartAsync();
        await using var work = new Workspace(engine.Host) { LeavesImages = true };
        var sleep = HostProcesses.UniqueSleep();
        var quick = Described("quick", "quick", work);
        var slow = work.Project(settings =>
        {
            (settings.BuilderImage, settings.FinalBase) = ($"{work.Repository}:quick", Workspace.Busybox);
            settings.Commands.Add($"[ -e /never ] || sleep {sleep}; cp /made /slow");
            settings.Artifacts.Add("/slow");
            settings.Tags = [$"{work.Repository}:slow"];
        }) with { Name = "slow" };
        var plan = work.Cake.MultiStageBuildAllAsync([slow, quick]);
        await HostProcesses.SleepStartsAsync(sleep, TimeSpan.FromSeconds(60));
        await engine.KillAsync();
        var error = await Fault.OfAsync<BuildAllFailedException>(() => plan);
        Assert.That(error.Message, Does.Contain(engine.Host).And.Contain("[slow]"));

        await engine.ReviveAsync();
        var again = work.Project(settings =>
        {
            (settings.BuilderImage, settings.FinalBase) = ($"{work.Repository}:quick", Workspace.Busybox);
            settings.Commands.Add("cp /made /slow");
            settings.Artifacts.Add("/slow");
            settings.Tags = [$"{work.Repository}:slow"];
        }) with { Name = "slow" };
        var outcomes = await work.Cake.MultiStageBuildAllAsync([again, quick], new MultiStageBuildAllSettings
        {
            Build = build => build.UpToDate = true,
        });
        Assert.That(outcomes.Select(outcome => outcome.Image is not null), Is.All.True);
        Assert.That(await work.Engine.ReadFileAsync($"{work.Repository}:slow", "/slow"), Is.EqualTo("quick\n"));
    }

    private ImageProject Described(string name, string? text = null, Workspace? work = null) => (work ?? _work).Project(settings =>
    {
        settings.Commands.Add($"echo {text ?? name} > /made");
        settings.Artifacts.Add("/made");
        settings.FinalBase = Workspace.Busybox;
        settings.Tags = [$"{(work ?? _work).Repository}:{name}"];
    }) with { Name = name };
}
