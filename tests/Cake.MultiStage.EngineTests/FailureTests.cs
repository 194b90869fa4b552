using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>A build that fails says where and why, and leaves tags alone.</summary>
[TestFixture(BuilderKind.BuildKit)]
[TestFixture(BuilderKind.Legacy)]
public sealed class FailureTests(BuilderKind builder) : WorkspaceFixture
{
    [Test]
    public async Task A_failing_command_is_told_with_stage_line_and_output()
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("echo before");
            settings.Commands.Add("for i in $(seq 30); do echo line $i; done; exit 3");
            settings.Artifacts.Add("/out");
        });
        var failure = await FailsAsync(project);
        Assert.That((failure.Stage, failure.Line), Is.EqualTo(("builder", LineOf(project, "exit 3"))));
        Assert.That(failure.Instruction, Is.EqualTo("RUN for i in $(seq 30); do echo line $i; done; exit 3"));
        Assert.That(failure.Output, Is.EqualTo(Enumerable.Range(11, 20).Select(number => $"line {number}")));
        Assert.That(failure.Message,
            Does.Contain("stage 'builder'").And.Contain($"line {failure.Line} of the Dockerfile").And.Contain("exit 3")
                .And.Contain("line 30").And.Match("code:? 3").And.Contain("No tag was moved"));
    }

    [Test]
    public async Task A_failing_build_leaves_the_tag_where_it_was()
    {
        var good = _work.Project(settings =>
        {
            settings.Commands.Add("echo good > /out");
            settings.Artifacts.Add("/out");
        });
        var image = await _work.BuildAsync(good, builder);
        await FailsAsync(good with { Builder = good.Builder.Run("exit 1") });
        Assert.That((await _work.Engine.InspectAsync(_work.Tag)).ID, Is.EqualTo(image.Id.ToString()));
    }

    [Test]
    public async Task A_failure_in_a_stage_that_two_use_names_that_stage()
    {
        var project = _work.Project(settings =>
        {
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("base").Run("true").Run("echo no >&2; exit 4"));
            settings.BuilderImage = "base";
            settings.Commands.Add("exit 4");
            settings.Artifacts.Add("/out");
        });
        var failure = await FailsAsync(project);
        Assert.That((failure.Stage, failure.Line), Is.EqualTo(("base", LineOf(project, "echo no"))));
        Assert.That(failure.Output, Is.EqualTo(["no"]));
    }

    [Test]
    public async Task Output_of_both_kinds_is_told_without_colours_and_the_builders_own_lines()
    {
        var failure = await FailsAsync(_work.Project(settings =>
        {
            settings.Commands.Add("echo to stdout; sleep 0.5; echo to stderr >&2; sleep 0.5; printf 'no line end'; exit 5");
            settings.Artifacts.Add("/out");
        }));
        Assert.That(failure.Output, Is.EqualTo(["to stdout", "to stderr", "no line end"]));
    }

    [Test]
    public async Task A_copy_of_something_that_the_stage_lacks_is_told()
    {
        var project = _work.Project(settings => settings.Artifacts.Add("/missing", "/out"));
        var failure = await FailsAsync(project);
        Assert.That((failure.Stage, failure.Line), Is.EqualTo(("final", LineOf(project, "COPY --from=builder"))));
        Assert.That(failure.Instruction, Is.EqualTo("COPY --from=builder /missing /out"));
        Assert.That(failure.Message, Does.Contain("missing").And.Match("not found|does not exist"));
    }

    [Test]
    public async Task An_instruction_that_the_builder_does_not_know_is_told_with_its_line()
    {
        var project = _work.Project(settings =>
        {
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("odd").Raw("NOSUCH thing"));
            settings.Artifacts.Add("/bin/busybox", "/out", from: "odd");
        });
        var failure = await FailsAsync(project);
        Assert.That(failure.Line, Is.EqualTo(LineOf(project, "NOSUCH")));
        Assert.That(failure.Message, Does.Contain("unknown instruction").And.Contain("NOSUCH thing"));
    }

    [Test]
    public async Task A_base_image_that_no_registry_serves_is_told_with_registry_and_engine()
    {
        var project = _work.Project(settings =>
        {
            settings.BuilderImage = "127.0.0.1:1/no/such:1.0";
            settings.Artifacts.Add("/out");
        });
        var error = await Fault.OfAsync<MultiStageException>(() => _work.BuildAsync(project, builder));
        Assert.That(error.Message,
            Does.Contain("'127.0.0.1:1/no/such:1.0'").And.Contain("from 127.0.0.1:1 failed").And.Contain(_work.Engine.Host)
                .And.Contain("docker pull"));
    }

    private Task<BuildFailedException> FailsAsync(ImageProject project) =>
        Fault.OfAsync<BuildFailedException>(() => _work.BuildAsync(project, builder));

    private static int LineOf(ImageProject project, string text) =>
        Array.FindIndex(project.ToDockerfile().ToString().Split('\n'), line => line.Contains(text, StringComparison.Ordinal)) + 1;
}
