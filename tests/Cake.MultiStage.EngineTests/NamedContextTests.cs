using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>Names of a Dockerfile that stand for a folder, an image or another description.</summary>
[Category("NewerEngine")]
[TestFixture(EngineKind.Newer)]
[TestFixture(EngineKind.NewerContainerd)]
public sealed class NamedContextTests(EngineKind kind)
{
    private Workspace _work = null!;

    [SetUp]
    public async Task Open() => _work = new Workspace(await SharedEngines.HostAsync(kind));

    [TearDown]
    public async Task Close() => await _work.DisposeAsync();

    [Test]
    public async Task A_description_stands_on_another_and_takes_files_of_a_folder()
    {
        _work.Write("shared/text", _work.Repository);
        _work.Write("shared/.dockerignore", "left-out");
        _work.Write("shared/left-out", "");
        _work.Write("app/Dockerfile", $"""
            FROM base AS builder
            COPY --from=shared . /shared
            RUN --mount=from=tools,target=/tools cp /tools/bin/busybox /found && cat /made /shared/text > /out && ls /shared >> /out
            FROM scratch
            LABEL {_work.Label.Name}={_work.Label.Value}
            COPY --from=builder /out /out
            COPY --from=builder /found /bin/cat
            ENTRYPOINT ["/bin/cat", "/out"]
            """);
        var image = await BuildAsync();
        Assert.That(await _work.Engine.RunAsync(_work.Tag), Is.EqualTo((0L, $"base\n{_work.Repository}text\n")));
        Assert.That(image.Record!.Stages.Select(stage => (stage.Name, stage.Base, stage.Layers is null)),
            Is.EqualTo([("builder", "base", false), ("stage-1", "scratch", false)]));

        var again = await BuildAsync();
        Assert.That(again.Steps.Where(step => step.Stage is not null && !step.Cached).Select(step => step.Name)
            .Where(name => !name.Contains("] FROM ", StringComparison.Ordinal)), Is.Empty);
        Assert.That(again.Id, Is.EqualTo(image.Id));
    }

    private Task<BuiltImage> BuildAsync() => _work.Cake.MultiStageBuildAsync(_work.Cake.MultiStageFromDockerfile("app", docker =>
    {
        docker.Tags.Add(_work.Tag);
        docker.Contexts["base"] = NamedContext.Project(_work.Project(settings =>
        {
            settings.FinalBase = Workspace.Busybox;
            settings.Commands.Add("echo base > /made");
            settings.Artifacts.Add("/made");
        }));
        docker.Contexts["shared"] = NamedContext.Folder("shared");
        docker.Contexts["tools"] = NamedContext.Image(Workspace.Busybox);
    }));
}
