using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Exports;

/// <summary>What is in the destination already is joined with what comes, or stays as it is.</summary>
public sealed class DestinationTests : FolderFixture
{
    [Test]
    public async Task Files_are_replaced_and_others_stay()
    {
        _folder.File("to/out/old", "stays").File("to/out/both", "old").Link("to/out/link", "old");
        await ExportAsync(new TestArchive().File("out/both", "new").File("out/in/new", "new").Link("out/link", "both"));
        Assert.That(Text("to/out/old"), Is.EqualTo("stays"));
        Assert.That(Text("to/out/both"), Is.EqualTo("new"));
        Assert.That(Text("to/out/in/new"), Is.EqualTo("new"));
        Assert.That(new FileInfo(_folder["to/out/link"]).LinkTarget, Is.EqualTo("both"));
        Assert.That(Directory.GetFileSystemEntries(_folder["to"]), Is.EqualTo([_folder["to/out"]]));
    }

    [Test]
    public async Task A_link_in_the_destination_is_replaced_and_not_written_through()
    {
        _folder.File("victim", "untouched").Folder("to").Link("to/file", _folder["victim"]);
        await ExportAsync(new TestArchive().File("file", "new"));
        Assert.That(Text("victim"), Is.EqualTo("untouched"));
        Assert.That(Text("to/file"), Is.EqualTo("new"));
    }

    [Test]
    public void A_link_in_the_destination_does_not_stand_for_a_folder()
    {
        _folder.Folder("elsewhere").Folder("to").Link("to/out", _folder["elsewhere"]);
        AssertFails(new TestArchive().File("first").File("out/x"), "is not a folder");
        Assert.That(Directory.GetFileSystemEntries(_folder["elsewhere"]), Is.Empty);
    }

    [Test]
    public void A_file_and_a_folder_do_not_replace_each_other()
    {
        _folder.File("to/was-folder/x").File("to/was-file");
        AssertFails(new TestArchive().File("was-folder"), "is not a file, but 'was-folder'");
        AssertFails(new TestArchive().File("new").File("was-file/x"), "is not a folder, but 'was-file'");
        Assert.That(File.Exists(_folder["to/new"]), Is.False);
    }

    [Test]
    public async Task Two_paths_do_not_bring_the_same_file()
    {
        using var destination = DestinationFolder.Open(_folder["to"]);
        var files = new UnpackedFiles(destination);
        var unpacker = new ArchiveUnpacker(files, _ => { });
        await using var first = new TestArchive().File("out/x").File("out/y").Open();
        await using var second = new TestArchive().File("out/z").File("out/x").Open();
        await unpacker.UnpackAsync(first, StagePath.Parse("/a/out"), CancellationToken.None);
        var error = await Assert.ThrowsAsync<MultiStageException>(
            () => unpacker.UnpackAsync(second, StagePath.Parse("/b/out"), CancellationToken.None));
        Assert.That(error!.Message, Does.Contain("from '/a/out'"));
    }

    [Test]
    public void A_failure_puts_everything_back()
    {
        _folder.File("to/a", "old").File("to/b/x", "old");
        using (var destination = DestinationFolder.Open(_folder["to"]))
        {
            _folder.File(Path.GetRelativePath(_folder.Path, Path.Combine(destination.New, "a")), "new");
            var origin = StagePath.Parse("/");
            UnpackedEntry[] entries = [new("a", origin, EntryKind.File, (UnixFileMode)420),
                new("b", origin, EntryKind.Directory, (UnixFileMode)493), new("b/missing", origin, EntryKind.File, (UnixFileMode)420)];
            Assert.That(() => destination.Take(entries),
                Throws.InstanceOf<MultiStageException>().With.Message.Contains("can't be written"));
        }

        Assert.That(Text("to/a"), Is.EqualTo("old"));
        Assert.That(Directory.GetFileSystemEntries(_folder["to"], "*", SearchOption.AllDirectories),
            Is.EquivalentTo([_folder["to/a"], _folder["to/b"], _folder["to/b/x"]]));
    }

    [Test]
    public void A_destination_that_is_a_file_or_below_one_is_told()
    {
        _folder.File("file");
        Assert.That(() => DestinationFolder.Open(_folder["file"]),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("is a file"));
        Assert.That(() => DestinationFolder.Open(_folder["file/below"]),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains($"'{_folder["file"]}' is a file"));
    }

    [Test]
    public void A_destination_without_the_right_to_write_is_told()
    {
        _folder.Folder("to").Mode("to", (UnixFileMode)365);
        var error = Unprivileged.Run(() => DestinationFolder.Open(_folder["to"]).Dispose());
        Assert.That(error?.Message, Does.Contain(_folder["to"]).And.Contains("can't be written").And.Contains("this user may write"));
    }

    [TestCase("out")]
    [TestCase("")]
    [TestCase("/out/../etc")]
    public void A_path_in_a_stage_must_be_absolute(string path) =>
        Assert.That(() => StagePath.Parse(path),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains($"'{path}' is not a path in a stage"));

    [TestCase("/out", "/out", "/out", "/out/x", "out/x")]
    [TestCase("/a//b/./out/", "/a/b/out", "/a/b/out", "/a/b/out", "out")]
    [TestCase("/out/.", "/out/.", "/out/.", "/out/x", "x")]
    [TestCase("/", "/.", "/", "/x", "x")]
    public void A_path_in_a_stage_is_asked_for_and_placed(string text, string query, string shown, string place, string entry)
    {
        var path = StagePath.Parse(text);
        Assert.That((path.Query, path.ToString(), path.PlaceOf(entry)), Is.EqualTo((query, shown, place)));
    }

    private async Task ExportAsync(TestArchive archive)
    {
        using var destination = DestinationFolder.Open(_folder["to"]);
        var files = new UnpackedFiles(destination);
        var unpacker = new ArchiveUnpacker(files, _ => { });
        await using var stream = archive.Open();
        await unpacker.UnpackAsync(stream, StagePath.Parse("/"), CancellationToken.None);
        destination.Take(files.Entries);
    }

    private void AssertFails(TestArchive archive, string reason)
    {
        var before = Directory.GetFileSystemEntries(_folder["to"], "*", SearchOption.AllDirectories);
        Assert.That(() => ExportAsync(archive), Throws.InstanceOf<MultiStageException>().With.Message.Contains(reason));
        Assert.That(Directory.GetFileSystemEntries(_folder["to"], "*", SearchOption.AllDirectories), Is.EquivalentTo(before));
    }

    private string Text(string path) => File.ReadAllText(_folder[path]);
}
