using Cake.MultiStage.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Contexts;

/// <summary>The content of a file is what it is, however much of it is remembered.</summary>
[Platform(Include = "Linux", Reason = "Elsewhere nothing is remembered: each file is read each time.")]
public sealed class FileHashesTests
{
    private static readonly TimeProvider Later = new Clock(TimeSpan.FromSeconds(10));

    private TemporaryFolder _context = null!;
    private TemporaryFolder _store = null!;

    [SetUp]
    public void Make_folders() =>
        (_context, _store) = (new TemporaryFolder().File("a", "one").File("sub/b", "two").Link("link", "a"), new TemporaryFolder());

    [TearDown]
    public void Remove_them()
    {
        _context.Dispose();
        _store.Dispose();
    }

    [Test]
    public async Task What_has_not_changed_is_read_once()
    {
        var (first, read) = await HashAsync();
        var (second, readAgain) = await HashAsync();
        Assert.That((read, readAgain), Is.EqualTo((2, 0)));
        Assert.That(second, Is.EqualTo(first));
        Assert.That(first["link"], Is.Empty);
    }

    [Test]
    public async Task A_touch_changes_nothing()
    {
        var (before, _) = await HashAsync();
        File.SetLastWriteTimeUtc(_context["a"], DateTime.UtcNow.AddDays(-3));
        var (after, read) = await HashAsync();
        Assert.That(read, Is.EqualTo(1));
        Assert.That(after, Is.EqualTo(before));
    }

    [Test]
    public async Task A_change_that_hides_its_size_and_time_is_seen()
    {
        var (before, _) = await HashAsync();
        var time = File.GetLastWriteTimeUtc(_context["a"]);
        await File.WriteAllTextAsync(_context["a"], "two");
        File.SetLastWriteTimeUtc(_context["a"], time);
        var (after, _) = await HashAsync();
        Assert.That(after["a"], Is.Not.EqualTo(before["a"]).And.EqualTo(before["sub/b"]));
    }

    [Test]
    public async Task Another_file_put_in_its_place_is_seen()
    {
        var (before, _) = await HashAsync();
        _context.File("c", "new");
        File.SetLastWriteTimeUtc(_context["c"], File.GetLastWriteTimeUtc(_context["a"]));
        File.Move(_context["c"], _context["a"], overwrite: true);
        Assert.That((await HashAsync()).Hashes["a"], Is.Not.EqualTo(before["a"]));
    }

    [Test]
    public async Task A_file_that_was_just_written_is_not_remembered_whatever_the_clocks_say(
        [Values(0, -3600)] int seconds)
    {
        await HashAsync(new Clock(TimeSpan.FromSeconds(seconds)));
        Assert.That((await HashAsync(new Clock(TimeSpan.FromSeconds(seconds)))).Read, Is.EqualTo(2));
    }

    [Test]
    public async Task A_damaged_store_costs_time_alone()
    {
        var (before, _) = await HashAsync();
        var file = Directory.GetFiles(_store.Path).Single();
        var whole = await File.ReadAllBytesAsync(file);
        for (var position = 0; position < whole.Length; position += 7)
        {
            var damaged = whole.ToArray();
            damaged[position] ^= 0x10;
            await File.WriteAllBytesAsync(file, damaged);
            var (after, read) = await HashAsync();
            Assert.That((after, read), Is.EqualTo((before, 2)));
        }
    }

    [Test]
    public async Task Without_a_store_or_without_the_time_of_change_each_file_is_read()
    {
        var kept = Kept();
        for (var run = 0; run < 2; run++)
        {
            var context = await ContextAsync();
            foreach (var hashes in (FileHashes[])[new(null, FileState.Read, Later), new(kept, _ => null, Later)])
            {
                await hashes.OfAsync(context, "a", CancellationToken.None);
                Assert.That(hashes.Read, Is.EqualTo(2));
            }
        }
    }

    [Test]
    public async Task A_file_that_changes_after_it_was_read_is_named()
    {
        var contents = await new FileHashes(null, FileState.Read, Later).OfAsync(await ContextAsync(), "a", CancellationToken.None);
        Assert.That(await contents.ChangedAsync(FileState.Read, CancellationToken.None), Is.Null);
        Assert.That(await contents.ChangedAsync(_ => null, CancellationToken.None), Is.Null);
        await File.WriteAllTextAsync(_context["sub/b"], "owt");
        Assert.That((await contents.ChangedAsync(FileState.Read, CancellationToken.None))?.Path, Is.EqualTo("sub/b"));
        Assert.That((await contents.ChangedAsync(_ => null, CancellationToken.None))?.Path, Is.EqualTo("sub/b"));
    }

    private async Task<(Dictionary<string, string> Hashes, int Read)> HashAsync(TimeProvider? time = null)
    {
        var hashes = new FileHashes(Kept(), FileState.Read, time ?? Later);
        var contents = await hashes.OfAsync(await ContextAsync(), "a", CancellationToken.None);
        return (contents.Files.ToDictionary(file => file.File.Path, file => file.Hash, StringComparer.Ordinal), hashes.Read);
    }

    private KeptFiles Kept() => new(_store.Path, ".hashes", 1 << 20, 10);

    private async Task<BuildContext> ContextAsync() => await BuildContext.CollectAsync(_context.Path,
        await IgnoreFile.LoadAsync(_context.Path, "Dockerfile", CancellationToken.None), ["."], CancellationToken.None);

    private sealed class Clock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }
}
