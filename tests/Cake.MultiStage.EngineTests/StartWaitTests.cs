using Cake.MultiStage.Aliases;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>A started program is waited for until its health check passes, or it listens on a TCP port.</summary>
[NonParallelizable]
public sealed class StartWaitTests : StartFixture
{
    [Test]
    public async Task A_health_check_is_waited_for_whatever_its_interval()
    {
        var result = await StartAsync("sleep 1; touch /tmp/ready; sleep 60", start => start.HealthCheck = true,
            settings => AddHealthCheck(settings, "test -e /tmp/ready"));
        Assert.That(result.Findings, Is.Empty);
        Assert.That(result.Start!.WaitedFor, Is.EqualTo("health check"));
        Assert.That(result.Start.Ready, Is.GreaterThan(TimeSpan.FromSeconds(1)).And.LessThan(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task A_health_check_that_never_passes_is_told_with_what_it_said()
    {
        var found = Finding(
            await StartAsync("echo up; sleep 60", start => (start.HealthCheck, start.Timeout) = (true, Short),
                settings => AddHealthCheck(settings, "echo not yet; exit 1")));
        Assert.That(found.Message,
            Does.Contain("Within 4.00 s, the health check did not pass").And.Contain("exit code 1: not yet")
                .And.Contain("It wrote last: up"));
    }

    [Test]
    public async Task A_health_check_that_is_not_there_can_not_be_waited_for() =>
        Assert.That((await Fault.OfAsync<MultiStageException>(() => StartAsync("sleep 60", start => start.HealthCheck = true))).Message,
            Does.Contain("has none").And.Contain("Start.Port"));

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
        Assert.That(found.Message, Does.Contain("Within 4.00 s, TCP port 8080 was not listened on").And.Contain("It wrote last: up"));
    }

    [Test]
    public async Task A_port_at_the_loopback_address_is_told_as_out_of_reach() =>
        Assert.That(Finding(await StartAsync("exec httpd -f -p 127.0.0.1:8080", start => start.Port = 8080)).Message,
            Does.Contain("loopback address alone"));

    [Test]
    public async Task A_program_that_ends_before_it_listens_is_told() =>
        Assert.That(Finding(await StartAsync("echo broken", start => start.Port = 8080)).Message,
            Does.Contain("ended with exit code 0").And.Contain("while it was waited for: TCP port 8080").And.Contain("broken"));

    [Test]
    public async Task A_port_is_seen_in_an_image_from_scratch_without_a_shell()
    {
        var measured = await MeasureServerOnScratchAsync();
        var result = await Work.Cake.MultiStageCheckAsync(measured, Settings(start => start.Port = 8080));
        Assert.That(result.Findings, Is.Empty, () => string.Join('\n', result.Findings));
        Assert.That(result.Start!.Ready, Is.Not.Null);
    }

    [Test]
    public async Task A_port_needs_an_image_with_a_shell()
    {
        var measured = await MeasureServerOnScratchAsync();
        var error = await Fault.OfAsync<MultiStageException>(
            () => Work.Cake.MultiStageCheckAsync(measured, Settings(start => (start.Port, start.ProbeImage) = (8080, Work.Tag))));
        Assert.That(error.Message, Does.Contain(Work.Tag).And.Contain("ProbeImage = \"busybox:1\""));
        var named = await Work.Cake.MultiStageCheckAsync(await Work.Cake.MultiStageMeasureAsync(Work.Tag, new MultiStageMeasureSettings()),
            Settings(start => (start.Port, start.ProbeImage) = (8080, Workspace.Busybox)));
        Assert.That(named.Start!.Ready, Is.Not.Null);
    }

    private static void AddHealthCheck(ProjectSettings settings, string script)
    {
        settings.FinalBase = "asked";
        settings.Stages.Add(Stage.From(Workspace.Busybox).Named("asked").Healthcheck("/bin/sh", "-c", script));
    }

    private Task<MeasuredImage> MeasureServerOnScratchAsync() => MeasureAsync(settings =>
    {
        settings.Artifacts.Add("/bin/busybox", "/httpd");
        settings.Entrypoint = ["/httpd", "-f", "-p", "8080"];
    });
}
