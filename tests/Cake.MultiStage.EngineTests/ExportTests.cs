using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>Files come out of stages as they are there, and nothing of the export stays in the engine.</summary>
[TestFixture(BuilderKind.BuildKit)]
[TestFixture(BuilderKind.Legacy)]
public sealed class ExportTests(BuilderKind builder) : WorkspaceFixture
{
    [Test]
    public async Task A_folder_of_the_builder_stage_keeps_modes_links_and_content()
    {
        var result = await ExportAsync(Project(), "builder", "/out");
        AssertFiles(result, _work.Folder);
    }

    [Test]
    public async Task What_is_in_a_folder_comes_without_the_folder()
    {
        var result = await ExportAsync(Project(), "builder", "/out/.", "/etc/passwd");
        Assert.That(result.Files.Select(file => file.Path), Is.EqualTo(["in/text", "link", "other", "passwd", "run"]));
    }

    [Test]
    public async Task A_stage_from_scratch_comes_whole_and_holds_nothing_of_the_engine()
    {
        var result = await ExportAsync(Project(), "final");
        Assert.That(result.Files.Select(file => file.Path), Is.EqualTo(["app/in/text", "app/link", "app/other", "app/run"]));
        Assert.That(Directory.GetFileSystemEntries(To), Is.EqualTo([Path.Combine(To, "app")]));
    }

    [Test]
    public async Task Nothing_stays_in_the_engine()
    {
        // The legacy builder keeps the images of its steps, which are its cache, from this build on.
        await _work.BuildAsync(Project(), builder);
        var before = await _work.InEngineAsync();
        await ExportAsync(Project(), "builder", "/out");
        await ExportAsync(Project(), "final");
        Assert.That(await _work.InEngineAsync(), Is.EquivalentTo(before));
    }

    [Test]
    public async Task Exports_at_the_same_time_do_not_take_each_others_image_away()
    {
        await _work.BuildAsync(Project(), builder);
        var before = await _work.InEngineAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(number => _work.Cake.MultiStageExportAsync(Project(), new MultiStageExportSettings
        {
            Stage = "final",
            Destination = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"to-{number}"),
            Build = new MultiStageBuildSettings { Builder = builder },
        })));
        Assert.That(results.Select(result => result.Files.Count), Is.All.EqualTo(4));
        Assert.That(await _work.InEngineAsync(), Is.EquivalentTo(before));
    }

    [Test]
    public async Task An_image_without_a_tag_that_was_there_before_stays()
    {
        var built = await _work.BuildAsync(Project() with { Tags = [] }, builder);
        await ExportAsync(Project(), "final", "/app");
        Assert.That((await _work.Engine.InspectAsync(built.Id.ToString())).ID, Is.EqualTo(built.Id.ToString()));
    }

    [Test]
    public async Task A_tagged_image_of_the_stage_stays()
    {
        var built = await _work.BuildAsync(Project(), builder);
        await ExportAsync(Project(), "final", "/app");
        Assert.That((await _work.Engine.InspectAsync(_work.Tag)).ID, Is.EqualTo(built.Id.ToString()));
    }

    [Test]
    public async Task A_path_that_the_stage_lacks_is_told_and_the_destination_stays_as_it_was()
    {
        _work.Write("to/run", "old");
        foreach (var path in new[] { "/nope", "/out/run/below" })
        {
            var error = await Fault.OfAsync<MultiStageException>(() => ExportAsync(Project(), "builder", "/out/.", path));
            Assert.That(error.Message, Does.StartWith($"Stage 'builder' has no '{path}'."));
        }

        Assert.That(Directory.GetFileSystemEntries(To, "*", SearchOption.AllDirectories), Is.EqualTo([Path.Combine(To, "run")]));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(To, "run")), Is.EqualTo("old"));
    }

    [Test]
    public async Task A_stage_that_is_none_and_one_that_needs_paths_are_told()
    {
        var unknown = await Fault.OfAsync<DockerfileException>(() => ExportAsync(Project(), "nope", "/out"));
        Assert.That(unknown.Message, Does.Contain("'nope' is not a stage").And.Contain("builder").And.Contain("final"));
        var unnamed = await Fault.OfAsync<MultiStageException>(() => ExportAsync(Project(), "builder"));
        Assert.That(unnamed.Message, Does.Contain($"Stage 'builder' starts from '{Workspace.Busybox}'").And.Contain("export.Paths.Add"));
    }

    internal static ImageProject Project(Workspace work) => work.Project(settings =>
    {
        settings.Commands.Add("mkdir -p /out/in && echo text > /out/in/text && printf '#!/bin/sh\\n' > /out/run && chmod 750 /out/run");
        settings.Commands.Add("ln -s in/text /out/link && ln /out/run /out/other && mkfifo /out/in/pipe");
        settings.Artifacts.Add("/out", "/app");
    });

    internal static void AssertFiles(ExportResult result, string folder)
    {
        var to = Path.Combine(folder, "to");
        Assert.That(result.Destination, Is.EqualTo(to));
        Assert.That(result.Files.Select(file => (file.Path, file.Size.Bytes)),
            Is.EqualTo([("out/in/text", 5L), ("out/link", 0L), ("out/other", 10L), ("out/run", 10L)]));
        Assert.That(result.Files.Select(file => file.LinkTarget), Is.EqualTo([null, "in/text", null, null]));
        Assert.That(OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(Path.Combine(to, "out/run")),
            Is.EqualTo((UnixFileMode)488));
        Assert.That(File.ReadAllText(Path.Combine(to, "out/link")), Is.EqualTo("text\n"));
    }

    private string To => Path.Combine(_work.Folder, "to");

    private ImageProject Project() => Project(_work);

    private Task<ExportResult> ExportAsync(ImageProject project, string stage, params string[] paths) => _work.Cake.MultiStageExportAsync(
        project,
        new MultiStageExportSettings { Stage = stage, Paths = [.. paths], Destination = "to",
            Build = new MultiStageBuildSettings { Builder = builder } });
}
