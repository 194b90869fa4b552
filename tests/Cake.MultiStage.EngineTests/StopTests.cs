using System.Net;
using System.Net.Sockets;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>Ctrl+C and SIGTERM end a real Cake run soon, whatever it is at, and nothing of it stays. What nobody awaited is told.</summary>
[NonParallelizable]
[Category("Fault")]
public sealed class StopTests
{
    private const string Proof = "MultiStageCheck(MultiStageMeasure(MultiStageBuild(project)), start)";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Starting = TimeSpan.FromMinutes(3);
    private Workspace _work = null!;
    private string _duration = null!;

    [SetUp]
    public void Open() => (_work, _duration) = (new Workspace(), HostProcesses.UniqueSleep());

    [TearDown]
    public async Task Close() => await _work.DisposeAsync();

    [TestCase($"() => {Proof}", true, TestName = "Ctrl_C_in_a_start_proof")]
    [TestCase($"() => {Proof}", false, TestName = "SIGTERM_in_a_start_proof")]
    [TestCase("async () => await MultiStageCheckAsync(await MultiStageMeasureAsync(await MultiStageBuildAsync(project)), start)", true,
        TestName = "Ctrl_C_in_a_start_proof_that_is_awaited")]
    [TestCase("async () => await MultiStageCheckAsync(await MultiStageMeasureAsync(await MultiStageBuildAsync(project)), start)", false,
        TestName = "SIGTERM_in_a_start_proof_that_is_awaited")]
    public async Task A_start_proof_is_stopped(string body, bool byCtrlC)
    {
        await using var cake = await CakeScript.StartAsync(_work, CakeScript.Started(_work, _duration, body));
        await HostProcesses.SleepStartsAsync(_duration, Starting);

        await (byCtrlC ? CakeScript.PressCtrlCAsync(cake) : CakeScript.TerminateAsync(cake));

        Assert.That(await cake.ExitAsync(Limit), Is.EqualTo(1), cake.Output);
        Assert.That(cake.Output, Does.Contain($"was stopped by {(byCtrlC ? "Ctrl+C" : "SIGTERM")}."));
        await HostProcesses.SleepStopsAsync(_duration, Limit);
        Assert.That(await ContainersAsync(), Is.Empty);
    }

    [Test]
    public async Task An_awaited_build_is_stopped_in_the_engine_and_its_ssh_agent_ends()
    {
        var key = Path.Combine(_work.Folder, "key");
        await Shell.RunAsync("bash",
            ["-ec", "command -v ssh-keygen || { apt-get -qq update; "
                + "apt-get -qq install -y --no-install-recommends -o DPkg::Lock::Timeout=120 openssh-client; }"]);
        await Shell.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
        var script = CakeScript.Sleeping(_work, _duration)
            .Replace("project.Artifacts", $"project.SshAgents[\"default\"] = SshAgent.WithKey(\"{key}\"); project.Artifacts",
                StringComparison.Ordinal)
            .Replace("() => MultiStageBuild(project)", "async () => await MultiStageBuildAsync(project)", StringComparison.Ordinal);
        await using var cake = await CakeScript.StartAsync(_work, script);
        await HostProcesses.SleepStartsAsync(_duration, Starting);
        Assert.That(await AgentsAsync(cake), Is.Not.Empty);

        await CakeScript.TerminateAsync(cake);

        Assert.That(await cake.ExitAsync(Limit), Is.EqualTo(1), cake.Output);
        Assert.That(cake.Output, Does.Contain("was stopped by SIGTERM. No tag was moved."));
        await HostProcesses.SleepStopsAsync(_duration, Limit);
        Assert.That(await AgentsAsync(cake), Is.Empty);
    }

    [Test]
    public async Task An_export_is_stopped_and_the_destination_is_as_it_was()
    {
        var to = Path.Combine(_work.Folder, "to");
        Directory.CreateDirectory(to);
        var script = $$"""
            var project = MultiStageProject("{{_work.Folder}}", project =>
            {
                project.BuilderImage = "{{Workspace.Busybox}}";
                project.Sources.Clear();
                project.Labels["{{_work.Label.Name}}"] = "{{_work.Label.Value}}";
                project.Commands.Add("mkdir /out && for i in $(seq 20); do head -c 100000000 /dev/zero > /out/$i; done");
                project.Artifacts.Add("/out");
            });
            Task("Image").Does(() => MultiStageExport(project, export => export.Destination = "{{to}}"));
            RunTarget("Image");
            """;
        await using var cake = await CakeScript.StartAsync(_work, script);
        await HostProcesses.UntilAsync(
            () =>
                Directory.EnumerateFiles(to, "*",
                    new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).Any(), Starting,
                        "the export");

        await CakeScript.PressCtrlCAsync(cake);

        Assert.That(await cake.ExitAsync(Limit), Is.EqualTo(1), cake.Output);
        Assert.That(cake.Output, Does.Contain("was stopped by Ctrl+C. The destination is as it was before."));
        Assert.That(Directory.EnumerateFileSystemEntries(to), Is.Empty);
        Assert.That(await _work.InEngineAsync(), Is.Empty);
    }

    [Test]
    public async Task Measuring_is_stopped()
    {
        await using var cake = await CakeScript.StartAsync(_work, """
            Task("Image").Does(() => MultiStageMeasure("mcr.microsoft.com/dotnet/sdk:10.0", measure => measure.NoCache = true));
            RunTarget("Image");
            """);
        await HostProcesses.UntilAsync(() => cake.Output.Contains("Measuring mcr", StringComparison.Ordinal), Starting, "the measuring");

        await CakeScript.PressCtrlCAsync(cake);

        Assert.That(await cake.ExitAsync(Limit), Is.EqualTo(1), cake.Output);
        Assert.That(cake.Output, Does.Contain("Measuring mcr.microsoft.com/dotnet/sdk:10.0 was stopped by Ctrl+C."));
    }

    [Test]
    public async Task A_push_to_a_registry_that_never_answers_is_stopped()
    {
        using var registry = new TcpListener(IPAddress.Loopback, 0);
        registry.Start();
        var tag = $"127.0.0.1:{((IPEndPoint)registry.LocalEndpoint).Port}/{_work.Repository}:1";
        await using var cake = await CakeScript.StartAsync(_work, CakeScript.Started(
            _work, _duration, $"() => MultiStagePush(MultiStageBuild(project), push => push.References.Add(\"{tag}\"))"));
        using var asked = await registry.AcceptTcpClientAsync().WaitAsync(Starting);
        await Task.Delay(TimeSpan.FromSeconds(1));

        await CakeScript.PressCtrlCAsync(cake);

        Assert.That(await cake.ExitAsync(Limit), Is.EqualTo(1), cake.Output);
        Assert.That(cake.Output,
            Does.Contain($"Pushing '{tag}' was stopped by Ctrl+C. References that were pushed stay in their registries."));
    }

    [Test]
    public async Task The_second_Ctrl_C_ends_at_once()
    {
        // The script itself does not stop; without a second Ctrl+C it has until the limit.
        await using var cake = await CakeScript.StartAsync(_work, CakeScript.Started(
            _work, _duration,
            $$"""() => { try { {{Proof}}; } finally { Information("goes on"); System.Threading.Thread.Sleep(60000); } }"""));
        await HostProcesses.SleepStartsAsync(_duration, Starting);
        await CakeScript.PressCtrlCAsync(cake);
        await HostProcesses.UntilAsync(() => cake.Output.Contains("goes on", StringComparison.Ordinal), Limit, "the script to go on");

        // A second signal within 0.3 s is the first one, passed on by 'dotnet'.
        await Task.Delay(TimeSpan.FromSeconds(0.5));
        await CakeScript.PressCtrlCAsync(cake);

        Assert.That(await cake.ExitAsync(TimeSpan.FromSeconds(3)), Is.Not.Zero);
    }

    [Test]
    public async Task A_script_that_goes_on_after_Ctrl_C_is_ended_in_time()
    {
        await using var cake = await CakeScript.StartAsync(_work, CakeScript.Started(
            _work, _duration, $$"""() => { try { {{Proof}}; } finally { System.Threading.Thread.Sleep(60000); } }"""));
        await HostProcesses.SleepStartsAsync(_duration, Starting);
        await CakeScript.PressCtrlCAsync(cake);
        Assert.That(await cake.ExitAsync(Limit), Is.EqualTo(130), cake.Output);
        Assert.That(cake.Output, Does.Contain("The script still ran 9 s after the signal; it is ended."));
        Assert.That(await ContainersAsync(), Is.Empty);
    }

    [Test]
    public async Task A_forgotten_await_is_told_at_the_end_of_the_script_and_its_work_is_stopped()
    {
        await using var cake = await CakeScript.StartAsync(_work, CakeScript.Started(
            _work, _duration,
            "() => { var measured = MultiStageMeasure(MultiStageBuild(project)); MultiStageCheckAsync(measured, start); "
                + "System.Threading.Thread.Sleep(5000); }"));
        Assert.That(await cake.ExitAsync(Starting), Is.EqualTo(1), cake.Output);
        Assert.That(cake.Output,
            Does.Contain("still ran when the script ended, and was stopped: nobody awaited it. Write 'await' before the alias"));
        Assert.That(await ContainersAsync(), Is.Empty);
    }

    [Test]
    public async Task A_forgotten_await_of_work_that_failed_is_told_at_the_end_of_the_script()
    {
        await using var cake = await CakeScript.StartAsync(_work, CakeScript.Started(
            _work, _duration, "() => { MultiStageSaveAsync([\"no/such:image\"], \"image.tar\"); System.Threading.Thread.Sleep(5000); }"));
        Assert.That(await cake.ExitAsync(Starting), Is.EqualTo(1), cake.Output);
        Assert.That(cake.Output, Does.Contain("failed, and nobody awaited it: The image 'no/such:image' can't be saved"));
    }

    private static async Task<string> AgentsAsync(RunningProgram cake) => await Shell.RunAsync(
        "bash", ["-c", $"pgrep --full --session {cake.Id} ssh-agent || true"]);

    private async Task<IReadOnlyCollection<string>> ContainersAsync()
    {
        var image = (await _work.Engine.InspectAsync(_work.Tag)).ID;
        return [.. (await _work.InEngineAsync()).Where(id => id != image)];
    }
}
