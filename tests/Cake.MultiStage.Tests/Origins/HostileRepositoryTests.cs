using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Cake.MultiStage.Origins;
using Cake.MultiStage.Origins.Git;
using Cake.MultiStage.Tests.Contexts;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Origins;

/// <summary>Repositories that were made to have something done by whoever reads them.</summary>
[CancelAfter(60_000)]
[Platform("Linux,MacOsX")]
[Category("Fault")]
public sealed class HostileRepositoryTests
{
    private const string Id = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Make() => _folder = new TemporaryFolder()
        .File(".git/HEAD", "ref: refs/heads/main\n")
        .File(".git/refs/heads/main", Id + "\n")
        .File(".git/config", "[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = https://example.com/team/app.git\n")
        .Folder(".git/objects");

    [TearDown]
    public void Clean() => _folder.Dispose();

    [TestCase(
        "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tpartialClone = origin\n[remote \"origin\"]\n\turl = RUN\n\tpromisor = "
            + "true\n\tuploadpack = RUN")]
    [TestCase(
        "[core]\n\tfsmonitor = RUN\n\thooksPath = hooks\n\tsshCommand = RUN\n\tpager = RUN\n\teditor = RUN\n\taskPass = RUN\n\tgitProxy = "
            + "RUN\n\talternateRefsCommand = RUN")]
    [TestCase("[log]\n\tshowSignature = true\n[gpg]\n\tprogram = RUN\n[gpg \"ssh\"]\n\tprogram = RUN\n\tdefaultKeyCommand = RUN")]
    [TestCase("[alias]\n\tlog = !RUN\n\tremote = !RUN\n\tconfig = !RUN\n[pager]\n\tlog = RUN")]
    [TestCase(
        "[filter \"x\"]\n\tsmudge = RUN\n\tclean = RUN\n\tprocess = RUN\n[diff]\n\texternal = RUN\n[diff \"x\"]\n\ttextconv = "
            + "RUN\n\tcommand = RUN")]
    [TestCase(
        "[credential]\n\thelper = !RUN\n[remote \"origin\"]\n\tvcs = x\n\treceivepack = RUN\n\turl = ext::RUN\n[url \"ext::RUN "
            + "\"]\n\tinsteadOf = https://")]
    [TestCase("[include]\n\tpath = ../included\n[includeIf \"gitdir:**\"]\n\tpath = ../included")]
    public async Task No_configuration_starts_a_program(string config)
    {
        var run = $"touch {_folder["PWNED"]} #";
        foreach (var hook in new[] { "post-checkout", "fsmonitor-watchman", "reference-transaction", "query-watchman",
            "post-index-change" })
        {
            _folder.File(".git/hooks/" + hook, "#!/bin/sh\n" + run)
                .Mode(".git/hooks/" + hook, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        }

        _folder.File("included", $"[core]\n\tfsmonitor = {run}\n[remote \"origin\"]\n\turl = https://evil.example.com/included\n");
        _folder.File(".gitattributes", "* filter=x diff=x");
        await File.AppendAllTextAsync(_folder[".git/config"], config.Replace("RUN", run, StringComparison.Ordinal));
        var origin = await ReadAsync();
        Assert.That(origin?.Revision, Is.EqualTo(Id));
        Assert.That(origin?.Source, Is.Null.Or.EqualTo("https://example.com/team/app"));
        await Task.Delay(300);
        Assert.That(File.Exists(_folder["PWNED"]), Is.False);
    }

    [Test]
    public async Task No_program_called_git_is_run()
    {
        _folder.File("git", $"#!/bin/sh\ntouch {_folder["PWNED"]}\n").Mode("git", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", _folder.Path + Path.PathSeparator + path);
        try
        {
            await ReadAsync();
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }

        Assert.That(File.Exists(_folder["PWNED"]), Is.False);
    }

    [Test]
    public async Task No_connection_is_opened_for_a_missing_commit()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await File.AppendAllTextAsync(_folder[".git/config"],
            $"[extensions]\n\tpartialClone = origin\n[remote \"origin\"]\n\turl = http://{listener.LocalEndpoint}/app\n\tpromisor = "
                + "true\n");
        Assert.That((await ReadAsync())?.Revision, Is.EqualTo(Id));
        Assert.That(listener.Pending(), Is.False);
    }

    [TestCase("HEAD")]
    [TestCase("refs/heads/main")]
    [TestCase("config")]
    [TestCase("packed-refs")]
    [TestCase("refs/tags/pipe")]
    [TestCase("objects/aa/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [TestCase("objects/info/alternates")]
    [TestCase("objects/pack/pack-1.idx")]
    public async Task A_pipe_is_not_waited_for(string file)
    {
        _folder.Folder(Path.GetDirectoryName(".git/" + file)!);
        File.Delete(_folder[".git/" + file]);
        await Run.ToolAsync("mkfifo", _folder[".git/" + file]);
        await InTimeAsync();
    }

    [TestCase("HEAD")]
    [TestCase("refs/heads/main")]
    [TestCase("config")]
    [TestCase("packed-refs")]
    [TestCase("refs/tags/endless")]
    [TestCase("objects/info/alternates")]
    public async Task A_device_without_an_end_is_not_read(string file)
    {
        _folder.Folder(Path.GetDirectoryName(".git/" + file)!);
        File.Delete(_folder[".git/" + file]);
        _folder.Link(".git/" + file, "/dev/zero");
        await InTimeAsync();
    }

    [TestCase("HEAD")]
    [TestCase("refs/heads/main")]
    [TestCase("config")]
    [TestCase("packed-refs")]
    [TestCase("objects/info/alternates")]
    public async Task A_file_of_gigabytes_is_not_read(string file)
    {
        _folder.Folder(Path.GetDirectoryName(".git/" + file)!);
        await using (var huge = File.Create(_folder[".git/" + file]))
        {
            huge.SetLength(20L * 1024 * 1024 * 1024);
        }

        var before = GC.GetTotalAllocatedBytes();
        await InTimeAsync();
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(100_000_000));
    }

    [Test]
    public async Task References_in_a_circle_have_no_commit()
    {
        _folder.File(".git/refs/heads/main", "ref: refs/heads/other\n").File(".git/refs/heads/other", "ref: refs/heads/main\n");
        Assert.That(await ReadAsync(), Is.Null);
    }

    [TestCase("ref: refs/heads/../../../outside")]
    [TestCase("ref: ../outside")]
    [TestCase("ref: /etc/hostname")]
    [TestCase("ref: refs/heads//main")]
    [TestCase("ref: refs/heads/.hidden")]
    public async Task A_reference_does_not_lead_out_of_its_folder(string head)
    {
        _folder.File("outside", Id).File(".git/refs/heads/.hidden", Id).File(".git/HEAD", head);
        Assert.That(await ReadAsync(), Is.Null);
    }

    [TestCase(".git/HEAD", "victim/.git/HEAD")]
    [TestCase(".git/refs/heads/main", "victim/.git/refs/heads/main")]
    [TestCase(".git/refs/heads", "victim/.git/refs/heads")]
    [TestCase(".git", "victim/.git")]
    public async Task A_link_does_not_show_another_repository(string link, string target)
    {
        Victim();
        Directory.CreateDirectory(_folder["project"]);
        Directory.Move(_folder[".git"], _folder["project/.git"]);
        var place = _folder["project/" + link];
        if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }

        File.Delete(place);
        _folder.Link("project/" + link, _folder[target]);
        Assert.That(await ReadAsync("project"), Is.Null);
    }

    [Test]
    public async Task A_linked_configuration_shows_no_other_address()
    {
        Victim();
        File.Delete(_folder[".git/config"]);
        _folder.Link(".git/config", _folder["victim/.git/config"]);
        Assert.That((await ReadAsync())?.Source, Is.Null);
    }

    [TestCase("gitdir: ../victim/.git")]
    [TestCase("gitdir: FOLDER/victim/.git")]
    [TestCase("gitdir: FOLDER/victim/.git/worktrees/theirs")]
    [TestCase("gitdir: //server/share/.git")]
    [TestCase("gitdir: /dev/zero")]
    [TestCase("gitdir: ../project/.git")]
    [TestCase("gitdir:")]
    [TestCase("nonsense")]
    public async Task A_file_that_names_another_repository_does_not_show_it(string file)
    {
        Victim();
        _folder.File("victim/.git/worktrees/theirs/HEAD", Id).File("victim/.git/worktrees/theirs/gitdir", _folder["theirs/.git"]);
        _folder.File("project/.git", file.Replace("FOLDER", _folder.Path, StringComparison.Ordinal));
        Assert.That(await ReadAsync("project"), Is.Null);
    }

    [Test]
    public async Task In_a_folder_that_is_open_to_all_no_repository_is_believed()
    {
        const UnixFileMode Everyone = (UnixFileMode)511;
        _folder.Folder("project").Mode("", Everyone | UnixFileMode.StickyBit);
        Assert.That(await ReadAsync("project"), Is.Null);
        Assert.That((await ReadAsync())?.Revision, Is.EqualTo(Id));
        _folder.Mode("", Everyone);
        Assert.That((await ReadAsync("project"))?.Revision, Is.EqualTo(Id));
    }

    [Test]
    public async Task Folders_to_borrow_from_in_a_circle_have_an_end()
    {
        _folder.File(".git/objects/info/alternates", "../../b\n//server/share\n" + _folder[".git/objects"] + "\n")
            .File("b/info/alternates", _folder[".git/objects"]);
        Assert.That((await ReadAsync())?.Revision, Is.EqualTo(Id));
    }

    [TestCase("url = https://example.com/a\\nb")]
    [TestCase("url = \"git@example.com:a\\n::error::b\"")]
    [TestCase("url = git@example.com:a\u0007b")]
    [TestCase("url = /home/me/app")]
    [TestCase("url = ext::sh -c touch")]
    public async Task An_odd_address_is_no_label(string url)
    {
        _folder.File(".git/config", "[remote \"origin\"]\n\t" + url);
        Assert.That((await ReadAsync())?.Source, Is.Null);
    }

    [TestCase("[remote \"origin\"]\n\turl = https://example.com/a ; a comment\n", "https://example.com/a")]
    [TestCase("[remote \"origin\"]\n\turl = \"https://example.com/a\" # a comment\n", "https://example.com/a")]
    [TestCase("[Remote \"origin\"] URL=https://example.com/a", "https://example.com/a")]
    [TestCase("[remote \"origin\"]\n\turl = https://example.com/\\\na\n", "https://example.com/a")]
    [TestCase("[remote \"origin\"]\n\turl = https://example.com/old\n\turl = https://example.com/a\n", "https://example.com/a")]
    [TestCase("[remote \"o\\\"]ther\"]\n\turl = https://example.com/a\n", "https://example.com/a")]
    [TestCase("[remote \"Origin\"]\n\turl = https://example.com/a\n[remote \"origin\"]\n\tfetch = x\n", "https://example.com/a")]
    public async Task The_configurations_syntax_is_gits(string config, string source)
    {
        _folder.File(".git/config", config);
        Assert.That((await ReadAsync())?.Source, Is.EqualTo(source));
    }

    [Test]
    public async Task A_reftable_is_told()
    {
        var log = new ListLogger();
        _folder.File(".git/HEAD", "ref: refs/heads/.invalid\n").File(".git/config", "[extensions]\n\trefStorage = reftable\n");
        Assert.That(await new GitRepository(_folder.Path, log).ReadAsync(CancellationToken.None), Is.Null);
        Assert.That(log.Lines, Has.One.Contains("reftable"));
    }

    private void Victim() => _folder
        .File("victim/.git/HEAD", "ref: refs/heads/main\n")
        .File("victim/.git/refs/heads/main", new string('b', 40))
        .File("victim/.git/config", "[remote \"origin\"]\n\turl = https://example.com/private\n")
        .Folder("victim/.git/objects");

    private Task<SourceOrigin?> ReadAsync(string folder = "") =>
        new GitRepository(_folder[folder], NullLogger.Instance).ReadAsync(CancellationToken.None);

    private async Task InTimeAsync()
    {
        var started = Stopwatch.GetTimestamp();
        Assert.That(async () => await ReadAsync().WaitAsync(TimeSpan.FromSeconds(30)), Throws.Nothing);
        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(15)));
    }
}
