using System.Diagnostics;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Engine.Leftovers;
using Cake.MultiStage.Tests.Contexts;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Leftovers;

/// <summary>Whose things are leftovers: those of processes that are gone, and no others.</summary>
public sealed class LeftoverTests
{
    private static readonly HostProcesses Processes = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(60));

    private static Leftover Gone => Leftover.New(Processes, TimeProvider.System) with { Started = 1 };

    [Test]
    public void A_mark_is_read_as_it_was_written()
    {
        var mark = Leftover.New(Processes, _time);
        Assert.That(Leftover.Parse(mark.ToString()), Is.EqualTo(mark));
        Assert.That(Leftover.Parse("/" + Leftover.Prefix + mark), Is.EqualTo(mark));
        Assert.That(Leftover.New(Processes, _time), Is.Not.EqualTo(mark));
    }

    [Test]
    public void A_mark_fits_into_a_tag_and_the_name_of_a_container() =>
        Assert.That(Leftover.New(Processes, _time).ToString(), Does.Match(@"\A[a-z0-9][a-z0-9-]{0,126}\z"));

    [TestCase("")]
    [TestCase("cake-multistage-")]
    [TestCase("cake-multistage-a-b-c-d-e")]
    [TestCase("a-1-2-3")]
    [TestCase("a-1-2-3-4-5")]
    [TestCase("a-1-2-3-x")]
    [TestCase(null)]
    public void What_is_no_mark_is_nobodys_leftover(string? text) => Assert.That(Leftover.Parse(text), Is.Null);

    [Test]
    public void What_this_process_made_is_in_use()
    {
        var mark = Leftover.New(Processes, _time);
        _time.Advance(TimeSpan.FromDays(30));
        Assert.That(mark.IsGone(Processes, _time), Is.False);
    }

    [Test]
    public async Task What_a_process_made_that_has_ended_is_a_leftover()
    {
        using var process = Process.Start(new ProcessStartInfo("sleep", ["60"]))!;
        var mark = Leftover.New(Processes, _time) with { ProcessId = process.Id, Started = Processes.StartOf(process.Id)!.Value };
        Assert.That(mark.IsGone(Processes, _time), Is.False);
        process.Kill();
        await process.WaitForExitAsync();
        Assert.That(mark.IsGone(Processes, _time), Is.True);
    }

    [Test]
    public void A_process_with_the_number_of_an_earlier_one_is_another() => Assert.That(Gone.IsGone(Processes, _time), Is.True);

    [Test]
    public void What_another_host_made_is_a_leftover_after_a_day()
    {
        var mark = Gone with { Host = "elsewhere", Made = _time.GetUtcNow().ToUnixTimeSeconds() };
        _time.Advance(TimeSpan.FromHours(23));
        Assert.That(mark.IsGone(Processes, _time), Is.False);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.That(mark.IsGone(Processes, _time), Is.True);
    }

    [Test]
    public void Half_written_files_and_folders_of_killed_runs_are_removed_from_where_one_writes()
    {
        using var folder = new TemporaryFolder();
        string Name(Leftover mark) => "." + Leftover.Prefix + mark;
        var (live, file, deep) = (Name(Leftover.New(Processes, _time)), Name(Gone), Name(Gone));
        folder.File(live).File(file).File(deep + "/new/x").File(".cake-multistage-mine").File("other");
        var temporary = TemporaryFile.In(folder.Path);
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName),
            Is.EquivalentTo([live, ".cake-multistage-mine", "other"]));
        Assert.That((Path.GetDirectoryName(temporary), File.Exists(temporary)), Is.EqualTo((folder.Path, false)));
    }
}
