using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>What is measured is what was built, whatever became of the files since; and nobody takes another's images away.</summary>
public sealed class RecordTests : WorkspaceFixture
{
    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task A_file_that_grows_or_goes_after_the_build_changes_no_figure(BuilderKind builder)
    {
        var image = await _work.BuildAsync(Copying(), builder);
        var before = Figures(await _work.Cake.MultiStageMeasureAsync(image));

        _work.Write("text", new string('x', 20_000_000));
        Assert.That(Figures(await _work.Cake.MultiStageMeasureAsync(image)), Is.EqualTo(before));

        File.Delete(Path.Combine(_work.Folder, "text"));
        Assert.That(Figures(await _work.Cake.MultiStageMeasureAsync(image)), Is.EqualTo(before));
    }

    [Test]
    public async Task Eight_measures_of_seven_stages_at_once_all_come_to_the_same()
    {
        var project = _work.Project(settings =>
        {
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("s0").Run("echo 0 > /0"));
            for (var number = 1; number < 5; number++)
            {
                settings.Stages.Add(Stage.From($"s{number - 1}").Named($"s{number}").Run($"head -c {number}000 /dev/zero > /{number}"));
            }

            settings.BuilderImage = "s4";
            settings.Commands.Add("echo made > /made");
            settings.Artifacts.Add("/made");
        });
        var measured = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            Figures(await _work.Cake.MultiStageMeasureAsync(await _work.BuildAsync(project, BuilderKind.BuildKit)))));
        Assert.That(measured.Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(1), string.Join('\n', measured));
        Assert.That(measured[0].Split(';'), Has.Length.EqualTo(7));
        Assert.That(measured[0], Does.Not.Contain("=0B"));
        var image = (await _work.Engine.InspectAsync(_work.Tag)).ID;
        Assert.That(await _work.InEngineAsync(), Is.EquivalentTo([image]));
    }

    [TestCase(1)]
    [TestCase(60)]
    [TestCase(300)]
    public async Task A_measure_that_is_cancelled_leaves_no_image_and_no_container(int milliseconds)
    {
        var image = await _work.BuildAsync(
            _work.Project(settings =>
            {
                settings.Commands.Add("head -c 60000000 /dev/urandom > /made");
                settings.Artifacts.Add("/made");
            }),
            BuilderKind.BuildKit,
            settings => settings.NoCache = true);
        var before = await _work.InEngineAsync();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(milliseconds));
        try
        {
            await _work.Cake.MultiStageMeasureAsync(image, new MultiStageMeasureSettings { StageContents = true }, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // It was not done in the time.
        }

        Assert.That(await _work.InEngineAsync(), Is.EquivalentTo(before));
    }

    [Test]
    public async Task Contents_of_a_stage_are_read_as_long_as_the_files_are_those_of_the_build()
    {
        var wanted = new MultiStageMeasureSettings { StageContents = true };
        var image = await _work.BuildAsync(
            _work.Project(settings =>
            {
                _work.Write("text", "given");
                settings.Sources.Add("text");
                settings.FinalBase = Workspace.Busybox;
                settings.Commands.Add("cp text /made");
                settings.Artifacts.Add("/made");
            }),
            BuilderKind.BuildKit);
        await _work.Cake.MultiStageMeasureAsync(image, wanted);
        Assert.That(_work.Log.Lines, Has.None.Contains("have changed since the image was built"));

        _work.Write("text", "another");
        await _work.Cake.MultiStageMeasureAsync(image, wanted);
        Assert.That(_work.Log.Lines, Has.Exactly(1).Contains("have changed since the image was built"));
    }

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task An_image_without_layers_is_measured_checked_and_reported(BuilderKind builder)
    {
        var image = await _work.BuildAsync(
            _work.Project(settings =>
            {
                settings.FinalBase = "empty";
                settings.Stages.Add(Stage.From(StageBase.Scratch).Named("empty").Healthcheck("/none"));
            }),
            builder);
        var measured = await _work.Cake.MultiStageMeasureAsync(image);
        Assert.That((measured.Size.Bytes, measured.Layers.Count), Is.EqualTo((0L, 0)));
        var check = await _work.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings { FailOn = null });
        Assert.That(check.Findings.Select(finding => finding.Rule), Does.Contain("start-health"), "its configuration is read");
        await _work.Cake.MultiStageReportAsync(measured, new MultiStageReportSettings { Directory = _work.Folder });
        Assert.That(File.Exists(Path.Combine(_work.Folder, "report.json")));
    }

    private ImageProject Copying() => _work.Project(settings =>
    {
        _work.Write("text", "given");
        settings.Sources.Add("text");
        settings.Commands.Add("cp text /made");
        settings.Artifacts.Add("/made");
    });

    private static string Figures(MeasuredImage measured) =>
        string.Join(';', measured.Stages.Select(stage => FormattableString.Invariant($"{stage.Name}={stage.Size.Bytes}B")));
}
