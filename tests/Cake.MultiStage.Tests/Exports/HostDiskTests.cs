using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Exports;

/// <summary>Faults of the disk are told as such, with the file and the disk.</summary>
[Category("Fault")]
public sealed class HostDiskTests
{
    [Test]
    [Platform("Linux")]
    public async Task A_full_disk_is_told_with_the_file_and_the_room_that_is_left()
    {
        // The kernel's own disk that is always full (man page full(4)).
        await using var full = new FileStream("/dev/full",
            new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Write, BufferSize = 0 });
        var error = await Assert.ThrowsAsync<IOException>(async () => await full.WriteAsync(new byte[10]));
        Assert.That(HostDisk.Fault("/dev/shm/out/app", error!).Message, Does.Match(
            @"\A'/dev/shm/out/app' can't be written: the disk is full\. '/dev(/shm)?' has [0-9.]+ [kMGT]?B of [0-9.]+ [kMGT]?B left\. Make "
                + @"room there, or name another place\.\z"));
    }

    [Test]
    public async Task A_file_that_is_there_is_not_overwritten_and_told()
    {
        using var folder = new TemporaryFolder().File("x");
        Assert.That(() => HostDisk.Create(folder["x"], "the file"),
            Throws.TypeOf<MultiStageException>().With.Message.StartsWith("'the file' can't be written: "));
        await using (var made = HostDisk.Create(folder["y"], "the file"))
        {
            Assert.That(await HostDisk.CopyAsync(new MemoryStream([1, 2, 3]), made, CancellationToken.None), Is.EqualTo(3));
        }

        Assert.That(await File.ReadAllBytesAsync(folder["y"]), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void What_breaks_off_while_it_is_read_is_not_the_disks_fault()
    {
        using var folder = new TemporaryFolder();
        using var made = HostDisk.Create(folder["y"], "the file");
        Assert.That(() => HostDisk.CopyAsync(new BrokenStream(), made, CancellationToken.None),
            Throws.TypeOf<IOException>().With.Message.EqualTo("cut off"));
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("cut off");
    }
}
