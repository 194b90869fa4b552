using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>A disk that is full while something is written to it is told as that, with the file, and nothing half-written stays.</summary>
[NonParallelizable]
[Category("Fault")]
public sealed class DiskTests
{
    private Workspace _work = null!;

    private string Disk => Path.Combine(_work.Folder, "disk");

    [SetUp]
    public async Task Mount_a_small_disk()
    {
        _work = new Workspace();
        Directory.CreateDirectory(Disk);
        await Shell.RunAsync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", Disk]);
    }

    [TearDown]
    public async Task Unmount()
    {
        await Shell.RunAsync("umount", [Disk]);
        await _work.DisposeAsync();
    }

    [Test]
    public async Task While_exporting()
    {
        var error = await Fault.OfAsync<MultiStageException>(() => _work.Cake.MultiStageExportAsync(
            Project(), new MultiStageExportSettings { Stage = "final", Destination = Path.Combine(Disk, "to") }));
        Assert.That(error.Message,
            Does.Contain($"'{Path.Combine(Disk, "to", "out", "large")}' can't be written: the disk is full. '{Disk}' has "));
        Assert.That(Directory.EnumerateFileSystemEntries(Disk), Is.Empty);
        Assert.That(await _work.InEngineAsync(), Is.Empty);
    }

    [TestCase("image.tar")]
    [TestCase("image.tar.gz")]
    public async Task While_saving(string name)
    {
        var image = await _work.BuildAsync(Project(), BuilderKind.BuildKit);
        var error = await Fault.OfAsync<MultiStageException>(() => _work.Cake.MultiStageSaveAsync(image, Path.Combine(Disk, name)));
        Assert.That(error.Message, Does.Contain($"'{Path.Combine(Disk, name)}' can't be written: the disk is full. '{Disk}' has "));
        Assert.That(Directory.EnumerateFileSystemEntries(Disk), Is.Empty);
    }

    // Bytes that no gzip makes smaller.
    private ImageProject Project() => _work.Project(settings =>
    {
        settings.Commands.Add("mkdir /out && head -c 5000000 /dev/urandom > /out/large");
        settings.Artifacts.Add("/out");
    });
}
