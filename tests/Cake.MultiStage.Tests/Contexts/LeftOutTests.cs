using Cake.MultiStage.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Contexts;

/// <summary>What stays out of a context by default, and what brings it back.</summary>
[TestFixture]
internal sealed class LeftOutTests
{
    private static readonly string[] Defaults = ["**/.git", "artifacts", "**/obj", "**/.env", "**/*.pem"];

    private static async Task<BuildContext> ContextAsync(TemporaryFolder folder, string ignore, string sources, string included)
    {
        string[] all = sources.Split('|');
        return await BuildContext.CollectAsync(folder.Path,
            IgnoreFile.Parse(ignore.Replace('|', '\n'))
                .WithDefaults(Defaults, all, included.Split('|', StringSplitOptions.RemoveEmptyEntries)), all, CancellationToken.None);
    }

    private static TemporaryFolder Folder() =>
        new TemporaryFolder().Files(".env", ".git/HEAD", "artifacts/report.json", "src/.env", "src/a.cs", "src/obj/x", "src/tls/ca.pem");

    [TestCase("", ".", "", "src src/a.cs src/tls")]
    [TestCase("", "src", "", "src src/a.cs src/tls")]
    [TestCase("", ".", "src/.env", "src src/.env src/a.cs src/tls")]
    [TestCase("", ".", "**/*.pem", "src src/a.cs src/tls src/tls/ca.pem")]
    [TestCase("", ".", "src/obj", "src src/a.cs src/obj src/obj/x src/tls")]
    [TestCase("", ".", "artifacts/report.json", "artifacts artifacts/report.json src src/a.cs src/tls")]
    [TestCase("!src/.env", ".", "", "src src/.env src/a.cs src/tls")]
    [TestCase("!**/.env", ".", "", ".env src src/.env src/a.cs src/tls")]
    [TestCase("*|!src", ".", "", "src src/a.cs src/tls")]
    [TestCase("*|!src|!src/obj", ".", "", "src src/a.cs src/obj src/obj/x src/tls")]
    [TestCase("src/tls", ".", "", "src src/a.cs")]
    [TestCase("**/.env", ".", ".env", ".env src src/a.cs src/tls")]
    [TestCase("", "src/.env|src/a.cs", "", "src src/.env src/a.cs")]
    [TestCase("", "src/obj/x", "", "src src/obj src/obj/x")]
    [TestCase("", "*.pem|src/tls/*.pem", "", "src src/tls src/tls/ca.pem")]
    public async Task Only_what_names_it_brings_it_back(string ignore, string sources, string included, string expected)
    {
        using var folder = Folder();
        Assert.That(string.Join(' ', (await ContextAsync(folder, ignore, sources, included)).Files.Select(file => file.Path)),
            Is.EqualTo(expected));
    }

    [Test]
    public async Task What_was_left_out_is_told_once_by_its_uppermost_folder()
    {
        using var folder = Folder();
        var context = await ContextAsync(folder, "src/tls", ".", "");
        Assert.That(context.LeftOut, Is.EqualTo(new[] { ".env", ".git", "artifacts", "src/.env", "src/obj" }));
        Assert.That(context.LeftOutText,
            Is.EqualTo(
                "Left out of the build context: .env, .git, artifacts, src/.env, src/obj. Include in the settings brings back what the "
                    + "build needs."));
    }

    [Test]
    public async Task Where_nothing_was_left_out_nothing_is_told()
    {
        using var folder = new TemporaryFolder().Files("a");
        Assert.That((await ContextAsync(folder, "", ".", "")).LeftOutText, Is.Null);
    }

    [Test]
    public async Task Many_are_counted()
    {
        using var folder = new TemporaryFolder();
        folder.Files([.. Enumerable.Range(0, 10).Select(i => $"{i}.pem")]);
        Assert.That((await ContextAsync(folder, "", ".", "")).LeftOutText, Does.Contain(" 7.pem and 2 more."));
    }

    [Test]
    public async Task An_ignore_file_that_leaves_out_what_COPY_names_is_told_as_before()
    {
        using var folder = Folder();
        await Assert.ThatAsync(
            () => ContextAsync(folder, "src/.env", "src/.env", ""),
            Throws.InstanceOf<BuildContextException>().With.Message.Contains("the ignore file (.dockerignore) leaves it behind"));
    }

    [Test]
    public void What_is_to_be_included_has_to_be_a_pattern()
    {
        using var folder = Folder();
        Assert.That(() => ContextAsync(folder, "", ".", "[a"),
            Throws.InstanceOf<BuildContextException>().With.Message.Contains("Include, line 1"));
    }
}
