using Cake.MultiStage.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Contexts;

/// <summary>Odd folders and files end in the right context, or in an error that says what is wrong.</summary>
[TestFixture]
internal sealed class ContextFaultTests
{
    private static Task<BuildContext> CollectAsync(string directory, params string[] sources) =>
        BuildContext.CollectAsync(directory, IgnoreFile.Empty, sources, CancellationToken.None);

    [TestCase("project")]
    [TestCase("twice")]
    [Platform(Exclude = "Win")]
    public async Task A_folder_that_is_a_link_is_read_where_it_leads(string link)
    {
        using var folder = new TemporaryFolder().Files("real/a", "real/b/c").Link("project", "real").Link("twice", "project");
        Assert.That((await CollectAsync(folder[link], ".")).Files.Select(file => file.Path), Is.EqualTo(new[] { "a", "b", "b/c" }));
    }

    [TestCase(".")]
    [TestCase("dir")]
    [TestCase("dir/*")]
    [Platform("Linux")]
    public async Task A_name_that_is_not_UTF_8_is_told(string source)
    {
        using var folder = new TemporaryFolder().Files("dir/good");
        await Run.ToolAsync("sh", "-c", $"touch \"$(printf '{folder["dir"]}/bad\\377name')\"");
        try
        {
            Assert.That(() => CollectAsync(folder.Path, source),
                Throws.InstanceOf<BuildContextException>().With.Message.Contains("is not UTF-8").And.Message.Contains("dir/bad"));
            var context = await BuildContext.CollectAsync(folder.Path, IgnoreFile.Parse("dir"), ["."], CancellationToken.None);
            Assert.That(context.Files, Is.Empty);
        }
        finally
        {
            await Run.ToolAsync("sh", "-c", $"rm -r {folder["dir"]}");
        }
    }

    [Test]
    public async Task A_pattern_may_match_nothing_and_is_told()
    {
        using var folder = new TemporaryFolder().Files("package.json");
        var context = await CollectAsync(folder.Path, "package.json", "yarn.lock*");
        Assert.That(context.Files.Select(file => file.Path), Is.EqualTo(new[] { "package.json" }));
        Assert.That(context.Unmatched, Does.ContainKey("yarn.lock*"));
    }

    [Test]
    public async Task A_file_that_grows_while_it_is_sent_is_an_error()
    {
        using var folder = new TemporaryFolder().File("log", "12345");
        var file = (await CollectAsync(folder.Path, "log")).Files[0];
        await using var stream = new ContextFileStream(file, _ => { });
        await stream.ReadExactlyAsync(new byte[5]);
        await File.AppendAllTextAsync(folder["log"], "6");
        Assert.That(async () => await stream.ReadAsync(new byte[5]),
            Throws.InstanceOf<BuildContextException>().With.Message.Contains("it grew"));
    }

    [Test]
    public async Task A_file_that_is_written_to_while_it_is_sent_is_an_error()
    {
        using var folder = new TemporaryFolder().File("data", "12345");
        File.SetLastWriteTimeUtc(folder["data"], DateTime.UtcNow.AddMinutes(-1));
        var file = (await CollectAsync(folder.Path, "data")).Files[0];
        await using var stream = new ContextFileStream(file, _ => { });
        await stream.ReadExactlyAsync(new byte[2]);
        await File.WriteAllTextAsync(folder["data"], "abcde");
        Assert.That(async () => await stream.CopyToAsync(Stream.Null),
            Throws.InstanceOf<BuildContextException>().With.Message.Contains("it was written to"));
    }
}
