using Cake.MultiStage.Aliases;
using Cake.MultiStage.Checking;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// Seeded faults are found with the instruction that brought them, whatever the engine and its image store: their histories and saved
/// images differ.
/// </summary>
[TestFixture(EngineKind.Default)]
[TestFixture(EngineKind.Newer, Category = "NewerEngine")]
[TestFixture(EngineKind.NewerContainerd, Category = "NewerEngine")]
public sealed class SeededFaultTests(EngineKind kind) : CheckFixture(kind)
{
    [Test]
    public async Task A_sound_image_has_no_finding() => Assert.That(await FindAsync(SeededImages.Sound), Is.Empty);

    [Test]
    public async Task A_dynamic_program_on_scratch_is_caught_and_its_loader_named()
    {
        var found = await OneAsync("start-loader", SeededImages.DynamicProgram);
        Assert.That(found.Message, Does.Contain("'/bin/app' is linked dynamically").And.Contain("ld-linux"));
        Assert.That(found.Instruction, Does.StartWith("COPY /usr/bin/sort /bin/app"));
        Assert.That(found.Level, Is.EqualTo(FindingLevel.Error));
        Assert.That(found.Fix, Does.Contain("SharedLibraries.Add(\"/bin/app\")"));
    }

    [Test]
    public async Task A_program_for_another_processor_is_told()
    {
        var found = await OneAsync("start-platform", SeededImages.OtherProcessor);
        Assert.That(found.Message, Does.Contain("'/bin/app' is a program for"));
        Assert.That(found.Instruction, Does.StartWith("COPY /bin/app /bin/app"));
    }

    [Test]
    public async Task A_dotnet_program_without_its_runtime_is_told() =>
        Assert.That((await OneAsync("start-dotnet", SeededImages.OlderDotNetRuntime)).Message,
            Does.Contain("Microsoft.NETCore.App 10.0.0").And.Contain("9.0.1"));

    [Test]
    public async Task A_file_that_runs_as_its_owner_is_found()
    {
        var found = await OneAsync("safe-setuid", SeededImages.SetUserId);
        Assert.That(found.Message, Does.Contain("'/bin/own-su'").And.Contain("4755"));
        Assert.That(found.Instruction, Does.StartWith("COPY /bin/own-su /bin/own-su"));
    }

    [Test]
    public async Task A_key_that_a_later_layer_deletes_is_found_with_the_instruction_that_brought_it()
    {
        var found = await OneAsync("safe-secret", SeededImages.DeletedKey(Work));
        Assert.That(found.Message, Does.Contain("'/root/deploy.pem' holds a private key").And.Contain("a later layer takes it away"));
        Assert.That(found.Instruction, Does.StartWith("COPY deploy.pem /root/deploy.pem"));
    }

    [Test]
    public async Task Megabytes_in_vain_are_found_with_both_instructions() =>
        Assert.That((await OneAsync("small-waste", SeededImages.Wasteful)).Message,
            Does.Contain("'/big'").And.Contain("dd if=/dev/urandom").And.Contain("rm /big"));

    [Test]
    public async Task A_container_starts_and_its_port_is_seen()
    {
        var measured = await MeasureAsync(settings =>
        {
            settings.Artifacts.Add("/bin/busybox", "/bin/sh");
            settings.Artifacts.Add("/bin/busybox", "/bin/httpd");
            settings.Entrypoint = ["/bin/sh", "-c"];
            settings.Cmd = ["echo hello"];
        });
        var ended = await Work.Cake.MultiStageCheckAsync(measured,
            new MultiStageCheckSettings { Start = new MultiStageStartSettings { ReadOnly = true } });
        Assert.That((ended.Start!.ExitCode, ended.Start.Output), Is.EqualTo((0L, "hello\n")));
        Assert.That(ended.Start.FirstOutput, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(ended.Start.Duration));
        var served = await Work.Cake.MultiStageCheckAsync(measured,
            new MultiStageCheckSettings { Start = new MultiStageStartSettings { Port = 8080,
                Arguments = ["exec /bin/httpd -f -p 8080"] } });
        Assert.That(served.Start!.Ready, Is.Not.Null);
    }

    [Test]
    public async Task What_the_kernel_will_not_execute_is_told()
    {
        var measured = await MeasureAsync(SeededImages.DynamicProgram);
        var result = await Work.Cake.MultiStageCheckAsync(measured,
            new MultiStageCheckSettings { FailOn = null, Skip = ["start-loader"], Start = new MultiStageStartSettings() });
        Assert.That(result.Findings.Single(finding => finding.Rule == "start-proof").Message,
            Does.Contain("can't start it").And.Contain("/bin/app: no such file or directory"));
    }

    [Test]
    public Task Two_builds_are_compared() => CompareTests.AssertComparesAsync(Work);

    [Test]
    public Task A_broken_budget_names_the_largest_causes() => BudgetTests.AssertNamesCausesAsync(Work);
}
