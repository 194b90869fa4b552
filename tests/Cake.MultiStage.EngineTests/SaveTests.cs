using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>Saved images are whole files that carry their tags.</summary>
public sealed class SaveTests
{
    [TestCase("image.tar")]
    [TestCase("below/image.tar.gz")]
    [TestCase("image.tgz")]
    public async Task An_image_is_saved_with_its_tags(string name)
    {
        await using var work = new Workspace();
        var image = await work.BuildAsync(ExportTests.Project(work), BuilderKind.BuildKit, build => build.Tags.Add(work.Repository + ":2"));
        var saved = await work.Cake.MultiStageSaveAsync(image, name);
        var manifest = await Shell.RunAsync("tar", ["-xOf", saved.Path, "manifest.json"]);
        Assert.That(manifest, Does.Contain(work.Repository + ":1").And.Contain(work.Repository + ":2"));
        Assert.That(saved.Size.Bytes, Is.EqualTo(new FileInfo(saved.Path).Length));
        var start = (await File.ReadAllBytesAsync(saved.Path))[..2];
        Assert.That(start is [0x1f, 0x8b], Is.EqualTo(name.EndsWith("gz", StringComparison.Ordinal)));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(saved.Path)!), Is.EqualTo([saved.Path]));
    }

    [Test]
    public async Task A_tag_that_has_moved_on_is_not_saved()
    {
        await using var work = new Workspace();
        var image = await work.BuildAsync(ExportTests.Project(work), BuilderKind.BuildKit, build => build.Tags.Add(work.Repository + ":2"));
        await work.Engine.TagAsync(Workspace.Busybox, work.Repository, "2");
        var saved = await work.Cake.MultiStageSaveAsync(image, "image.tar");
        await work.Engine.UntagAsync(work.Repository + ":2");
        Assert.That(await Shell.RunAsync("tar", ["-xOf", saved.Path, "manifest.json"]),
            Does.Contain(work.Repository + ":1").And.Not.Contain(work.Repository + ":2"));
    }

    [Test]
    public async Task Several_images_go_to_one_file()
    {
        await using var work = new Workspace();
        await work.BuildAsync(ExportTests.Project(work), BuilderKind.BuildKit);
        var saved = await work.Cake.MultiStageSaveAsync([work.Tag, Workspace.Busybox], "images.tar");
        Assert.That(await Shell.RunAsync("tar", ["-xOf", saved.Path, "manifest.json"]),
            Does.Contain(work.Tag).And.Contain(Workspace.Busybox));
    }

    [Test]
    public async Task An_image_that_is_not_there_leaves_the_old_file()
    {
        await using var work = new Workspace();
        var file = work.Write("image.tar", "old");
        var error = await Fault.OfAsync<MultiStageException>(() => work.Cake.MultiStageSaveAsync([work.Tag], "image.tar"));
        Assert.That(error.Message, Does.Contain($"The image '{work.Tag}' can't be saved"));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(work.Folder), Is.EqualTo([file]));
    }
}
