using Cake.MultiStage.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Contexts;

[TestFixture]
internal sealed class IgnoreFileReadingTests
{
    [TestCase("\uFEFFsecret", "secret", true)]
    [TestCase("# secret", "secret", false)]
    [TestCase("#secret", "#secret", false)]
    [TestCase(" #secret", "#secret", true)]
    [TestCase("  secret \t", "secret", true)]
    [TestCase("a\r\nsecret\r\n", "secret", true)]
    [TestCase("\n\n \nsecret", "secret", true)]
    [TestCase("", "secret", false)]
    public void Lines_are_trimmed_and_comments_left_out(string text, string path, bool ignored) =>
        Assert.That(IgnoreFile.Parse(text).IsIgnored(path), Is.EqualTo(ignored));

    [TestCase("!")]
    [TestCase("a\n! ")]
    public void An_exclamation_mark_alone_is_an_error(string text) =>
        Assert.That(() => IgnoreFile.Parse(text),
            Throws.TypeOf<BuildContextException>().With.Message.Contains("illegal exclusion pattern: \"!\""));

    [TestCase("[")]
    [TestCase("[^")]
    [TestCase("[^bc")]
    [TestCase("a[")]
    [TestCase("[]a]")]
    [TestCase("[-]")]
    [TestCase("[x-]")]
    [TestCase("[-x]")]
    [TestCase("[a-b-c]")]
    public void A_bad_pattern_is_an_error_that_names_its_line(string pattern) =>
        Assert.That(
            () => IgnoreFile.Parse("fine\n" + pattern),
            Throws.TypeOf<BuildContextException>().With.Message.Contains("line 2")
                .And.Message.Contains($"syntax error in pattern '{pattern}'"));

    [Test]
    public async Task The_Dockerfiles_own_ignore_file_wins()
    {
        using var folder = new TemporaryFolder().File(".dockerignore", "common").File("docker/Dev.dockerignore", "own");

        var ignore = await IgnoreFile.LoadAsync(folder.Path, "docker/Dev", CancellationToken.None);

        Assert.That((ignore.IsIgnored("own"), ignore.IsIgnored("common")), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task The_contexts_ignore_file_serves_a_Dockerfile_without_its_own()
    {
        using var folder = new TemporaryFolder().File(".dockerignore", "common");

        var ignore = await IgnoreFile.LoadAsync(folder.Path, "docker/Dev", CancellationToken.None);

        Assert.That(ignore.IsIgnored("common"), Is.True);
    }

    [Test]
    public async Task Without_ignore_file_nothing_is_ignored()
    {
        using var folder = new TemporaryFolder();

        var ignore = await IgnoreFile.LoadAsync(folder.Path, "Dockerfile", CancellationToken.None);

        Assert.That(ignore.IsIgnored("anything"), Is.False);
    }

    [Test]
    public void An_ignore_file_that_is_a_folder_is_an_error_that_names_it()
    {
        using var folder = new TemporaryFolder().Folder(".dockerignore");

        Assert.That(
            async () => await IgnoreFile.LoadAsync(folder.Path, "Dockerfile", CancellationToken.None),
            Throws.TypeOf<BuildContextException>().With.Message.Contains(folder[".dockerignore"]));
    }
}
