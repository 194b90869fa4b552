using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>Images of earlier builds are removed by their label, and no others.</summary>
[TestFixture(EngineKind.Default)]
[TestFixture(EngineKind.Newer, Category = "NewerEngine")]
[TestFixture(EngineKind.NewerContainerd, Category = "NewerEngine")]
public sealed class PruneTests(EngineKind kind)
{
    private Workspace _work = null!;

    [SetUp]
    public async Task Open() => _work = new Workspace(await SharedEngines.HostAsync(kind));

    [TearDown]
    public async Task Close() => await _work.DisposeAsync();

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task The_oldest_goes_and_what_others_made_or_use_stays(BuilderKind builder)
    {
        foreach (var version in (string[])["1", "2", "3", "4"])
        {
            await _work.BuildAsync(Project(version), builder);
        }

        await _work.Engine.TagAsync(Workspace.Busybox, _work.Repository, "other");
        var container = await _work.Engine.StartOnHostAsync(_work.Repository + ":2");
        try
        {
            var would = await _work.Cake.MultiStagePruneAsync(Settings(dryRun: true));
            var pruned = await _work.Cake.MultiStagePruneAsync(Settings(dryRun: false));
            Assert.That(pruned.Removed.SelectMany(image => image.Tags).Select(tag => tag.ToString()),
                Is.EqualTo([_work.Repository + ":1"]).And.EqualTo(
                    would.Removed.SelectMany(image => image.Tags).Select(tag => tag.ToString())));
            Assert.That(pruned.Kept, Is.EqualTo(3));
            Assert.That(async () => await _work.Engine.InspectAsync(_work.Repository + ":1"), Throws.Exception);
            foreach (var tag in (string[])["2", "3", "4", "other"])
            {
                Assert.That((await _work.Engine.InspectAsync($"{_work.Repository}:{tag}")).ID, Is.Not.Empty);
            }
        }
        finally
        {
            await _work.Engine.RemoveContainerAsync(container);
            await _work.Engine.UntagAsync(_work.Repository + ":other");
        }
    }

    private Cake.MultiStage.Projects.ImageProject Project(string version) => _work.Project(settings =>
    {
        settings.Name = _work.Repository;
        settings.Tags.Clear();
        settings.Tags.Add($"{_work.Repository}:{version}");
        settings.Commands.Add($"echo {version} > /out");
        settings.Artifacts.Add("/out");
        settings.Artifacts.Add("/bin/busybox", "/bin/true");
        settings.Entrypoint = ["/bin/true"];
    });

    private MultiStagePruneSettings Settings(bool dryRun) => new() { Keep = 2, Projects = [_work.Repository], DryRun = dryRun };
}
