using System.Text;
using Cake.MultiStage.Origins;
using Cake.MultiStage.Origins.Git;
using Cake.MultiStage.Tests.Contexts;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Origins;

/// <summary>Repositories that the real git made, read as data, and compared with what the real git says of them.</summary>
[CancelAfter(60_000)]
public sealed class GitRepositoryTests : FolderFixture
{
    private static readonly DateTimeOffset Committed = new(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [TestCase("sha1")]
    [TestCase("sha256")]
    public async Task A_commit_has_a_revision_a_time_a_branch_and_a_source(string format)
    {
        await CommitAsync("--object-format=" + format);
        await GitAsync("remote", "add", "other", "https://example.com/other.git");
        await GitAsync("remote", "add", "origin", "https://user:token@example.com/team/app.git");
        Assert.That(await ReadAsync(_folder.Folder("below")["below"]), Is.EqualTo(new SourceOrigin
        {
            Revision = await HeadAsync(),
            Committed = Committed,
            Branch = "trunk",
            Source = "https://example.com/team/app",
        }));
    }

    [Test]
    public async Task Without_an_origin_the_first_remote_counts()
    {
        await CommitAsync();
        await GitAsync("remote", "add", "upstream", "https://example.com/b.git");
        await GitAsync("remote", "add", "fork", "https://example.com/a.git");
        Assert.That((await ReadAsync(_folder.Path))?.Source, Is.EqualTo("https://example.com/a"));
    }

    [TestCase("HEAD", null)]
    [TestCase("refs/heads/trunk", "trunk")]
    public async Task Packed_references_are_read(string head, string? branch)
    {
        await CommitAsync();
        await GitAsync("tag", "v1");
        await GitAsync("tag", "--annotate", "v1.1", "--message", "release");
        await GitAsync("pack-refs", "--all");
        if (branch is null)
        {
            await GitAsync("checkout", "--quiet", "--detach");
        }

        var origin = await ReadAsync(_folder.Path);
        Assert.That((origin?.Branch, origin?.Tag, origin?.Revision), Is.EqualTo((branch, "v1.1", await HeadAsync())), head);
    }

    [Test]
    public async Task Of_several_tags_the_one_counts_that_git_describe_names()
    {
        await CommitAsync();
        await GitAsync("tag", "a-plain");
        Assert.That((await ReadAsync(_folder.Path))?.Tag, Is.EqualTo("a-plain"));
        await GitAsync("tag", "--annotate", "z-old", "--message", "old");
        await GitAsync(["GIT_COMMITTER_DATE=2021-01-02T03:04:05Z"], "tag", "--annotate", "nested/new", "--message", "new");
        Assert.That((await ReadAsync(_folder.Path))?.Tag,
            Is.EqualTo((await GitAsync("describe", "--tags", "--exact-match")).Trim()).And.EqualTo("nested/new"));
        await GitAsync("commit", "--quiet", "--allow-empty", "--message", "next");
        Assert.That((await ReadAsync(_folder.Path))?.Tag, Is.Null);
    }

    [Test]
    public async Task A_detached_head_has_no_branch()
    {
        await CommitAsync();
        await GitAsync("checkout", "--quiet", "--detach");
        var origin = await ReadAsync(_folder.Path);
        Assert.That((origin?.Branch, origin?.Revision, origin?.Committed), Is.EqualTo(((string?)null, await HeadAsync(), Committed)));
    }

    [Test]
    public async Task Every_commit_of_a_pack_is_read_differences_by_offset_and_by_name_too([Values] bool byOffset)
    {
        await CommitAsync();
        for (var count = 0; count < 12; count++)
        {
            // Long messages that are alike become differences to each other.
            await GitAsync("commit", "--quiet", "--allow-empty", "--message",
                $"{string.Concat(Enumerable.Repeat("the same words again and again\n", 60))}{count}");
        }

        await GitAsync("-c", $"repack.useDeltaBaseOffset={byOffset}", "repack", "-a", "-d", "-f", "--depth=50", "--window=50", "--quiet");
        var chains = await GitAsync("verify-pack", "-v", Directory.GetFiles(_folder[".git/objects/pack"], "*.idx").Single());
        Assert.That(chains, Does.Match("(?m)^[0-9a-f]{40} commit .* [0-9]+ [0-9a-f]{40}$"), "git made no differences");
        Assert.That(Directory.Exists(_folder[".git/objects/pack"])
            && (await GitAsync("count-objects")).StartsWith("0 objects", StringComparison.Ordinal), Is.True);
        foreach (var revision in (await GitAsync("rev-list", "HEAD")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var content = new GitObjects(new GitFolder(_folder[".git"], _folder[".git"]), CancellationToken.None).Find(revision)!.Content;
            Assert.That(Encoding.UTF8.GetString(content), Is.EqualTo(await GitAsync("cat-file", "commit", revision)));
        }
    }

    [Test]
    public async Task A_worktree_a_submodule_and_a_clone_that_borrows_are_repositories()
    {
        await CommitAsync();
        await GitAsync("worktree", "add", "--quiet", "-b", "side", _folder["side"]);
        await GitAsync("clone", "--quiet", "--shared", "--branch", "trunk", _folder.Path, _folder["borrowed"]);
        await GitAsync("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", _folder.Path, "sub");
        await Assert.MultipleAsync(async () =>
        {
            Assert.That((await ReadAsync(_folder["side"]))?.Branch, Is.EqualTo("side"));
            Assert.That((await ReadAsync(_folder["side"]))?.Committed, Is.EqualTo(Committed));
            Assert.That((await ReadAsync(_folder["borrowed"]))?.Committed, Is.EqualTo(Committed));
            Assert.That((await ReadAsync(_folder["sub"]))?.Committed, Is.EqualTo(Committed));
            Assert.That(File.Exists(_folder["sub/.git"]) && File.Exists(_folder["side/.git"]), Is.True);
        });
    }

    [Test]
    public async Task A_project_that_is_a_link_is_in_the_repository_of_its_target()
    {
        await CommitAsync();
        _folder.Folder("app");
        using var elsewhere = new TemporaryFolder();
        elsewhere.Link("app", _folder["app"]);
        Assert.That((await ReadAsync(elsewhere["app"]))?.Branch, Is.EqualTo("trunk"));
    }

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
    public async Task A_shallow_clone_has_its_commit()
    {
        await CommitAsync();
        await GitAsync("commit", "--quiet", "--allow-empty", "--message", "second");
        await GitAsync("clone", "--quiet", "--depth", "1", "file://" + _folder.Path, _folder["shallow"]);
        Assert.That((await ReadAsync(_folder["shallow"]))?.Committed, Is.EqualTo(Committed));
    }

    [Test]
    public async Task A_cancelled_question_ends()
    {
        await CommitAsync();
        Assert.That(async () => await new GitRepository(_folder.Path, NullLogger.Instance).ReadAsync(new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Damaged_bytes_anywhere_cost_labels_and_nothing_else()
    {
        await CommitAsync();
        await GitAsync("tag", "--annotate", "v1", "--message", "release");
        await GitAsync("repack", "-a", "-d", "--quiet");
        await GitAsync("pack-refs", "--all");
        var random = new Random(7);
        foreach (var file in Directory.EnumerateFiles(_folder[".git"], "*", SearchOption.AllDirectories)
            .Where(
                file => file.EndsWith(".idx", StringComparison.Ordinal)
                    || file.EndsWith(".pack", StringComparison.Ordinal)
                    || Path.GetFileName(file) is "packed-refs" or "config" or "HEAD"))
        {
            File.SetAttributes(file, FileAttributes.Normal);
            var whole = await File.ReadAllBytesAsync(file);
            for (var round = 0; round < 150; round++)
            {
                var damaged = whole.ToArray();
                for (var count = random.Next(1, 8); count > 0; count--)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                await File.WriteAllBytesAsync(file, round % 3 == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
                Assert.That(async () => await ReadAsync(_folder.Path), Throws.Nothing, file);
            }

            await File.WriteAllBytesAsync(file, whole);
        }

        Assert.That((await ReadAsync(_folder.Path))?.Tag, Is.EqualTo("v1"));
    }

    [Test]
    public void A_difference_that_makes_too_much_is_refused()
    {
        // Says that it makes 2 GB of an object of one octet, by copying it.
        byte[] difference = [1, 0x80, 0x80, 0x80, 0x80, 0x08, 0x90, 1];
        Assert.That(() => GitDelta.Apply("a"u8, difference, 1024), Throws.InstanceOf<InvalidDataException>());
        Assert.That(GitDelta.Apply("ab"u8, [2, 3, 0x91, 1, 1, 2, (byte)'c', (byte)'d'], 1024), Is.EqualTo("bcd"u8.ToArray()));
    }

    [Test]
    public async Task A_commit_of_an_impossible_time_has_none()
    {
        await CommitAsync();
        var file = Path.Join(_folder.Path, "commit");
        await File.WriteAllTextAsync(file,
            (await GitAsync("cat-file", "commit", "HEAD")).Replace("1577934245", "99999999999999999", StringComparison.Ordinal));
        var odd = (await GitAsync("hash-object", "-t", "commit", "-w", "--literally", file)).Trim();
        await GitAsync("update-ref", "refs/heads/trunk", odd);
        var origin = await ReadAsync(_folder.Path);
        Assert.That((origin?.Revision, origin?.Committed), Is.EqualTo((odd, (DateTimeOffset?)null)));
    }

    private static Task<SourceOrigin?> ReadAsync(string folder) =>
        new GitRepository(folder, NullLogger.Instance).ReadAsync(CancellationToken.None);

    private async Task<string> HeadAsync() => (await GitAsync("rev-parse", "HEAD")).Trim();

    private async Task CommitAsync(params string[] init)
    {
        await GitAsync(["init", "--quiet", .. init]);
        await GitAsync("symbolic-ref", "HEAD", "refs/heads/trunk");
        await GitAsync("commit", "--quiet", "--allow-empty", "--message", "first");
    }

    private Task<string> GitAsync(params string[] arguments) => GitAsync([], arguments);

    private Task<string> GitAsync(string[] environment, params string[] arguments) => Run.ToolAsync(
        "env",
        [
            "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_DATE=2020-01-02T03:04:05Z",
            "GIT_COMMITTER_DATE=2020-01-02T03:04:05Z", .. environment, "git", "-C", _folder.Path, "-c", "user.name=Test", "-c",
            "user.email=test@example.com", "-c", "commit.gpgSign=false", .. arguments,
        ]);
}
