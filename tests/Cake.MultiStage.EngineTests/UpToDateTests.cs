using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>An image that is up to date is found in a real engine, and is as good as one that was just built.</summary>
[TestFixture(BuilderKind.BuildKit)]
[TestFixture(BuilderKind.Legacy)]
public sealed class UpToDateTests(BuilderKind builder) : WorkspaceFixture
{
    [Test]
    public async Task Three_pushes_all_new_one_file_changed_nothing_changed()
    {
        _work.Write("text", "one");
        var project = _work.Project(settings =>
        {
            settings.Sources.Add(".");
            settings.Commands.Add("cp text /made");
            settings.Artifacts.Add("/made");
        });
        Task<BuiltImage> Push(string? tag = null) => _work.BuildAsync(project, builder, settings =>
        {
            settings.UpToDate = true;
            settings.Tags = tag is null ? [] : [tag];
        });

        Assert.That((await Push()).UpToDate, Is.False);
        _work.Write("text", "two");
        var changed = await Push();
        Assert.That(changed.Reasons, Is.EqualTo(["text changed"]));

        var moved = $"{_work.Repository}:moved";
        var same = await Push(moved);
        Assert.That((same.UpToDate, same.Id), Is.EqualTo((true, changed.Id)));
        Assert.That(same.Record!.Stages.Select(stage => (stage.Name, stage.Size)),
            Is.EqualTo(changed.Record!.Stages.Select(stage => (stage.Name, stage.Size))));
        Assert.That(await _work.Engine.ReadFileAsync(moved, "/made"), Is.EqualTo("two"));
        Assert.That((await _work.Cake.MultiStageMeasureAsync(same)).Size,
            Is.EqualTo((await _work.Cake.MultiStageMeasureAsync(changed)).Size));
        await _work.Engine.UntagAsync(moved);

        _work.Write("text", "one");
        Assert.That((await Push()).UpToDate, Is.True);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/made"), Is.EqualTo("one"));
    }

    [Test]
    public async Task A_change_that_no_time_tells_is_built()
    {
        var project = _work.Project(settings =>
        {
            settings.Sources.Add(".");
            settings.Commands.Add("cp text /made");
            settings.Artifacts.Add("/made");
        });
        foreach (var text in (string[])["one", "two"])
        {
            // As packages unpack their files: all of one time.
            File.SetLastWriteTimeUtc(_work.Write("text", text), new DateTime(1985, 10, 26, 8, 15, 0, DateTimeKind.Utc));
            await _work.BuildAsync(project, builder, settings => settings.UpToDate = true);
            Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/made"), Is.EqualTo(text));
        }
    }
}
