using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>A container of the image is started, watched and removed; what does not start is told with the reason.</summary>
public sealed class StartTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);
    private Workspace _work = null!;

    [SetUp]
    public void Make_a_workspace() => _work = new Workspace();

    [TearDown]
    public async Task Clean() => await _work.DisposeAsync();

    [Test]
    public async Task A_program_that_ends_is_told_with_its_output_and_its_times()
    {
        var result = await StartAsync("echo hello; echo aside >&2; sleep 1; echo end", _ => { });
        var proof = result.Start!;
        Assert.That(result.Findings, Is.Empty, () => string.Join('\n', result.Findings));
        Assert.That((proof.ExitCode, proof.Refusal, proof.WaitedFor), Is.EqualTo((0L, (string?)null, (string?)null)));
        Assert.That(proof.Output.Split('\n'), Is.EquivalentTo(new[] { "hello", "aside", "end", "" }));
        Assert.That(proof.FirstOutput, Is.GreaterThan(TimeSpan.Zero).And.LessThan(proof.Duration - TimeSpan.FromMilliseconds(900)));
        Assert.That(_work.Log.Lines, Has.Some.Contains("Starting a container of").And.Some.Contains("no network, 30 s at most").And.Some.Contains("ended with exit code 0"));
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
        Assert.That(Finding(await StartAsync("sh -c 'kill -11 $$'; exit $?", _ => { })).Message, Does.Contain("exit code 139 (signal 11)"));

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
        var result = await StartAsync("echo $1 $WORD $KEPT", start => (start.Arguments, start.Environment["WORD"]) = (["sh", "one"], "two"), settings => settings.Environment["KEPT"] = "three");
        Assert.That(result.Start!.Output, Is.EqualTo("one two three\n"));
    }

    [Test]
    public async Task There_is_no_network()
    {
        var output = (await StartAsync("cat /proc/net/dev", start => start.Timeout = Short)).Start!.Output;
        Assert.That(output.Split('\n').Where(line => line.Contains(':', StringComparison.Ordinal)).Select(line => line.Split(':')[0].Trim()), Is.EqualTo(["lo"]));
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
    public async Task A_health_check_is_waited_for_whatever_its_interval()
    {
        var result = await StartAsync("sleep 1; touch /tmp/ready; sleep 60", start => start.HealthCheck = true, settings => AddHealthCheck(settings, "test -e /tmp/ready"));
        Assert.That(result.Findings, Is.Empty);
        Assert.That(result.Start!.WaitedFor, Is.EqualTo("health check"));
        Assert.That(result.Start.Ready, Is.GreaterThan(TimeSpan.FromSeconds(1)).And.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task A_health_check_that_never_passes_is_told_with_what_it_said()
    {
        var found = Finding(await StartAsync("echo up; sleep 60", start => (start.HealthCheck, start.Timeout) = (true, Short), settings => AddHealthCheck(settings, "echo not yet; exit 1")));
        Assert.That(found.Message, Does.Contain("Within 2.00 s, the health check did not pass").And.Contain("exit code 1: not yet").And.Contain("It wrote last: up"));
    }

    [Test]
    public async Task A_health_check_that_is_not_there_can_not_be_waited_for() =>
        Assert.That((await Fault.OfAsync<MultiStageException>(() => StartAsync("sleep 60", start => start.HealthCheck = true))).Message, Does.Contain("has none").And.Contain("Start.Port"));

    [TestCase("sleep 1; exec httpd -f -p 8080")]
    [TestCase("sleep 1; exec nc -l -p 8080")]
    public async Task A_port_is_waited_for(string script)
    {
        var result = await StartAsync(script, start => start.Port = 8080);
        Assert.That(result.Findings, Is.Empty, () => string.Join('\n', result.Findings));
        Assert.That((result.Start!.WaitedFor, result.Start.ExitCode), Is.EqualTo(("TCP port 8080", (long?)null)));
        Assert.That(result.Start.Ready, Is.GreaterThan(TimeSpan.FromSeconds(1)).And.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task A_port_that_is_never_listened_on_is_told()
    {
        var found = Finding(await StartAsync("echo up; exec httpd -f -p 8081", start => (start.Port, start.Timeout) = (8080, Short)));
        Assert.That(found.Message, Does.Contain("Within 2.00 s, TCP port 8080 was not listened on").And.Contain("It wrote last: up"));
    }

    [Test]
    public async Task A_port_at_the_loopback_address_is_told_as_out_of_reach() =>
        Assert.That(Finding(await StartAsync("exec httpd -f -p 127.0.0.1:8080", start => start.Port = 8080)).Message, Does.Contain("loopback address alone"));

    [Test]
    public async Task A_program_that_ends_before_it_listens_is_told() =>
        Assert.That(Finding(await StartAsync("echo broken", start => start.Port = 8080)).Message, Does.Contain("ended with exit code 0").And.Contain("while it was waited for: TCP port 8080").And.Contain("broken"));

    [Test]
    public async Task A_port_is_seen_in_an_image_from_scratch_without_a_shell()
    {
        var measured = await MeasureAsync(settings =>
        {
            settings.Artifacts.Add("/bin/busybox", "/httpd");
            settings.Entrypoint = ["/httpd", "-f", "-p", "8080"];
        });
        var result = await _work.Cake.MultiStageCheckAsync(measured, Settings(start => start.Port = 8080));
        Assert.That(result.Findings, Is.Empty, () => string.Join('\n', result.Findings));
        Assert.That(result.Start!.Ready, Is.Not.Null);
    }

    [Test]
    public async Task A_port_needs_an_image_with_a_shell()
    {
        var measured = await MeasureAsync(settings =>
        {
            settings.Artifacts.Add("/bin/busybox", "/httpd");
            settings.Entrypoint = ["/httpd", "-f", "-p", "8080"];
        });
        var error = await Fault.OfAsync<MultiStageException>(() => _work.Cake.MultiStageCheckAsync(measured, Settings(start => (start.Port, start.ProbeImage) = (8080, _work.Tag))));
        Assert.That(error.Message, Does.Contain(_work.Tag).And.Contain("ProbeImage = \"busybox:stable\""));
        var named = await _work.Cake.MultiStageCheckAsync(await _work.Cake.MultiStageMeasureAsync(_work.Tag, new MultiStageMeasureSettings()), Settings(start => (start.Port, start.ProbeImage) = (8080, Workspace.Busybox)));
        Assert.That(named.Start!.Ready, Is.Not.Null);
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
        var result = await _work.Cake.MultiStageCheckAsync(measured, Settings(_ => { }, "start-loader"));
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
        Assert.That(Finding(await _work.Cake.MultiStageCheckAsync(measured, Settings(_ => { }, "safe-user", "start-user"))).Message, Does.Contain("unable to find user nobody-here"));
    }

    [Test]
    public async Task The_proof_can_be_left_out_or_weigh_less()
    {
        var measured = await MeasureAsync("exit 3", _ => { });
        var left = await _work.Cake.MultiStageCheckAsync(measured, Settings(_ => { }, "start-proof"));
        Assert.That((left.Start, left.Findings.Count), Is.EqualTo(((StartProof?)null, 0)));
        var settings = Settings(_ => { });
        settings.Levels["start-proof"] = FindingLevel.Note;
        Assert.That(Finding(await _work.Cake.MultiStageCheckAsync(measured, settings)).Level, Is.EqualTo(FindingLevel.Note));
        settings = Settings(_ => { });
        settings.FailOn = FindingLevel.Error;
        Assert.That((await Fault.OfAsync<CheckFailedException>(() => _work.Cake.MultiStageCheckAsync(measured, settings))).Message, Does.Contain("start-proof"));
    }

    [Test]
    public async Task Neither_an_end_nor_a_cancellation_leaves_a_container()
    {
        const string Label = "org.cake-multistage.container";
        var before = await _work.Engine.LabelledAsync(Label);
        var measured = await MeasureAsync("echo running; sleep 60", _ => { });
        await _work.Cake.MultiStageCheckAsync(measured, Settings(start => (start.Timeout, start.Port) = (Short, 8080)));
        using var cancellation = new CancellationTokenSource();
        var check = _work.Cake.MultiStageCheckAsync(measured, Settings(start => start.Port = 8080), cancellation.Token);
        await Task.Delay(Short);
        Assert.That((await _work.Engine.LabelledAsync(Label)).Except(before, StringComparer.Ordinal).Count(), Is.GreaterThanOrEqualTo(2));
        await cancellation.CancelAsync();
        Assert.That(async () => await check.WaitAsync(TimeSpan.FromSeconds(10)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await _work.Engine.LabelledAsync(Label), Is.SubsetOf(before));
    }

    private static void AddHealthCheck(ProjectSettings settings, string script)
    {
        settings.FinalBase = "asked";
        settings.Stages.Add(Stage.From(Workspace.Busybox).Named("asked").Healthcheck("/bin/sh", "-c", script));
    }

    private static Finding Finding(CheckResult result) => result.Findings.Single(finding => finding.Rule == "start-proof");

    private static MultiStageCheckSettings Settings(Action<MultiStageStartSettings> configure, params string[] skip)
    {
        var start = new MultiStageStartSettings();
        configure(start);
        return new MultiStageCheckSettings { FailOn = null, Skip = skip, Start = start };
    }

    private async Task<CheckResult> StartAsync(string script, Action<MultiStageStartSettings> start, Action<ProjectSettings>? configure = null) =>
        await _work.Cake.MultiStageCheckAsync(await MeasureAsync(script, configure ?? (_ => { })), Settings(start));

    // A copy of busybox's own shell, on busybox: what it writes and how it ends is the script's.
    private Task<Measuring.MeasuredImage> MeasureAsync(string script, Action<ProjectSettings> configure) => MeasureAsync(settings =>
    {
        settings.FinalBase = Workspace.Busybox;
        settings.Commands.Add("touch /made");
        settings.Artifacts.Add("/made");
        settings.Entrypoint = ["/bin/sh", "-c", script];
        settings.User = "65532:65532";
        configure(settings);
    });

    private async Task<Measuring.MeasuredImage> MeasureAsync(Action<ProjectSettings> configure) =>
        await _work.Cake.MultiStageMeasureAsync(await _work.BuildAsync(_work.Project(settings =>
        {
            settings.User = "65532:65532";
            configure(settings);
        }), BuilderKind.BuildKit));
}
