using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>An image is saved in each form, loaded into another engine, and runs there.</summary>
[TestFixture(EngineKind.Default, EngineKind.NewerContainerd)]
[TestFixture(EngineKind.NewerContainerd, EngineKind.Default)]
[TestFixture(EngineKind.Newer, EngineKind.Default)]
[TestFixture(EngineKind.NewerContainerd, EngineKind.Newer)]
[Category("NewerEngine")]
public sealed class LoadTests(EngineKind from, EngineKind to)
{
    [TestCase(ImageFormat.DockerArchive, "image.tar.gz")]
    [TestCase(ImageFormat.OciArchive, "image.tar")]
    [TestCase(ImageFormat.OciLayout, "below/layout/")]
    public async Task A_saved_image_runs_in_another_engine(ImageFormat format, string name)
    {
        await using var work = new Workspace(await SharedEngines.HostAsync(from));
        var image = await work.BuildAsync(
            work.Project(settings =>
            {
                settings.Commands.Add($"echo {work.Repository} > /is");
                settings.Artifacts.Add("/bin/busybox", "/bin/cat");
                settings.Artifacts.Add("/is");
                settings.Entrypoint = ["/bin/cat", "/is"];
            }),
            BuilderKind.BuildKit);
        var saved = await work.Cake.MultiStageSaveAsync(work.Tag, name, new MultiStageSaveSettings { Format = format });
        var measured = await work.Cake.MultiStageMeasureAsync(saved.Path);
        using var other = new TestEngine(await SharedEngines.HostAsync(to));
        try
        {
            var loaded = await work.Cake.MultiStageLoadAsync(name, new MultiStageLoadSettings { Host = other.Host });
            Assert.That(loaded.Single().Tags.Select(tag => tag.ToString()), Is.EqualTo([work.Tag]));
            Assert.That((await other.InspectAsync(work.Tag)).ID, Is.EqualTo(loaded[0].Id.ToString()));
            Assert.That((await other.RunAsync(work.Tag)).Output, Is.EqualTo(work.Repository + "\n"));
            if (to != EngineKind.NewerContainerd)
            {
                // The image store of old names an image by its configuration, which is the same in all forms.
                Assert.That(loaded[0].Id, Is.EqualTo(measured.Image.Id));
            }

            if (from == EngineKind.Newer)
            {
                Assert.That(loaded[0].Id, Is.EqualTo(image.Id));
            }
        }
        finally
        {
            await other.CleanAsync(work.Repository, $"{work.Label.Name}={work.Label.Value}");
        }
    }
}
