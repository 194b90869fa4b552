using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>A workspace for each test, and images whose container is started.</summary>
public abstract class StartFixture
{
    private protected static TimeSpan Short { get; } = TimeSpan.FromSeconds(4);

    private protected Workspace Work { get; private set; } = null!;

    [SetUp]
    public void Make_a_workspace() => Work = new Workspace();

    [TearDown]
    public async Task Clean() => await Work.DisposeAsync();

    private protected static Finding Finding(CheckResult result) => result.Findings.Single(finding => finding.Rule == "start-proof");

    private protected static MultiStageCheckSettings Settings(Action<MultiStageStartSettings> configure, params string[] skip)
    {
        var start = new MultiStageStartSettings();
        configure(start);
        return new MultiStageCheckSettings { FailOn = null, Skip = skip, Start = start };
    }

    private protected async Task<CheckResult> StartAsync(string script, Action<MultiStageStartSettings> start,
        Action<ProjectSettings>? configure = null) =>
        await Work.Cake.MultiStageCheckAsync(await MeasureAsync(script, configure ?? (_ => { })), Settings(start));

    // A script for busybox's shell: what it writes and how it ends is up to the test.
    private protected Task<MeasuredImage> MeasureAsync(string script, Action<ProjectSettings> configure) => MeasureAsync(settings =>
    {
        settings.FinalBase = Workspace.Busybox;
        settings.Commands.Add("touch /made");
        settings.Artifacts.Add("/made");
        settings.Entrypoint = ["/bin/sh", "-c", script];
        configure(settings);
    });

    private protected async Task<MeasuredImage> MeasureAsync(Action<ProjectSettings> configure) =>
        await Work.Cake.MultiStageMeasureAsync(await Work.BuildAsync(Work.Project(settings =>
        {
            settings.User = "65532:65532";
            configure(settings);
        }), BuilderKind.BuildKit));
}
