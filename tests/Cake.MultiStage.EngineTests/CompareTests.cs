using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// Two builds of a project are compared: with each other, with a stored report, by their names; and each run leaves its line in the
/// history.
/// </summary>
public sealed class CompareTests : WorkspaceFixture
{
    [Test]
    public async Task Files_directories_and_layers_of_two_builds_are_compared() => await AssertComparesAsync(_work);

    [Test]
    public async Task A_stored_report_will_do_for_the_older_image()
    {
        var before = await BuildAsync(_work, 1);
        await _work.Cake.MultiStageReportAsync(before, new MultiStageReportSettings { Directory = "stored", Summary = false });
        var after = await ChangeAndBuildAsync(_work);
        AssertDiffers(await _work.Cake.MultiStageCompareAsync("stored/report.json", after));
    }

    [Test]
    public async Task Images_are_compared_by_their_names()
    {
        await BuildAsync(_work, 1);
        var after = await ChangeAndBuildAsync(_work);
        AssertDiffers(await _work.Cake.MultiStageCompareAsync(_work.Repository + ":1", after));
        AssertDiffers(await _work.Cake.MultiStageCompareAsync(_work.Repository + ":1", _work.Repository + ":2"));
        Assert.That(_work.Log.Lines,
            Has.Some.Contains("files: 1 added, 1 changed, 1 removed").And.Some.Contains("layers: 2 shared, 1 added"));
    }

    [Test]
    public async Task An_image_differs_from_itself_in_nothing()
    {
        var measured = await BuildAsync(_work, 1);
        var comparison = _work.Cake.MultiStageCompare(measured, await BuildAsync(_work, 1));
        Assert.That((comparison.Files.Count, comparison.Directories.Count, comparison.AddedLayers.Count, comparison.Growth.Bytes),
            Is.EqualTo((0, 0, 0, 0L)));
    }

    [Test]
    public async Task What_is_not_there_to_compare_with_is_told_with_its_name()
    {
        var measured = await BuildAsync(_work, 1);
        var image = await Fault.OfAsync<MultiStageException>(() => _work.Cake.MultiStageCompareAsync(_work.Repository + ":none", measured));
        Assert.That(image.Message, Does.Contain(_work.Repository + ":none"));
        var report = await Fault.OfAsync<MultiStageException>(() => _work.Cake.MultiStageCompareAsync("none/report.json", measured));
        Assert.That(report.Message, Does.Contain("none/report.json"));
    }

    [Test]
    public async Task Each_run_adds_its_line_to_the_history_and_the_report_shows_the_trend()
    {
        var settings = new MultiStageReportSettings { History = "history.jsonl", Directory = "report", Summary = false };
        await _work.Cake.MultiStageReportAsync(await BuildAsync(_work, 1), settings);
        var after = await ChangeAndBuildAsync(_work);
        await _work.Cake.MultiStageReportAsync(after, settings);
        var lines = await File.ReadAllLinesAsync(Path.Combine(_work.Folder, "history.jsonl"));
        Assert.That(lines.Select(line => line.Split("\"name\":\"")[1].Split('"')[0]),
            Is.EqualTo([_work.Repository + ":1", _work.Repository + ":2"]));
        Assert.That(lines[1], Does.Contain($"\"size\":{after.Size.Bytes}"));
        Assert.That(_work.Log.Lines, Has.Some.Match("history: .* → .*\\+900 B.*2 runs"));
    }

    internal static async Task AssertComparesAsync(Workspace work)
    {
        var before = await BuildAsync(work, 1);
        AssertDiffers(work.Cake.MultiStageCompare(before, await ChangeAndBuildAsync(work)));
    }

    private static void AssertDiffers(ImageComparison comparison)
    {
        Assert.That(comparison.Files.Select(file => (file.Path, file.Kind, file.Difference.Bytes)), Is.EqualTo(new[]
        {
            ("/srv/app/added", FileChangeKind.Added, 700L), ("/srv/app/changed", FileChangeKind.Changed, 500L),
            ("/srv/app/removed", FileChangeKind.Removed, -300L),
        }));
        Assert.That(comparison.Files.Select(file => file.CreatedBy), Is.All.Contains("COPY").And.All.Contains("/srv/app"));
        Assert.That(comparison.Directories.Select(directory => (directory.Path, directory.Difference.Bytes)),
            Is.EqualTo(new[] { ("/srv", 900L), ("/srv/app", 900L) }));
        Assert.That((comparison.SharedLayers.Count, comparison.AddedLayers.Count, comparison.RemovedLayers.Count), Is.EqualTo((2, 1, 1)));
        Assert.That(comparison.SharedLayers[1].CreatedBy, Does.Contain("/srv/base"));
        Assert.That(comparison.Growth.Bytes, Is.EqualTo(900));
    }

    private static async Task<MeasuredImage> BuildAsync(Workspace work, int version)
    {
        if (version == 1)
        {
            work.Write("app/same", new string('s', 1000));
            work.Write("app/changed", new string('c', 2000));
            work.Write("app/removed", new string('r', 300));
        }

        var project = work.Project(settings =>
        {
            settings.Sources.Add("app");
            settings.Tags[0] = $"{work.Repository}:{version}";
            settings.Artifacts.Add("/src", "/srv/app");
            settings.FinalBase = "runtime";
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("runtime").Run("mkdir -p /srv && head -c 4000 /dev/zero > /srv/base"));
        });
        return await work.Cake.MultiStageMeasureAsync(await work.BuildAsync(project, BuilderKind.BuildKit));
    }

    private static async Task<MeasuredImage> ChangeAndBuildAsync(Workspace work)
    {
        work.Write("app/added", new string('a', 700));
        work.Write("app/changed", new string('d', 2500));
        File.Delete(Path.Combine(work.Folder, "app", "removed"));
        return await BuildAsync(work, 2);
    }
}
