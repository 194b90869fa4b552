using System.Formats.Tar;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Exports;

/// <summary>What an archive brings to the destination, and what it can't do there.</summary>
public sealed class UnpackerTests
{
    private TemporaryFolder _folder = null!;
    private List<string> _warnings = null!;

    [SetUp]
    public void Make() => (_folder, _warnings) = (new TemporaryFolder(), []);

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public async Task Files_come_with_content_mode_and_time()
    {
        await ExportAsync(new TestArchive()
            .Folder("out/")
            .File("out/run", "#!", (UnixFileMode)493)
            .File("out/read", "text", (UnixFileMode)256));
        Assert.That(Text("to/out/run"), Is.EqualTo("#!"));
        Assert.That(_folder.ModeOf("to/out/run"), Is.EqualTo((UnixFileMode)493));
        Assert.That(_folder.ModeOf("to/out/read"), Is.EqualTo((UnixFileMode)256));
        Assert.That(File.GetLastWriteTimeUtc(_folder["to/out/run"]), Is.EqualTo(TestArchive.Time.UtcDateTime));
        Assert.That(Directory.GetLastWriteTimeUtc(_folder["to/out"]), Is.EqualTo(TestArchive.Time.UtcDateTime));
    }

    [Test]
    public async Task A_folder_without_the_right_to_write_keeps_its_files_and_its_mode()
    {
        await ExportAsync(new TestArchive()
            .Folder("out", (UnixFileMode)365)
            .File("out/a")
            .Folder("out/in", (UnixFileMode)365)
            .File("out/in/b"));
        Assert.That(_folder.ModeOf("to/out/in"), Is.EqualTo((UnixFileMode)365));
        Assert.That(File.Exists(_folder["to/out/in/b"]), Is.True);
        _folder.Mode("to/out", (UnixFileMode)493).Mode("to/out/in", (UnixFileMode)493);
    }

    [Test]
    public async Task Set_user_id_and_set_group_id_stay_behind()
    {
        await ExportAsync(new TestArchive().File("su", mode: (UnixFileMode)493 | UnixFileMode.SetUser | UnixFileMode.SetGroup));
        Assert.That(_folder.ModeOf("to/su"), Is.EqualTo((UnixFileMode)493));
    }

    [Test]
    public async Task Links_stay_links_wherever_they_lead()
    {
        await ExportAsync(new TestArchive()
            .Folder("out")
            .Link("out/first", "later")
            .File("out/later", "1")
            .Link("out/away", "/etc/passwd")
            .Link("out/up", "../../.."));
        Assert.That(new FileInfo(_folder["to/out/first"]).LinkTarget, Is.EqualTo("later"));
        Assert.That(new FileInfo(_folder["to/out/away"]).LinkTarget, Is.EqualTo("/etc/passwd"));
        Assert.That(new FileInfo(_folder["to/out/up"]).LinkTarget, Is.EqualTo("../../.."));
        Assert.That(Text("to/out/first"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Hard_links_are_one_file()
    {
        await ExportAsync(new TestArchive().File("a", "same").HardLink("b", "a"));
        var inodes = (await Run.ToolAsync("stat", "-c", "%i", _folder["to/a"], _folder["to/b"])).Trim().Split('\n');
        Assert.That(inodes[0], Is.EqualTo(inodes[1]));
        Assert.That(Text("to/b"), Is.EqualTo("same"));
    }

    [Test]
    public async Task Long_names_are_kept()
    {
        var name = string.Join('/', Enumerable.Repeat(new string('n', 60), 5)) + "/ünï";
        await ExportAsync(new TestArchive().File(name, "deep"));
        Assert.That(Text("to/" + name), Is.EqualTo("deep"));
    }

    [TestCase("../x")]
    [TestCase("out/../../x")]
    [TestCase("/x")]
    [TestCase("..")]
    public void A_path_that_leaves_the_destination_is_refused(string name) =>
        AssertRefused(new TestArchive().File("good").File(name), "it would leave the destination");

    [Test]
    public void Nothing_is_written_through_a_link_of_the_archive()
    {
        _folder.Folder("elsewhere");
        AssertRefused(new TestArchive().Link("out", _folder["elsewhere"]).File("out/x"), "it goes through the link 'out'");
        AssertRefused(new TestArchive().Link("out", "..").Folder("out/deep"), "it goes through the link 'out'");
        Assert.That(Directory.GetFileSystemEntries(_folder["elsewhere"]), Is.Empty);
    }

    [Test]
    public void A_folder_does_not_replace_a_link_to_write_through_it() =>
        AssertRefused(new TestArchive().Link("out", "/tmp").Folder("out").File("out/x"), "is a file or a link already");

    [Test]
    public async Task A_file_that_comes_after_a_link_of_its_name_replaces_the_link()
    {
        _folder.File("victim", "untouched");
        await ExportAsync(new TestArchive().Link("out", _folder["victim"]).File("out", "new"));
        Assert.That(Text("victim"), Is.EqualTo("untouched"));
        Assert.That((new FileInfo(_folder["to/out"]).LinkTarget, Text("to/out")), Is.EqualTo(((string?)null, "new")));
    }

    [TestCase("/etc/passwd")]
    [TestCase("../../etc/passwd")]
    public void A_hard_link_to_the_outside_is_refused(string target) =>
        AssertRefused(new TestArchive().HardLink("x", target), "it would leave the destination");

    [Test]
    public void A_hard_link_to_what_the_archive_does_not_hold_is_refused()
    {
        _folder.File("to/secret");
        AssertRefused(new TestArchive().HardLink("x", "secret"), "which is not a file of the archive");
    }

    [Test]
    public async Task A_hard_link_to_a_link_is_that_link()
    {
        _folder.File("victim", "untouched");
        await ExportAsync(new TestArchive().Link("a", _folder["victim"]).HardLink("b", "a"));
        Assert.That(new FileInfo(_folder["to/b"]).LinkTarget, Is.EqualTo(_folder["victim"]));
    }

    [Test]
    public async Task Devices_and_pipes_are_skipped_and_told()
    {
        var result = await ExportAsync(new TestArchive()
            .Of(TarEntryType.CharacterDevice, "null")
            .Of(TarEntryType.BlockDevice, "disk")
            .Of(TarEntryType.Fifo, "pipe")
            .File("file"));
        Assert.That(result.Select(entry => entry.Path), Is.EqualTo(["file"]));
        Assert.That(_warnings, Has.Count.EqualTo(3).And.Some.Contains("'/null' is a device"));
    }

    [Test]
    public void A_file_does_not_replace_a_folder_of_the_archive() =>
        AssertRefused(new TestArchive().File("out/x").File("out"), "as a folder");

    [Test]
    public async Task What_the_engine_adds_to_a_container_is_left_out()
    {
        var archive = new TestArchive()
            .File(".dockerenv", "")
            .Folder("dev")
            .File("dev/console", "")
            .Folder("dev/pts")
            .Folder("proc")
            .Folder("etc")
            .File("etc/hosts", "")
            .File("etc/own")
            .Link("etc/mtab", "/proc/mounts");
        var result = await ExportAsync(archive, path: "/");
        Assert.That(result.Select(entry => entry.Path), Is.EqualTo(["etc", "etc/own"]));
        Assert.That(Directory.Exists(_folder["to/dev"]), Is.False);
    }

    [Test]
    public async Task A_file_that_ends_early_is_told()
    {
        await using var stream = new TestArchive().File("a", new string('a', 5000)).OpenCut(3000);
        using var destination = DestinationFolder.Open(_folder["to"]);
        var files = new UnpackedFiles(destination);
        var unpacker = new ArchiveUnpacker(files, _warnings.Add);
        var error = await Assert.ThrowsAsync<MultiStageException>(
            () => unpacker.UnpackAsync(stream, StagePath.Parse("/a"), CancellationToken.None));
        Assert.That(error!.Message, Does.Contain("The archive of '/a' that the engine sent can't be read"));
    }

    private async Task<IReadOnlyList<UnpackedEntry>> ExportAsync(TestArchive archive, string path = "/.")
    {
        using var destination = DestinationFolder.Open(_folder["to"]);
        var files = new UnpackedFiles(destination);
        var unpacker = new ArchiveUnpacker(files, _warnings.Add);
        await using var stream = archive.Open();
        await unpacker.UnpackAsync(stream, StagePath.Parse(path), CancellationToken.None);
        unpacker.DropEngineFolders();
        destination.Take(files.Entries);
        return files.Entries;
    }

    private void AssertRefused(TestArchive archive, string reason)
    {
        var before = Directory.GetFileSystemEntries(_folder.Path);
        Assert.That(() => ExportAsync(archive), Throws.InstanceOf<MultiStageException>().With.Message.Contains(reason));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.EquivalentTo(before));
    }

    private string Text(string path) => File.ReadAllText(_folder[path]);
}
