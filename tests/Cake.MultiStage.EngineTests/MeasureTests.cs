using Cake.MultiStage.Aliases;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>What is measured is what the saved image's layers hold.</summary>
public sealed class MeasureTests
{
    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Classic)]
    public async Task Layers_measure_what_the_tar_program_lists(BuilderKind builder)
    {
        await using var work = new Workspace();
        var image = await work.BuildAsync(
            work.Project(settings =>
            {
                settings.FinalBase = "layers";
                settings.Stages.Add(Stage.From("debian:trixie-slim").Named("layers")
                    .Run("mkdir /data && head -c 1234567 /dev/zero > /data/large && echo small > /data/small")
                    .Run("ln /data/large /data/hard && ln -s large /data/soft && mkfifo /data/pipe")
                    .Run("rm /data/large /etc/debian_version && rm -rf /usr/share/common-licenses")
                    .Run("chmod 600 /data/small && : > /data/empty")
                    .Run("true"));
            }),
            builder);
        await AssertMeasuresAsSavedAsync(work, image);
    }

    [Test]
    public async Task An_image_of_one_stage_saves_nothing()
    {
        await using var work = new Workspace();
        var image = await work.BuildAsync(
            work.Project(settings =>
            {
                settings.FinalBase = Workspace.Busybox;
                settings.Artifacts.Add("/etc/debian_version", "/version", from: "debian:trixie-slim");
            }),
            BuilderKind.BuildKit);
        var measured = await work.Cake.MultiStageMeasureAsync(image);
        Assert.That(measured.Stages.Select(stage => stage.Name), Is.EqualTo(["final"]));
        Assert.That((measured.Saved.Bytes, measured.SavedPercent), Is.EqualTo((0L, 0.0)));
    }

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Classic)]
    public async Task Stages_are_measured_without_images_left_behind(BuilderKind builder)
    {
        await using var work = new Workspace();
        var image = await work.BuildAsync(
            work.Project(settings =>
            {
                settings.Stages.Add(Stage.From(Workspace.Busybox).Named("base").Run("head -c 1000 /dev/zero > /a"));
                settings.BuilderImage = "base";
                settings.Commands.Add("head -c 500 /dev/zero > /b");
                settings.Artifacts.Add("/b");
            }),
            builder);
        var before = await work.Engine.ImageIdsAsync();
        var measured = await work.Cake.MultiStageMeasureAsync(image);
        var sizes = measured.Stages.Select(stage => stage.Size.Bytes).ToList();
        Assert.That(measured.Stages.Select(stage => stage.Name), Is.EqualTo(["base", "builder", "final"]));
        Assert.That((sizes[1] - sizes[0], sizes[2]), Is.EqualTo((500L, 500L)));
        Assert.That((await work.Engine.ImageIdsAsync()).Except(before, StringComparer.Ordinal), Is.Empty);
    }

    internal static async Task AssertMeasuresAsSavedAsync(Workspace work, BuiltImage image)
    {
        var measured = await work.Cake.MultiStageMeasureAsync(image);
        var file = Path.Combine(work.Folder, "image.tar");
        await work.Engine.SaveAsync(image.Id.ToString(), file);
        List<(int Files, long Bytes)> expected = [];
        foreach (var layer in await SavedImage.OpenAsync(file))
        {
            expected.Add(await SavedImage.ListAsync(layer));
        }

        Assert.That(measured.Layers.Select(layer => (layer.Files, layer.Size.Bytes)), Is.EqualTo(expected));
        Assert.That(measured.Size.Bytes, Is.EqualTo(expected.Sum(layer => layer.Bytes)));
        Assert.That(measured.Stages[^1].Size, Is.EqualTo(measured.Size));
        Assert.That(measured.Layers.Select(layer => layer.DiffId.ToString()), Is.EqualTo((await work.Engine.InspectAsync(image.Id.ToString())).RootFS.Layers));
    }
}
