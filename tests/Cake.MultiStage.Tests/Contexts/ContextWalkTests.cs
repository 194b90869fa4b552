using Cake.MultiStage.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Contexts;

[TestFixture]
internal sealed class ContextWalkTests
{
    [Test]
    public async Task Everything_travels_in_ordinal_order_with_parents_first()
    {
        using var folder = new TemporaryFolder().Files("b", "a/z", "a/B", "a-b", "Z").Folder("empty");

        var paths = await PathsAsync(folder, "");

        Assert.That(paths, Is.EqualTo((string[])["Z", "a", "a-b", "a/B", "a/z", "b", "empty"]));
    }

    [Test]
    public async Task Ignored_files_stay_and_reincluded_ones_bring_their_folders()
    {
        using var folder = new TemporaryFolder().Files("docs/deep/README.md", "docs/deep/other", "docs/x", "main.go");

        var paths = await PathsAsync(folder, "docs\n!docs/deep/README.md");

        Assert.That(paths, Is.EqualTo((string[])["docs", "docs/deep", "docs/deep/README.md", "main.go"]));
    }

    [Test]
    public async Task An_ignored_folder_that_nothing_reincludes_is_not_read()
    {
        using var folder = new TemporaryFolder().Files("node_modules/a/b", "src/main.js");
        var ignore = IgnoreFile.Parse("node_modules\n!src");

        var skip = ignore.MayReincludeBelow("node_modules", ignore.Judge("node_modules", null));
        var paths = await PathsAsync(folder, "node_modules\n!src");

        Assert.That((skip, string.Join(' ', paths)), Is.EqualTo((false, "src src/main.js")));
    }

    [TestCase("out\n!out/app", "out", true)]
    [TestCase("out\n!out/deep/app", "out/deep", true)]
    [TestCase("out\n!out/deep/app", "out/other", false)]
    [TestCase("out\n!**/app", "out/other", true)]
    [TestCase("!out/app\nout", "out", false)]
    [TestCase("out\n!*/app", "out", true)]
    [TestCase("out\n!*", "out/other", false)]
    public void A_folder_is_read_only_if_a_later_line_may_reinclude_something(string lines, string path, bool read)
    {
        var ignore = IgnoreFile.Parse(lines);
        var verdict = path.Split('/').Select((_, i) => string.Join('/', path.Split('/')[..(i + 1)]))
            .Aggregate((IgnoreVerdict?)null, (above, part) => ignore.Judge(part, above));

        Assert.That(verdict!.Ignored && ignore.MayReincludeBelow(path, verdict), Is.EqualTo(read));
    }

    [Test]
    public async Task Many_ignored_files_cost_nothing()
    {
        using var folder = new TemporaryFolder().File("main.js");
        foreach (var i in Enumerable.Range(0, 1000))
        {
            folder.File($"node_modules/{i % 10}/{i}", "");
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var paths = await PathsAsync(folder, "node_modules");

        Assert.That(paths, Is.EqualTo((string[])["main.js"]));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(100_000));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Links_stay_links_wherever_they_lead()
    {
        using var folder = new TemporaryFolder()
            .Files("dir/file")
            .Link("dangling", "nowhere")
            .Link("outside", "../../etc/passwd")
            .Link("dir/loop", "loop")
            .Link("twin", "dir");

        var context = await BuildContext.CollectAsync(folder.Path, IgnoreFile.Empty, ["."], CancellationToken.None);

        var links = context.Files.Where(file => file.Kind == ContextFileKind.SymbolicLink).Select(file => $"{file.Path}>{file.LinkTarget}");
        Assert.That(links, Is.EqualTo((string[])["dangling>nowhere", "dir/loop>loop", "outside>../../etc/passwd", "twin>dir"]));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Modes_and_lengths_are_described()
    {
        const UnixFileMode mode = UnixFileMode.SetUser | UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherExecute;
        using var folder = new TemporaryFolder().File("run", "12345").Mode("run", mode);

        var context = await BuildContext.CollectAsync(folder.Path, IgnoreFile.Empty, ["."], CancellationToken.None);

        Assert.That(context.Files[0],
            Is.EqualTo(new ContextFile("run", folder["run"], ContextFileKind.File, 5, mode, null)
                { Modified = File.GetLastWriteTimeUtc(folder["run"]) }));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Sockets_and_pipes_are_left_behind_and_named()
    {
        using var folder = new TemporaryFolder().File("empty", "");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(folder["socket"]));
        await Run.ToolAsync("mkfifo", folder["pipe"]);

        var context = await BuildContext.CollectAsync(folder.Path, IgnoreFile.Empty, ["."], CancellationToken.None);

        Assert.That(context.Skipped, Is.EqualTo((string[])["pipe", "socket"]));
        Assert.That(context.Files.Select(file => file.Path), Is.EqualTo((string[])["empty"]));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Names_may_hold_anything_the_host_allows()
    {
        string[] names = [" blank ", "#hash", "*star", "[", "a\\b", "new\nline", "é", "日本", "😀"];
        using var folder = new TemporaryFolder().Files(names);

        var paths = await PathsAsync(folder, "");

        Assert.That(paths, Is.EqualTo(names.Order(StringComparer.Ordinal)));
    }

    [Test]
    public async Task A_missing_context_is_an_error_that_names_it() =>
        await Assert.ThatAsync(
            async () =>
                await BuildContext.CollectAsync(Path.Join(Path.GetTempPath(), "not-there"), IgnoreFile.Empty, ["."],
                    CancellationToken.None),
            Throws.TypeOf<BuildContextException>().With.Message.Contains("not-there' does not exist"));

    [Test]
    public async Task A_context_that_is_a_file_is_an_error_that_names_it()
    {
        using var folder = new TemporaryFolder().File("file");

        await Assert.ThatAsync(
            async () => await BuildContext.CollectAsync(folder["file"], IgnoreFile.Empty, ["."], CancellationToken.None),
            Throws.TypeOf<BuildContextException>().With.Message.Contains("file' is a file"));
    }

    [Test]
    public async Task A_cancelled_walk_ends()
    {
        using var folder = new TemporaryFolder();

        await Assert.ThatAsync(
            async () => await BuildContext.CollectAsync(folder.Path, IgnoreFile.Empty, ["."], new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private static async Task<string[]> PathsAsync(TemporaryFolder folder, string ignore)
    {
        var context = await BuildContext.CollectAsync(folder.Path, IgnoreFile.Parse(ignore), ["."], CancellationToken.None);
        return [.. context.Files.Select(file => file.Path)];
    }
}
