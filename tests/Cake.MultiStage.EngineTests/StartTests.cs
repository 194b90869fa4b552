using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>A container of the image is started, watched and removed; what does not start is told with the reason.</summary>
public sealed class StartTests : StartFixture
{
    [Test]
    public async Task A_program_that_ends_is_told_with_its_output_and_its_times()
    {
        var result = await StartAsync("echo hello; echo aside >&2; sleep 2; echo end", _ => { });
        var proof = result.Start!;
        Assert.That(result.Findings, Is.Empty, () => string.Join('\n', result.Findings));
        Assert.That((proof.ExitCode, proof.Refusal, proof.WaitedFor), Is.EqualTo((0L, (string?)null, (string?)null)));
        Assert.That(proof.Output.Split('\n'), Is.EquivalentTo(new[] { "hello", "aside", "end", "" }));
        Assert.That(proof.FirstOutput, Is.GreaterThan(TimeSpan.Zero).And.LessThan(proof.Duration - TimeSpan.FromSeconds(1)));
        Assert.That(Work.Log.Lines,
            Has.Some.Contains("Starting a container of").And.Some.Contains("no network, 5 s at most")
                .And.Some.Contains("ended with exit code 0"));
    }

    [Test]
    public async Task Another_exit_code_is_a_finding_with_the_last_output()
    {
        var result = await StartAsync("echo why; exit 3", _ => { });
        Assert.That(Finding(result).Message, Does.Contain("exit code 3").And.Contain("0 was expected").And.Contain("It wrote last: why"));
        Assert.That(result.Start!.ExitCode, Is.EqualTo(3));
    }

    [Test]
    public async Task An_exit_code_can_be_expected() =>
        Assert.That((await StartAsync("exit 3", start => start.ExitCode = 3)).Findings, Is.Empty);

    [Test]
    public async Task A_program_ended_by_a_signal_is_told_with_it() =>
        Assert.That(Finding(await StartAsync("sh -c 'kill -11 $$'; exit $?", _ => { })).Message,
            Does.Contain("exit code 139 (signal 11, segmentation fault)"));

    [Test]
    public async Task A_service_that_still_runs_when_its_time_is_up_has_started()
    {
        var result = await StartAsync("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done", start => start.Timeout = Short);
        Assert.That(result.Findings, Is.Empty);
        Assert.That((result.Start!.ExitCode, result.Start.Output), Is.EqualTo(((long?)null, "up\nbye\n")));
        Assert.That(result.Start.Duration, Is.GreaterThan(Short));
    }

    [Test]
    public async Task Arguments_and_variables_are_given()
    {
        var result = await StartAsync("echo $1 $WORD $KEPT", start => (start.Arguments, start.Environment["WORD"]) = (["sh", "one"], "two"),
            settings => settings.Environment["KEPT"] = "three");
        Assert.That(result.Start!.Output, Is.EqualTo("one two three\n"));
    }

    [Test]
    public async Task There_is_no_network()
    {
        var output = (await StartAsync("cat /proc/net/dev", start => start.Timeout = Short)).Start!.Output;
        Assert.That(output.Split('\n')
            .Where(line => line.Contains(':', StringComparison.Ordinal))
            .Select(line => line.Split(':')[0].Trim()), Is.EqualTo(["lo"]));
    }

    [Test]
    public async Task A_read_only_file_system_breaks_a_program_that_writes_and_a_folder_in_memory_mends_it()
    {
        const string Writes = "echo text > /tmp/file && cat /tmp/file";
        var found = Finding(await StartAsync(Writes, start => start.ReadOnly = true));
        Assert.That(found.Message, Does.Contain("Read-only file system"));
        Assert.That(found.Fix, Does.Contain("Start.Tmpfs"));
        Assert.That((await StartAsync(Writes, start => (start.ReadOnly, start.Tmpfs) = (true, ["/tmp"]))).Findings, Is.Empty);
    }

    [Test]
    public async Task Used_up_memory_is_told_as_such()
    {
        var found = Finding(await StartAsync("exec dd if=/dev/zero of=/dev/null bs=256M count=4", start => start.Memory = "32 MiB"));
        Assert.That(found.Message, Does.Contain("used up its memory of 33.6 MB"));
    }

    [Test]
    public async Task A_program_whose_loader_is_missing_is_told_in_the_words_of_the_engine()
    {
        var measured = await MeasureAsync(settings =>
        {
            settings.BuilderImage = "debian:trixie-slim";
            settings.Artifacts.Add("/usr/bin/sort", "/app");
            settings.Entrypoint.Add("/app");
        });
        var result = await Work.Cake.MultiStageCheckAsync(measured, Settings(_ => { }, "start-loader"));
        Assert.That(Finding(result).Message, Does.Contain("can't start it").And.Contain("/app: no such file or directory"));
        Assert.That((result.Start!.Refusal, result.Start.ExitCode), Is.EqualTo(("exec /app: no such file or directory", (long?)null)));
    }

    [Test]
    public async Task A_user_that_is_not_there_is_told()
    {
        var measured = await MeasureAsync(settings =>
        {
            settings.Artifacts.Add("/bin/busybox", "/true");
            settings.Entrypoint.Add("/true");
            settings.User = "nobody-here";
        });
        Assert.That(Finding(await Work.Cake.MultiStageCheckAsync(measured, Settings(_ => { }, "safe-user", "start-user"))).Message,
            Does.Contain("unable to find user nobody-here"));
    }

    [Test]
    public async Task The_proof_can_be_left_out_or_weigh_less()
    {
        var measured = await MeasureAsync("exit 3", _ => { });
        var left = await Work.Cake.MultiStageCheckAsync(measured, Settings(_ => { }, "start-proof"));
        Assert.That((left.Start, left.Findings.Count), Is.EqualTo(((StartProof?)null, 0)));
        var settings = Settings(_ => { });
        settings.Levels["start-proof"] = FindingLevel.Note;
        Assert.That(Finding(await Work.Cake.MultiStageCheckAsync(measured, settings)).Level, Is.EqualTo(FindingLevel.Note));
        settings = Settings(_ => { });
        settings.FailOn = FindingLevel.Error;
        Assert.That((await Fault.OfAsync<CheckFailedException>(() => Work.Cake.MultiStageCheckAsync(measured, settings))).Message,
            Does.Contain("start-proof"));
    }

    [Test]
    public async Task Neither_an_end_nor_a_cancellation_leaves_a_container()
    {
        var measured = await MeasureAsync("echo running; sleep 60", _ => { });
        var before = await Work.InEngineAsync();
        var settings = Settings(start => (start.Timeout, start.Port, start.ProbeImage) = (Short, 8080, Work.Tag));
        await Work.Cake.MultiStageCheckAsync(measured, settings);
        Assert.That(await Work.InEngineAsync(), Is.EquivalentTo(before));
        using var cancellation = new CancellationTokenSource();
        settings.Start!.Timeout = TimeSpan.FromMinutes(1);
        var check = Work.Cake.MultiStageCheckAsync(measured, settings, cancellation.Token);
        Assert.That(() => Work.InEngineAsync().Result.Count - before.Count,
            Is.GreaterThanOrEqualTo(3).After(30).Seconds.PollEvery(100).MilliSeconds);
        await cancellation.CancelAsync();
        Assert.That(async () => await check.WaitAsync(TimeSpan.FromSeconds(10)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await Work.InEngineAsync(), Is.EquivalentTo(before));
    }
}
