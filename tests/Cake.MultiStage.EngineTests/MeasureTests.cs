using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>What is measured is what the saved image's layers hold.</summary>
[NonParallelizable]
public sealed class MeasureTests
{
    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
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
    [TestCase(BuilderKind.Legacy)]
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

    [TestCase(BuilderKind.BuildKit)]
    [TestCase(BuilderKind.Legacy)]
    public async Task What_a_later_instruction_deletes_is_waste_of_the_one_that_brought_it(BuilderKind builder)
    {
        await using var work = new Workspace();
        var image = await work.BuildAsync(Wasteful(work), builder);
        await AssertFindsWasteAsync(work, image);
    }

    [Test]
    public async Task Any_image_of_the_engine_is_measured_by_its_name()
    {
        await using var work = new Workspace();
        var measured = await work.Cake.MultiStageMeasureAsync(Workspace.Busybox, new MultiStageMeasureSettings { Compressed = true });
        Assert.That(measured.Layers.Select(layer => layer.DiffId.ToString()),
            Is.EqualTo((await work.Engine.InspectAsync(Workspace.Busybox)).RootFS.Layers));
        Assert.That(measured.Files.Resolve("/bin/sh")?.File?.Hash, Is.Not.Null);
        Assert.That(measured.CompressedSize!.Value.Bytes, Is.InRange(1, measured.Size.Bytes));
        Assert.That(async () => await work.Cake.MultiStageMeasureAsync("no-such-image:1", new MultiStageMeasureSettings()),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("no-such-image:1"));
    }

    internal static ImageProject Wasteful(Workspace work) => work.Project(settings =>
    {
        settings.FinalBase = "layers";
        settings.Stages.Add(Stage.From(Workspace.Busybox).Named("layers")
            .Run("mkdir /data && head -c 2000000 /dev/zero > /data/large")
            .Run("rm /data/large")
            .Run("mkdir -p /var/lib/apt/lists && head -c 3000 /dev/zero > /var/lib/apt/lists/packages"));
    });

    internal static async Task AssertFindsWasteAsync(Workspace work, BuiltImage image)
    {
        var measured = await work.Cake.MultiStageMeasureAsync(image);
        var wasted = measured.Waste.Files[0];
        Assert.That((wasted.Path, wasted.Size.Bytes), Is.EqualTo(("/data/large", 2_000_000L)));
        Assert.That(wasted.CreatedBy, Does.Contain("head -c 2000000"));
        Assert.That(wasted.RemovedBy, Does.Contain("rm /data/large"));
        Assert.That(measured.Waste.Size.Bytes, Is.EqualTo(measured.Waste.Files.Sum(file => file.Size.Bytes)));
        Assert.That(measured.Files.Find("/data/large"), Is.Null);
        var leftover = measured.Leftovers.Single(leftover => leftover.Kind == "apt lists");
        Assert.That((leftover.Path, leftover.Size.Bytes, leftover.IsFromBase), Is.EqualTo(("/var/lib/apt/lists", 3000L, false)));
        Assert.That(leftover.CreatedBy, Does.Contain("head -c 3000"));
        Assert.That(measured.Base?.Name, Is.EqualTo(Workspace.Busybox));
        Assert.That(measured.OwnSize!.Value.Bytes, Is.InRange(2_003_000, 2_100_000));
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
        Assert.That(measured.Layers.Select(layer => layer.DiffId.ToString()),
            Is.EqualTo((await work.Engine.InspectAsync(image.Id.ToString())).RootFS.Layers));
    }
}
