using Cake.MultiStage.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Contexts;

[TestFixture]
internal sealed class ContextSourceTests
{
    [TestCase("go.mod", "go.mod")]
    [TestCase("/go.mod", "go.mod")]
    [TestCase("./go.mod", "go.mod")]
    [TestCase("../go.mod", "go.mod")]
    [TestCase("missing/../go.mod", "go.mod")]
    [TestCase("go.*", "go.mod go.sum")]
    [TestCase("go.[^s]*", "go.mod")]
    [TestCase("go.?um", "go.sum")]
    [TestCase("cmd/", "cmd cmd/a cmd/a/main.go cmd/b cmd/b/main.go")]
    [TestCase("cmd/*/main.go", "cmd cmd/a cmd/a/main.go cmd/b cmd/b/main.go")]
    [TestCase("*/a", "cmd cmd/a cmd/a/main.go")]
    [TestCase("c[a-n]d/b", "cmd cmd/b cmd/b/main.go")]
    [TestCase("*", ".env cmd cmd/a cmd/a/main.go cmd/b cmd/b/main.go go.mod go.sum")]
    [TestCase("go.sum|go.mod|go.*", "go.mod go.sum")]
    [TestCase("", ".env cmd cmd/a cmd/a/main.go cmd/b cmd/b/main.go go.mod go.sum")]
    public async Task A_source_reaches_what_COPY_would_copy(string sources, string expected)
    {
        using var folder = new TemporaryFolder().Files("go.mod", "go.sum", ".env", "cmd/a/main.go", "cmd/b/main.go");

        var paths = await PathsAsync(folder, "", sources.Split('|'));

        Assert.That(paths, Is.EqualTo(expected));
    }

    [Test]
    public async Task Without_sources_nothing_travels()
    {
        using var folder = new TemporaryFolder().Files("go.mod");

        Assert.That(await PathsAsync(folder, ""), Is.Empty);
    }

    [TestCase("[0-9]", "1")]
    [TestCase(@"\[0-9]", "[0-9]")]
    [TestCase(@"a\b", @"a\b")]
    [Platform(Exclude = "Win")]
    public async Task A_backslash_takes_the_meaning_away_or_stands_for_itself(string source, string expected)
    {
        using var folder = new TemporaryFolder().Files("1", "[0-9]", @"a\b");

        Assert.That(await PathsAsync(folder, "", source), Is.EqualTo(expected));
    }

    [TestCase("link", "dir dir/file link")]
    [TestCase("link/file", "dir dir/file link")]
    [TestCase("twice/file", "dir dir/file link twice")]
    [TestCase("lin*", "dir dir/file link")]
    [TestCase("lin?/fil*", "dir dir/file link")]
    [TestCase("rooted", "dir dir/file rooted")]
    [TestCase("sub/up", "dir dir/file sub sub/up")]
    [TestCase("above", "above dir dir/file")]
    [Platform(Exclude = "Win")]
    public async Task What_a_named_link_leads_to_travels_too(string source, string expected)
    {
        using var folder = new TemporaryFolder().Files("dir/file", "other")
            .Link("link", "dir")
            .Link("twice", "./link/")
            .Link("rooted", "/dir/file")
            .Link("sub/up", "../dir/file")
            .Link("above", "../../dir/file");

        Assert.That(await PathsAsync(folder, "", source), Is.EqualTo(expected));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Wildcards_take_broken_links_as_they_are()
    {
        using var folder = new TemporaryFolder().Link("a1", "nowhere").Link("a2", "a2").File("a3");

        Assert.That(await PathsAsync(folder, "", "a*"), Is.EqualTo("a1 a2 a3"));
    }

    [TestCase("dangling", "the symbolic link 'dangling' -> 'nowhere' leads to nothing inside the context")]
    [TestCase("loop", "the symbolic link 'loop' -> 'pool' leads round in a cycle")]
    [TestCase("loop/file", "leads round in a cycle")]
    [TestCase("outside", "'outside' -> '/etc/passwd' leads to nothing inside the context")]
    [Platform(Exclude = "Win")]
    public async Task A_named_link_that_leads_nowhere_is_an_error(string source, string expected)
    {
        using var folder = new TemporaryFolder()
            .Link("dangling", "nowhere")
            .Link("loop", "pool")
            .Link("pool", "loop")
            .Link("outside", "/etc/passwd");

        await Assert.ThatAsync(async () => await PathsAsync(folder, "", source),
            Throws.TypeOf<BuildContextException>().With.Message.Contains(expected));
    }

    [Test]
    public async Task Every_source_that_matches_nothing_is_named_with_its_reason()
    {
        using var folder = new TemporaryFolder().Files("go.mod", "bin/app", "app.secret");

        var error = await Assert.ThrowsAsync<BuildContextException>(
            async () => await PathsAsync(folder, "bin\n*.secret", "go.mod", "missing", "*.rs", "bin/app", "*.secret", "go.mod/x"));

        Assert.That(error!.Message.Split('\n')[1..^1], Is.EqualTo((string[])[
            "  'missing': there is no such file",
            "  'bin/app': the ignore file (.dockerignore) leaves it behind",
            "  'go.mod/x': there is no such file"]));
    }

    [TestCase("*.rs", "no name matches the pattern")]
    [TestCase("*.secret", "no name matches the pattern, apart from what the ignore file (.dockerignore) leaves behind")]
    public async Task A_pattern_that_matches_nothing_is_told_with_its_reason(string source, string reason)
    {
        using var folder = new TemporaryFolder().Files("go.mod", "app.secret");

        var context = await BuildContext.CollectAsync(folder.Path, IgnoreFile.Parse("*.secret"), ["go.mod", source],
            CancellationToken.None);

        Assert.That(context.Unmatched, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal) { [source] = reason }));
    }

    [Test]
    public async Task A_bad_pattern_is_an_error_that_names_it()
    {
        using var folder = new TemporaryFolder();

        await Assert.ThatAsync(async () => await PathsAsync(folder, "", "src/[a"),
            Throws.TypeOf<BuildContextException>().With.Message.Contains("'src/[a' is not a valid pattern"));
    }

    [Test]
    public async Task A_reincluded_source_is_found_in_an_ignored_folder()
    {
        using var folder = new TemporaryFolder().Files("out/app", "out/log");

        Assert.That(await PathsAsync(folder, "out\n!out/app", "out"), Is.EqualTo("out out/app"));
    }

    [Test]
    public async Task Overlapping_sources_travel_once()
    {
        using var folder = new TemporaryFolder().Files("a/b/c", "a/d");

        Assert.That(await PathsAsync(folder, "a\n!a/b/c", "a/b/c", "a/b", "a", "."), Is.EqualTo("a a/b a/b/c"));
    }

    [Test]
    [Platform("Linux")]
    public async Task What_cannot_be_read_and_is_not_reached_does_not_matter()
    {
        using var folder = new TemporaryFolder().Files("src/main.c", "secret/key").Mode("secret", UnixFileMode.None);

        Assert.That(await PathsAsync(folder, "", "src"), Is.EqualTo("src src/main.c"));
        Assert.That(await PathsAsync(folder, "secret", "."), Is.EqualTo("src src/main.c"));
        folder.Mode("secret", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [TestCase("secret")]
    [TestCase("secret/*")]
    [TestCase(".")]
    [Platform("Linux")]
    public void A_folder_that_cannot_be_read_is_an_error_that_names_it(string source)
    {
        const UnixFileMode Everybody = (UnixFileMode)0b111_101_101;
        using var folder = new TemporaryFolder().Files("secret/key").Mode(".", Everybody).Mode("secret", UnixFileMode.None);

        var error = Unprivileged.Run(() => new ContextWalker(folder.Path, IgnoreFile.Empty, CancellationToken.None).Collect([source]));
        folder.Mode("secret", Everybody);

        Assert.That(error, Is.TypeOf<BuildContextException>().With.Message.Contains($"'{folder["secret"]}' can't be read"));
    }

    [Test]
    [Platform("Linux")]
    public void A_folder_that_tells_no_more_than_names_is_an_error()
    {
        const UnixFileMode Everybody = (UnixFileMode)0b111_101_101;
        using var folder = new TemporaryFolder().Files("secret/under/key").Mode(".", Everybody)
            .Mode("secret", UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        var error = Unprivileged.Run(
            () => new ContextWalker(folder.Path, IgnoreFile.Empty, CancellationToken.None).Collect(["."]));
        folder.Mode("secret", Everybody);

        Assert.That(error, Is.TypeOf<BuildContextException>());
    }

    private static async Task<string> PathsAsync(TemporaryFolder folder, string ignore, params string[] sources)
    {
        var context = await BuildContext.CollectAsync(folder.Path, IgnoreFile.Parse(ignore), sources, CancellationToken.None);
        return string.Join(' ', context.Files.Select(file => file.Path));
    }
}
