using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.EngineTests;

/// <summary>An image that exceeds its budget fails the task, with the largest causes; one within passes.</summary>
public sealed class BudgetTests : WorkspaceFixture
{
    [Test]
    public async Task An_image_within_its_budget_passes()
    {
        var measured = await BuildAsync(1, 8_000_000);
        var settings = new MultiStageBudgetSettings { MaxSize = "40 MB", MaxOwnSize = "30 MB", MaxWaste = "20 %", MaxLayers = 8,
            MaxGrowth = "0 %", Baseline = _work.Repository + ":1" };
        settings.Stages["builder"] = "40 MB";
        await _work.Cake.MultiStageBudgetAsync(measured, settings);
        Assert.That(_work.Log.Lines, Has.Some.Contains("keeps its budget"));
    }

    [Test]
    public async Task A_size_too_large_names_the_three_largest_causes() => await AssertNamesCausesAsync(_work);

    [Test]
    public async Task Waste_layers_and_stages_have_limits_of_their_own()
    {
        var settings = new MultiStageBudgetSettings { MaxWaste = "1 %", MaxLayers = 2 };
        settings.Stages["builder"] = "1 kB";
        var error = await BrokenAsync(await BuildAsync(1, 8_000_000), settings);
        Assert.That(error.Limits.Select(limit => limit.Name), Is.EqualTo(["waste", "stage 'builder'", "layers"]));
        var waste = error.Limits[0].Causes.Single();
        Assert.That((waste.What, waste.Size.Bytes), Is.EqualTo(("/wasted", 1_000_000L)));
        Assert.That(waste.CreatedBy, Does.Contain("head -c 1000000").And.Contain("removed by").And.Contain("rm /wasted"));
        Assert.That(error.Limits[1].Causes[0].What, Does.Contain(Workspace.Busybox));
        Assert.That(error.Message, Does.Contain("at most 2 layers"));
    }

    [Test]
    public async Task Growth_is_relative_to_a_stored_report()
    {
        await _work.Cake.MultiStageReportAsync(await BuildAsync(1, 2_000_000),
            new MultiStageReportSettings { Directory = "stored", Summary = false });
        var grown = await BuildAsync(2, 3_000_000);
        var settings = new MultiStageBudgetSettings { MaxGrowth = "5 %", Baseline = "stored/report.json" };
        var limit = (await BrokenAsync(grown, settings)).Limits.Single();
        Assert.That((limit.Name, limit.Causes.Single().What, limit.Causes.Single().Size.Bytes),
            Is.EqualTo(("growth", "/large", 1_000_000L)));
        settings.MaxGrowth = "1 MB";
        await _work.Cake.MultiStageBudgetAsync(grown, settings);
    }

    [Test]
    public async Task Growth_is_relative_to_an_image_of_the_engine()
    {
        await BuildAsync(1, 2_000_000);
        var error = await BrokenAsync(await BuildAsync(2, 3_000_000),
            new MultiStageBudgetSettings { MaxGrowth = "900 kB", Baseline = _work.Repository + ":1" });
        Assert.That(error.Message, Does.Contain("growth").And.Contain(_work.Repository + ":1").And.Contain("/large by RUN"));
    }

    [Test]
    public async Task A_stage_that_is_not_there_is_told_with_those_that_are()
    {
        var settings = new MultiStageBudgetSettings();
        settings.Stages["nowhere"] = "1 MB";
        var measured = await BuildAsync(1, 2_000_000);
        Assert.That((await Fault.OfAsync<MultiStageException>(() => _work.Cake.MultiStageBudgetAsync(measured, settings))).Message,
            Does.Contain("'nowhere'").And.Contain("'builder'"));
    }

    internal static async Task AssertNamesCausesAsync(Workspace work)
    {
        var measured = await BuildAsync(work, 1, 8_000_000);
        var error = await Fault.OfAsync<BudgetExceededException>(
            () => work.Cake.MultiStageBudgetAsync(measured, new MultiStageBudgetSettings { MaxSize = "10 MB" }));
        var limit = error.Limits.Single();
        Assert.That(limit.Name, Is.EqualTo("size"));
        Assert.That(limit.Causes.Select(cause => (cause.What, cause.Size.Bytes)).Take(2),
            Is.EqualTo(new[] { ("/large", 8_000_000L), ("/middle", 6_000_000L) }));
        Assert.That(limit.Causes, Has.Count.EqualTo(3));
        Assert.That(limit.Causes.Take(2).Select(cause => cause.CreatedBy), Is.All.Contains("head -c"));
        Assert.That(error.Message,
            Does.Contain("exceeds its budget").And.Contain("size ").And.Contain("at most 10 MB").And.Contain("/large by RUN"));
    }

    private async Task<BudgetExceededException> BrokenAsync(MeasuredImage measured, MultiStageBudgetSettings settings) =>
        await Fault.OfAsync<BudgetExceededException>(() => _work.Cake.MultiStageBudgetAsync(measured, settings));

    private Task<MeasuredImage> BuildAsync(int version, int large) => BuildAsync(_work, version, large);

    private static async Task<MeasuredImage> BuildAsync(Workspace work, int version, int large)
    {
        var project = work.Project(settings =>
        {
            settings.Tags[0] = $"{work.Repository}:{version}";
            settings.Commands.Add("echo made > /made");
            settings.Artifacts.Add("/made");
            settings.FinalBase = "layers";
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("layers")
                .Run($"head -c {large} /dev/zero > /large")
                .Run("head -c 6000000 /dev/zero > /middle")
                .Run("head -c 1000000 /dev/zero > /wasted")
                .Run("rm /wasted"));
        });
        return await work.Cake.MultiStageMeasureAsync(await work.BuildAsync(project, BuilderKind.BuildKit));
    }
}
