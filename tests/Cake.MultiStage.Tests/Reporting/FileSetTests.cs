using System.Text;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

/// <summary>Files that belong together are written all or none.</summary>
public sealed class FileSetTests
{
    private static readonly string[] Names = ["a", "b", "c"];

    private static Task WriteAsync(FileSet files, string name, string text) =>
        files.WriteAsync(name, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask());

    private static string[] Texts(TemporaryFolder folder) =>
        [.. Directory.GetFiles(folder.Path)
            .Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetFileName(file)}={File.ReadAllText(file)}")];

    [Test]
    public async Task All_take_their_places_and_what_the_set_has_not_goes_away()
    {
        using var folder = new TemporaryFolder().File("a", "old").File("c", "old");
        using (var files = new FileSet(folder.Path))
        {
            await WriteAsync(files, "a", "new");
            await WriteAsync(files, "b", "new");
            files.Remove("c");
            Assert.That(Texts(folder), Has.Member("a=old").And.Member("c=old"));
            files.Publish();
        }

        Assert.That(Texts(folder), Is.EqualTo(["a=new", "b=new"]));
    }

    [Test]
    public async Task Where_one_can_not_be_written_the_others_stay_as_they_were_and_the_fault_names_it()
    {
        using var folder = new TemporaryFolder().File("a", "old");
        using (var files = new FileSet(folder.Path))
        {
            await WriteAsync(files, "a", "new");
            await Assert.ThatAsync(() => files.WriteAsync("b", _ => throw new IOException("the disk failed")),
                Throws.TypeOf<MultiStageException>().With.Message.Contains($"'{folder["b"]}' can't be written: the disk failed"));
        }

        Assert.That(Texts(folder), Is.EqualTo(["a=old"]));
    }

    [Test]
    public async Task Where_one_can_not_take_its_place_those_before_it_are_as_they_were()
    {
        using var folder = new TemporaryFolder().File("a", "old").File("c/in-the-way", "x");
        using (var files = new FileSet(folder.Path))
        {
            foreach (var name in Names)
            {
                await WriteAsync(files, name, "new");
            }

            Assert.That(files.Publish,
                Throws.TypeOf<MultiStageException>().With.Message.Contains(folder["c"]).And.Message.Contains("is as it was"));
        }

        Assert.That(Texts(folder), Is.EqualTo(["a=old"]));
    }

    [Test]
    public async Task A_set_that_is_not_published_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        using (var files = new FileSet(folder.Path))
        {
            await WriteAsync(files, "a", "new");
        }

        Assert.That(Texts(folder), Is.Empty);
    }

    [Test]
    public async Task Two_sets_at_once_end_as_one_of_them_and_readers_see_only_whole_files()
    {
        using var folder = new TemporaryFolder();
        var contents = Enumerable.Range(0, 6).Select(writer => new string((char)('0' + writer), 200_000)).ToList();
        using var done = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            List<string> torn = [];
            while (!done.IsCancellationRequested)
            {
                torn.AddRange(Names.Select(name => folder[name])
                    .Where(File.Exists)
                    .Select(File.ReadAllText)
                    .Where(text => !contents.Contains(text)));
            }

            return torn;
        });
        await Task.WhenAll(contents.Select(text => Task.Run(async () =>
        {
            for (var round = 0; round < 5; round++)
            {
                using var files = new FileSet(folder.Path);
                foreach (var name in Names)
                {
                    await WriteAsync(files, name, text);
                }

                files.Publish();
            }
        })));
        await done.CancelAsync();
        Assert.That(await reader, Is.Empty);
        Assert.That(Directory.GetFiles(folder.Path).Select(Path.GetFileName), Is.EquivalentTo(Names));
        Assert.That(Names.Select(name => File.ReadAllText(folder[name])).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(1));
    }

    /// <summary>The device is one whose disk is always full.</summary>
    [Test]
    [Platform("Linux")]
    public async Task A_full_disk_is_named()
    {
        using var folder = new TemporaryFolder();
        await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        using var files = new FileSet(folder.Path);
        await Assert.ThatAsync(
            () => files.WriteAsync("a", _ => full.WriteAsync("text"u8.ToArray()).AsTask()),
            Throws.TypeOf<MultiStageException>().With.Message.Match(
                $"^'{folder["a"]}' can't be written: the disk is full\\. '/.*' has .* left\\. .*What was in the folder is as it was\\.$"));
    }
}
