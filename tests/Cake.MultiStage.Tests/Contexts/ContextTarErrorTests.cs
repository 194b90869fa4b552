using Cake.MultiStage.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Contexts;

[TestFixture]
internal sealed class ContextTarErrorTests
{
    [Test]
    public async Task A_file_that_vanished_is_an_error_that_names_it()
    {
        using var folder = new TemporaryFolder().Files("gone");
        var context = await CollectAsync(folder);

        File.Delete(folder["gone"]);

        await Assert.ThatAsync(async () => await WriteAsync(context),
            Throws.TypeOf<BuildContextException>().With.Message.Contains($"'{folder["gone"]}' can't be read")
                .And.Message.Contains(".dockerignore"));
    }

    [Test]
    public async Task A_file_that_became_a_folder_is_an_error_that_names_it()
    {
        using var folder = new TemporaryFolder().Files("turned");
        var context = await CollectAsync(folder);

        File.Delete(folder["turned"]);
        folder.Folder("turned");

        await Assert.ThatAsync(async () => await WriteAsync(context),
            Throws.TypeOf<BuildContextException>().With.Message.Contains(folder["turned"]));
    }

    [TestCase("123456", "it grew")]
    [TestCase("1234", "it ends after 4 bytes")]
    [TestCase("", "it ends after 0 bytes")]
    public async Task A_file_that_changed_its_size_is_an_error_that_names_it(string text, string how)
    {
        using var folder = new TemporaryFolder().File("log", "12345");
        var context = await CollectAsync(folder);

        folder.File("log", text);

        await Assert.ThatAsync(async () => await WriteAsync(context),
            Throws.TypeOf<BuildContextException>().With.Message.Contains(folder["log"])
                .And.Message.Contains("had 5 bytes").And.Message.Contains(how));
    }

    [Test]
    public async Task A_file_cut_while_it_is_read_is_an_error_and_the_tar_gets_no_end_mark()
    {
        const int size = 4 << 20;
        using var folder = new TemporaryFolder().File("big", new string('x', size));
        var context = await CollectAsync(folder);
        await using var cutting = new CountingStream(written => Cut(folder["big"], written));

        var error = await Assert.ThrowsAsync<BuildContextException>(
            async () => await new ContextTar().WriteAsync(cutting, context, "Dockerfile", "FROM scratch", null, CancellationToken.None));

        Assert.That(error!.Message, Does.Contain(folder["big"]).And.Contain("it ends after"));
        Assert.That(cutting.Written, Is.LessThan(size));
    }

    [Test]
    [Platform("Linux")]
    public async Task A_file_without_a_true_size_is_an_error_that_names_it()
    {
        using var folder = new TemporaryFolder();
        var context = new BuildContext(folder.Path,
            [new("version", "/proc/version", ContextFileKind.File, 0, UnixFileMode.UserRead, null)]);

        await Assert.ThatAsync(async () => await WriteAsync(context),
            Throws.TypeOf<BuildContextException>().With.Message.Contains("/proc/version").And.Message.Contains("it grew"));
    }

    [Test]
    [Platform("Linux")]
    public async Task A_file_whose_reading_fails_is_an_error_that_names_it()
    {
        using var folder = new TemporaryFolder();
        var context = new BuildContext(folder.Path, [new("mem", "/proc/self/mem", ContextFileKind.File, 10, UnixFileMode.UserRead, null)]);

        await Assert.ThatAsync(async () => await WriteAsync(context),
            Throws.TypeOf<BuildContextException>().With.Message.Contains("'/proc/self/mem' can't be read"));
    }

    [Test]
    public async Task A_cancelled_writing_ends()
    {
        using var folder = new TemporaryFolder().Files("a");
        var context = await CollectAsync(folder);

        await Assert.ThatAsync(
            async () =>
                await new ContextTar().WriteAsync(Stream.Null, context, "Dockerfile", "FROM scratch", null,
                    new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private static void Cut(string path, long written)
    {
        const int headers = 4096;
        if (written > headers)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.SetLength(headers);
        }
    }

    private static Task<BuildContext> CollectAsync(TemporaryFolder folder) =>
        BuildContext.CollectAsync(folder.Path, IgnoreFile.Empty, ["."], CancellationToken.None);

    private static Task WriteAsync(BuildContext context) =>
        new ContextTar().WriteAsync(Stream.Null, context, "Dockerfile", "FROM scratch", null, CancellationToken.None);
}
