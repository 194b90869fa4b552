using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>A locked base stays what it was when its tag moves on, in a real registry and engine.</summary>
[TestFixture(EngineKind.Default, BuilderKind.BuildKit)]
[TestFixture(EngineKind.Default, BuilderKind.Legacy)]
[TestFixture(EngineKind.NewerContainerd, BuilderKind.BuildKit)]
public sealed class LockTests(EngineKind kind, BuilderKind builder)
{
    private TestRegistry _registry = null!;
    private Workspace _work = null!;

    private string Base => $"{_registry.Address}/{_work.Repository}:base";

    [SetUp]
    public async Task Open()
    {
        _registry = await TestRegistry.StartAsync();
        _work = new Workspace(await SharedEngines.HostAsync(kind));
    }

    [TearDown]
    public async Task Close()
    {
        await _work.Engine.CleanAsync($"{_registry.Address}/{_work.Repository}", $"{_work.Label.Name}={_work.Label.Value}");
        await _work.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Test]
    public async Task The_base_is_the_locked_one_until_an_update()
    {
        await PushBaseAsync("first");
        _work.Write("Dockerfile", $"FROM {Base} AS left\n"
            + $"FROM scratch\nCOPY --from={Base} /is /is\nCOPY --from=left /bin/busybox /bin/cat\nENTRYPOINT [\"/bin/cat\", \"/is\"]\n");
        var project = _work.Cake.MultiStageFromDockerfile("Dockerfile", docker =>
        {
            docker.Tags.Add(_work.Tag);
            docker.Labels[_work.Label.Name] = _work.Label.Value;
        });
        var first = await _work.Cake.MultiStageLockAsync([project]);
        await PushBaseAsync("second");

        await _work.BuildAsync(project, builder, build => build.Frozen = true);
        Assert.That((await _work.Engine.RunAsync(_work.Tag)).Output, Is.EqualTo("first\n"));

        var check = await _work.Cake.MultiStageLockAsync([project], new MultiStageLockSettings { Check = true });
        var update = await _work.Cake.MultiStageLockAsync([project], new MultiStageLockSettings { Update = true });
        Assert.That((check.Changes.Count, update.Changes.Count), Is.EqualTo((1, 1)));
        Assert.That(update.Images.Single().Digest, Is.Not.EqualTo(first.Images.Single().Digest));
        await _work.BuildAsync(project, builder, build => build.Frozen = true);
        Assert.That((await _work.Engine.RunAsync(_work.Tag)).Output, Is.EqualTo("second\n"));
    }

    private async Task PushBaseAsync(string content)
    {
        var image = await _work.BuildAsync(_work.Project(settings =>
        {
            settings.FinalBase = Workspace.Busybox;
            settings.Commands.Add($"echo {content} > /is");
            settings.Artifacts.Add("/is");
        }), BuilderKind.BuildKit, build => build.Lock = "");
        await _work.Cake.MultiStagePushAsync(image, new MultiStagePushSettings { References = [Base] });
        await _work.Engine.UntagAsync(Base);
    }
}
