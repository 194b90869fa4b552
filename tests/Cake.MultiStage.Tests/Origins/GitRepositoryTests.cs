using Cake.MultiStage.Origins;
using Cake.MultiStage.Tests.Contexts;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Origins;

/// <summary>Real repositories, asked by the real git, with no configuration but their own.</summary>
public sealed class GitRepositoryTests
{
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal) { ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_CONFIG_SYSTEM"] = "/dev/null", ["GIT_CEILING_DIRECTORIES"] = Path.GetTempPath() };
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Make() => _folder = new TemporaryFolder();

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public async Task A_commit_has_a_revision_a_time_a_branch_and_a_source()
    {
        await CommitAsync();
        await GitAsync("remote", "add", "other", "https://example.com/other.git");
        await GitAsync("remote", "add", "origin", "https://user:token@example.com/team/app.git");
        var origin = await ReadAsync(_folder.Folder("below")["below"]);
        Assert.That(origin, Is.EqualTo(new SourceOrigin
        {
            Revision = (await GitAsync("rev-parse", "HEAD")).Trim(),
            Committed = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Branch = "trunk",
            Source = "https://example.com/team/app",
        }));
    }

    [Test]
    public async Task A_tag_of_the_commit_is_told()
    {
        await CommitAsync();
        await GitAsync("tag", "v1.2");
        Assert.That((await ReadAsync(_folder.Path))?.Tag, Is.EqualTo("v1.2"));
    }

    [Test]
    public async Task A_detached_head_has_no_branch()
    {
        await CommitAsync();
        await GitAsync("checkout", "--quiet", "--detach");
        var origin = await ReadAsync(_folder.Path);
        Assert.That((origin?.Branch, origin?.Revision?.Length), Is.EqualTo(((string?)null, 40)));
    }

    [Test]
    public async Task Without_git_there_is_no_answer() =>
        Assert.That(await new GitRepository(_folder.Path, NullLogger.Instance, _folder["no-git"], Environment).ReadAsync(CancellationToken.None), Is.Null);

    [Test]
    public async Task Without_a_repository_there_is_no_answer() => Assert.That(await ReadAsync(_folder.Path), Is.Null);

    [Test]
    public async Task Without_a_commit_there_is_no_answer()
    {
        await GitAsync("init", "--quiet");
        Assert.That(await ReadAsync(_folder.Path), Is.Null);
    }

    [Test]
    public async Task Without_a_folder_there_is_no_answer() => Assert.That(await ReadAsync(_folder["missing"]), Is.Null);

    [Test]
    public async Task A_repository_of_a_stranger_gives_no_answer()
    {
        await CommitAsync();
        // What git's own tests use to be in a repository of somebody else.
        var stranger = new Dictionary<string, string>(Environment, StringComparer.Ordinal) { ["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1" };
        Assert.That(await new GitRepository(_folder.Path, NullLogger.Instance, environment: stranger).ReadAsync(CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task A_cancelled_question_ends()
    {
        await CommitAsync();
        Assert.That(async () => await new GitRepository(_folder.Path, NullLogger.Instance).ReadAsync(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    private static Task<SourceOrigin?> ReadAsync(string folder) => new GitRepository(folder, NullLogger.Instance, environment: Environment).ReadAsync(CancellationToken.None);

    private async Task CommitAsync()
    {
        await GitAsync("init", "--quiet");
        await GitAsync("symbolic-ref", "HEAD", "refs/heads/trunk");
        await GitAsync("commit", "--quiet", "--allow-empty", "--message", "first");
    }

    private Task<string> GitAsync(params string[] arguments) => Run.ToolAsync(
        "env",
        ["GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_DATE=2020-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2020-01-02T03:04:05Z", "git", "-C", _folder.Path, "-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgSign=false", .. arguments]);
}
