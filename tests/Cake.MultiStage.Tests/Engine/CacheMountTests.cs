using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine.CacheMounts;
using Cake.MultiStage.Images;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>Which cache mounts are kept, under which names, and what becomes of their archives.</summary>
public sealed class CacheMountTests
{
    private static readonly IReadOnlySet<string> None = new HashSet<string>(StringComparer.Ordinal);

    [Test]
    public void The_mounts_of_all_stages_that_are_needed_are_found_once()
    {
        var found = CacheMount.In(Request(
            RunMount.Cache("/root/.npm"), RunMount.Cache("/root/.npm/"), RunMount.Cache("/a/../b/./c"), RunMount.Cache("/x", id: "own"),
            RunMount.Cache("/private", sharing: "private"), RunMount.Cache("/from") with { From = "other" },
            RunMount.Cache("$HOME/.cache"), RunMount.Tmpfs("/tmp"), RunMount.Cache("/root/.npm") with { UserId = 1000 }));
        Assert.That(found.Select(mount => mount.Id), Is.EqualTo(["/root/.npm", "/b/c", "own", "/root/.npm"]));
        Assert.That(found.Select(mount => mount.Image), Is.All.EqualTo("golang:1"));
        Assert.That(found[0].Name, Does.StartWith("root--npm-").And.Not.EqualTo(found[3].Name), "an owner makes it another");
        Assert.That(found.Select(mount => mount.Name), Has.None.Contains(".").And.None.Contains("/"));
    }

    [Test]
    public async Task An_archive_is_found_by_its_mount_and_replaces_the_one_before()
    {
        using var folder = new TemporaryFolder();
        var kept = new CacheMountFolder(folder["cache"], ByteSize.Parse("1 MB"));
        Assert.That(kept.Find("a"), Is.Null);
        await PutAsync(kept, "a", "one", 10);
        await PutAsync(kept, "a", "two", 20);
        await PutAsync(kept, "b", "one", 10);
        Assert.That((kept.Find("a")!.State, kept.Find("a")!.Length), Is.EqualTo(("two", 20)));
        Assert.That(Directory.GetFiles(folder["cache"]), Has.Length.EqualTo(2));
        Assert.That(await CacheMountFolder.ProblemAsync(kept.Find("a")!, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task A_damaged_archive_is_deleted()
    {
        using var folder = new TemporaryFolder();
        var kept = new CacheMountFolder(folder["cache"], ByteSize.Parse("1 MB"));
        var archive = await PutAsync(kept, "a", "one", 10);
        await File.AppendAllTextAsync(archive.File, "more");
        Assert.That(await CacheMountFolder.ProblemAsync(archive, CancellationToken.None), Is.EqualTo("is damaged and was deleted"));
        Assert.That(kept.Find("a"), Is.Null);
    }

    [Test]
    public async Task An_archive_that_cannot_be_read_stays()
    {
        using var folder = new TemporaryFolder();
        var kept = new CacheMountFolder(folder["cache"], ByteSize.Parse("1 MB"));
        var archive = await PutAsync(kept, "a", "one", 10);
        await using (new FileStream(archive.File, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.That(await CacheMountFolder.ProblemAsync(archive, CancellationToken.None), Does.StartWith("can't be read ("));
        }

        Assert.That(kept.Find("a"), Is.EqualTo(archive));
    }

    [Test]
    public async Task Room_is_made_by_what_was_not_used_and_then_by_the_largest()
    {
        using var folder = new TemporaryFolder();
        var kept = new CacheMountFolder(folder["cache"], new ByteSize(100));
        foreach (var (name, length, age) in new[] { ("old", 40, 3), ("older", 40, 9), ("small", 40, 1), ("large", 60, 1) })
        {
            File.SetLastWriteTimeUtc((await PutAsync(kept, name, "x", length)).File, DateTime.UtcNow.AddDays(-age));
        }

        var used = new HashSet<string>(StringComparer.Ordinal) { "small", "large" };
        Assert.That(kept.MakeRoom(used).Select(gone => gone.Name), Is.EqualTo(["older", "old"]));
        var smaller = new CacheMountFolder(folder["cache"], new ByteSize(50));
        Assert.That(smaller.MakeRoom(used).Select(gone => gone.Name), Is.EqualTo(["large"]));
        Assert.That(kept.MakeRoom(None), Is.Empty);
    }

    [Test]
    public void Steps_bring_out_only_what_is_not_kept_yet_and_mount_by_the_same_ids()
    {
        var mounts = CacheMount.In(Request(RunMount.Cache("/root/.npm"), RunMount.Cache("/x", id: "own") with { UserId = 7 }));
        var text = CacheMountSteps.Keep(mounts, ["abc", "none"], 2048).ToString();
        Assert.That(text, Does.Contain("FROM golang:1 AS mounts-0").And.Contain("id=/root/.npm").And.Contain("id=own").And.Contain("uid=7")
            .And.Contain("!= abc ]").And.Contain("-gt 2 ]").And.Contain("FROM scratch AS kept"));
        Assert.That(CacheMountSteps.Fill(mounts, ["a.tar", "b.tar"]).ToString(), Does.Contain("source=b.tar").And.Contain("tar xf"));
        Assert.That(CacheMountSteps.Look(mounts).ToString(), Does.Contain("/multistage-out/1/state"));
    }

    private static async Task<CacheArchive> PutAsync(CacheMountFolder kept, string name, string state, int length)
    {
        var file = Path.Combine(kept.Temporary(), "content.tar");
        await File.WriteAllBytesAsync(file, new byte[length]);
        var archive = await kept.TakeAsync(name, state, file, CancellationToken.None);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        return archive;
    }

    private static BuildRequest Request(params RunMount[] mounts) => new()
    {
        ContextDirectory = "/",
        Dockerfile = new Dockerfile
        {
            Stages =
            [
                Stage.From("golang:1").Named("tools").Run("true", mounts[..1]),
                Stage.From("tools").Named("builder").Run("true", mounts),
                Stage.From(StageBase.Scratch).CopyFrom("builder", "/x", "/x"),
            ],
        },
    };
}
