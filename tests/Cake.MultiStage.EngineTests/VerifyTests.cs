using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>Verifying does all of it, writes the report whatever it finds, and fails once, last.</summary>
public sealed class VerifyTests : WorkspaceFixture
{
    [Test]
    public async Task A_good_image_is_measured_checked_started_and_reported()
    {
        var settings = Settings();
        settings.Check.Tests.Exists("/bin/sh", mode: "0755");
        settings.Check.Tests.Command(["/bin/sh", "-c", "echo tested >&2; exit 3"], output: "^tested$", exitCode: 3);
        settings.Check.Tests.Command(["/bin/sh", "-c", "echo $MODE $(id -u)"], output: "^quick 65534$", without: "slow", user: "65534",
            environment: new Dictionary<string, string>(StringComparer.Ordinal) { ["MODE"] = "quick" });
        var verified = await _work.Cake.MultiStageVerifyAsync(await BuildAsync("echo ready"), settings);
        Assert.That(verified.Check.Tests.Select(test => test.Failure), Is.EqualTo(new string?[] { null, null, null }));
        Assert.That(verified.Measured.Size.Bytes, Is.Positive);
        Assert.That(verified.Check.Start!.Output, Does.Contain("ready"));
        Assert.That(verified.Comparison, Is.Null);
        Assert.That(Report(), Does.Contain("\"start\"").And.Contain("ready"));
    }

    [Test]
    public async Task A_broken_budget_and_a_program_that_fails_are_told_together_after_the_report()
    {
        var settings = Settings();
        settings.Budget.MaxSize = "1 kB";
        settings.Check.Tests.Command(["/bin/sh", "-c", "echo other"], output: "tested");
        settings.Check.Tests.Command(["/bin/sleep", "60"], timeout: TimeSpan.FromSeconds(1));
        settings.Check.Tests.Command(["/bin/none"]);
        var image = await BuildAsync("echo gone wrong; exit 3");
        var error = await Fault.OfAsync<CheckFailedException>(() => _work.Cake.MultiStageVerifyAsync(image, settings));
        Assert.That(error.Findings.Select(finding => finding.Rule), Is.SupersetOf(new[] { "budget", "start-proof" }));
        Assert.That(error.Message, Does.Contain("at most 1 kB").And.Contain("It printed 'other'").And.Contain("it still ran after 1 s")
            .And.Contain("it could not be started"));
        Assert.That(Report(), Does.Contain("\"budget\"").And.Contain("gone wrong"));
    }

    [Test]
    public async Task A_baseline_that_does_not_exist_yet_is_a_note_and_the_next_run_compares()
    {
        var settings = Settings();
        settings.Baseline = "report/report.json";
        settings.Budget.MaxGrowth = "5 %";
        var image = await BuildAsync("echo ready");
        var first = await _work.Cake.MultiStageVerifyAsync(image, settings);
        var note = first.Check.Findings.Single(finding => finding.Rule == "baseline");
        Assert.That((note.Level, first.Comparison), Is.EqualTo((FindingLevel.Note, (object?)null)));
        Assert.That(note.ToString(), Does.Contain("'report/report.json' doesn't exist yet").And.Contain("Keep 'report/report.json'"));

        var second = await _work.Cake.MultiStageVerifyAsync(image, settings);
        Assert.That(second.Comparison!.Growth.Bytes, Is.Zero);
        Assert.That(second.Check.Findings.Select(finding => finding.Rule), Has.None.EqualTo("baseline"));
    }

    [Test]
    public async Task An_image_of_the_engine_is_verified_by_its_name()
    {
        var settings = Settings();
        settings.Check.FailOn = null;
        settings.Check.Start = null;
        var verified = await _work.Cake.MultiStageVerifyAsync(Workspace.Busybox, settings);
        Assert.That((verified.Check.Image, verified.Check.Start), Is.EqualTo((Workspace.Busybox, (StartProof?)null)));
    }

    private static MultiStageVerifySettings Settings() => new() { Report = { Directory = "report", Summary = false, Warnings = false } };

    private Task<BuiltImage> BuildAsync(string script) => _work.BuildAsync(
        _work.Project(settings =>
        {
            settings.FinalBase = Workspace.Busybox;
            settings.Commands.Add("echo made > /made");
            settings.Artifacts.Add("/made");
            settings.Entrypoint = ["/bin/sh", "-c", script];
        }),
        BuilderKind.BuildKit);

    private string Report() => File.ReadAllText(Path.Combine(_work.Folder, "report/report.json"));
}
