using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>The main jobs on Docker 28, with both of its image stores.</summary>
[NonParallelizable]
[Category("NewerEngine")]
[TestFixture(EngineKind.Newer)]
[TestFixture(EngineKind.NewerContainerd)]
public sealed class NewerEngineTests(EngineKind kind)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(60);
    private Workspace _work = null!;

    [SetUp]
    public async Task Open() => _work = new Workspace(await SharedEngines.HostAsync(kind));

    [TearDown]
    public async Task Close() => await _work.DisposeAsync();

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task A_scratch_image_is_built_and_measured(BuilderKind builder)
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("echo built > /text");
            settings.Artifacts.Add("/bin/busybox", "/bin/cat");
            settings.Artifacts.Add("/text");
            settings.Entrypoint = ["/bin/cat", "/text"];
        });
        var image = await _work.BuildAsync(project, builder);
        var before = await _work.Engine.ImageIdsAsync();
        await MeasureTests.AssertMeasuresAsSavedAsync(_work, image);
        Assert.That(await _work.Engine.RunAsync(_work.Tag), Is.EqualTo((0L, "built\n")));
        Assert.That((await _work.Engine.ImageIdsAsync()).Except(before, StringComparer.Ordinal), Is.Empty);
    }

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task Waste_is_found_with_the_instructions_that_brought_it(BuilderKind builder) =>
        await MeasureTests.AssertFindsWasteAsync(_work, await _work.BuildAsync(MeasureTests.Wasteful(_work), builder));

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task A_failing_command_is_told(BuilderKind builder)
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("echo why; exit 3");
            settings.Artifacts.Add("/out");
        });
        var failure = await Fault.OfAsync<BuildFailedException>(() => _work.BuildAsync(project, builder));
        Assert.That((failure.Stage, failure.Instruction), Is.EqualTo(("builder", "RUN echo why; exit 3")));
        Assert.That(failure.Output, Is.EqualTo(["why"]));
        Assert.That(failure.Line, Is.EqualTo(4));
    }

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task A_cancelled_build_stops_in_the_engine_too(BuilderKind builder)
    {
        using var cancellation = new CancellationTokenSource();
        var duration = HostProcesses.UniqueSleep();
        var build = _work.BuildAsync(_work.Project(settings =>
        {
            settings.Commands.Add($"sleep {duration}");
            settings.Artifacts.Add("/out");
        }), builder, cancellationToken: cancellation.Token);
        await HostProcesses.SleepStartsAsync(duration, Starting);
        await cancellation.CancelAsync();
        Assert.That(async () => await build.WaitAsync(Soon), Throws.InstanceOf<OperationCanceledException>());
        await HostProcesses.SleepStopsAsync(duration, Soon);
    }

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task Files_come_out_of_a_stage(BuilderKind builder)
    {
        await _work.BuildAsync(ExportTests.Project(_work), builder);
        var before = await _work.InEngineAsync();
        var settings = new MultiStageExportSettings { Stage = "builder", Paths = ["/out"], Destination = "to",
            Build = new MultiStageBuildSettings { Builder = builder } };
        ExportTests.AssertFiles(await _work.Cake.MultiStageExportAsync(ExportTests.Project(_work), settings), _work.Folder);
        var whole = await _work.Cake.MultiStageExportAsync(ExportTests.Project(_work),
            new MultiStageExportSettings { Destination = "whole", Build = new MultiStageBuildSettings { Builder = builder } });
        Assert.That(whole.Files.Select(file => file.Path), Is.EqualTo(["app/in/text", "app/link", "app/other", "app/run"]));
        Assert.That(await _work.InEngineAsync(), Is.EquivalentTo(before));
    }

    [Test]
    public async Task A_second_build_comes_from_the_cache()
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("echo built > /out");
            settings.Artifacts.Add("/out");
        });
        var first = await _work.Cake.MultiStageBuildAsync(project);
        var second = await _work.Cake.MultiStageBuildAsync(project);
        Assert.That(
            second.Steps.Where(step => step.Stage is not null && !step.Cached && !step.Name.Contains("] FROM ", StringComparison.Ordinal)),
            Is.Empty);
        Assert.That((await _work.Engine.InspectAsync(_work.Tag)).ID, Is.EqualTo(second.Id.ToString()));
        Assert.That(first.Platform, Is.EqualTo(second.Platform));
    }
}
