using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>Builds a sound image, with one fault or none, and checks it.</summary>
/// <param name="kind">The engine that builds it.</param>
public abstract class CheckFixture(EngineKind kind = EngineKind.Default)
{
    protected const string Debian = SeededImages.Debian;

    private protected Workspace Work { get; private set; } = null!;

    [SetUp]
    public async Task Make_a_workspace() => Work = new Workspace(await SharedEngines.HostAsync(kind));

    [TearDown]
    public async Task Clean() => await Work.DisposeAsync();

    protected async Task<Finding> OneAsync(string rule, Action<ProjectSettings> configure)
    {
        var findings = await FindAsync(configure);
        Assert.That(findings.Select(finding => finding.Rule), Does.Contain(rule), () => string.Join('\n', findings));
        return findings.First(finding => finding.Rule == rule);
    }

    protected async Task<IReadOnlyList<Finding>> FindAsync(Action<ProjectSettings> configure) =>
        await FindAsync(await MeasureAsync(configure));

    protected async Task<IReadOnlyList<Finding>> FindAsync(MeasuredImage measured) =>
        (await Work.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings { FailOn = null })).Findings;

    protected async Task<MeasuredImage> MeasureAsync(Action<ProjectSettings> configure, string? target = null)
    {
        // busybox is a static program that does nothing where it is called 'app' and asked for nothing.
        var project = Work.Project(settings =>
        {
            settings.Commands.Add("test -e /bin/app || cp /bin/busybox /bin/app 2>/dev/null || true");
            settings.Artifacts.Add("/bin/app");
            settings.Entrypoint.Add("/bin/app");
            settings.User = "65532:65532";
            configure(settings);
        });
        return await Work.Cake.MultiStageMeasureAsync(await Work.BuildAsync(project, BuilderKind.BuildKit, build => build.Target = target));
    }
}
