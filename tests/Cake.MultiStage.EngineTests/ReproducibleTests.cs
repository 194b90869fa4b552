using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>The same commit gives the same digest, whatever the folder and the clock.</summary>
[Category("NewerEngine")]
public sealed class ReproducibleTests
{
    private const string Epoch = "1700000000";

    [Test]
    public async Task Two_folders_give_the_same_digest()
    {
        await using var work = new Workspace(await SharedEngines.HostAsync(EngineKind.NewerContainerd));
        var first = await BuildAsync(work, "one", new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var second = await BuildAsync(work, "two", DateTime.UtcNow);
        Assert.That(second.Id, Is.EqualTo(first.Id));
        Assert.That(await work.Engine.RunAsync(work.Tag), Is.EqualTo((0L, "2023-11-14\n")));
        Assert.That((await work.Cake.MultiStageMeasureAsync(second)).Size.Bytes, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_stage_without_a_name_comes_out_with_the_commits_time()
    {
        await using var work = new Workspace(await SharedEngines.HostAsync(EngineKind.NewerContainerd));
        var settings = new MultiStageExportSettings { Stage = "builder", Paths = ["/in/deep/x"], Destination = "to" };
        settings.Build.Reproducible = true;
        settings.Build.BuildArguments[BuildRequest.EpochArgument] = Epoch;
        var project = work.Project(described =>
        {
            described.Commands.Add("mkdir -p /in/deep; echo x > /in/deep/x");
            described.Artifacts.Add("/in", "/in");
        });
        await work.Cake.MultiStageExportAsync(project, settings);
        var file = Path.Combine(work.Folder, "to", "x");
        Assert.That(File.GetLastWriteTimeUtc(file), Is.EqualTo(DateTime.UnixEpoch.AddSeconds(1_700_000_000)));
        Assert.That(await work.InEngineAsync(), Is.Empty);
    }

    [Test]
    public async Task An_engine_that_would_pass_over_it_is_refused()
    {
        await using var work = new Workspace();
        work.Write("one/text", "text");
        var error = await Fault.OfAsync<EngineException>(() => BuildAsync(work, "one", DateTime.UtcNow));
        Assert.That(error.Message, Does.Contain("not begun").And.Contain("Reproducible").And.Contain("containerd-snapshotter"));
    }

    private static async Task<BuiltImage> BuildAsync(Workspace work, string folder, DateTime changed)
    {
        File.SetLastWriteTimeUtc(work.Write($"{folder}/text", "text"), changed);
        var project = work.Project(settings =>
        {
            settings.Sources.Add("text");
            settings.Commands.Add("date > /made; mkdir -p /in/deep; echo x > /in/deep/x");
            settings.Artifacts.Add("/bin/busybox", "/bin/busybox");
            settings.Artifacts.Add("/src/text", "/text");
            settings.Artifacts.Add("/in", "/in");
            settings.Entrypoint = ["/bin/busybox", "sh", "-c", "/bin/busybox date -u -r /in/deep/x +%Y-%m-%d"];
        }) with { ContextDirectory = Path.Combine(work.Folder, folder) };
        return await work.BuildAsync(project, BuilderKind.BuildKit, settings =>
        {
            (settings.Reproducible, settings.NoCache, settings.OriginLabels) = (true, true, false);
            settings.BuildArguments[BuildRequest.EpochArgument] = Epoch;
        });
    }
}
