using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>The patterns of "Multi-stage builds" (Docker's manual) and "Advanced multi-stage build patterns" (T. Tiigi).</summary>
[TestFixture(BuilderKind.BuildKit)]
[TestFixture(BuilderKind.Legacy)]
public sealed class PatternTests(BuilderKind builder) : WorkspaceFixture
{
    [Test]
    public async Task Only_the_artifact_of_the_builder_ships()
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("echo built > /out && echo left behind > /rest");
            settings.Artifacts.Add("/out", "/app/out");
        });
        var image = await _work.BuildAsync(project, builder);
        Assert.That(await _work.Engine.ReadFileAsync(image.ToString(), "/app/out"), Is.EqualTo("built\n"));
        Assert.That((await _work.Engine.InspectAsync(image.ToString())).RootFS.Layers, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Artifacts_come_from_stages_by_name()
    {
        var project = _work.Project(settings =>
        {
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("docs").Run("echo documentation > /docs.txt"));
            settings.Commands.Add("echo program > /program");
            settings.Artifacts.Add("/program");
            settings.Artifacts.Add("/docs.txt", "/docs.txt", from: "docs");
        });
        await _work.BuildAsync(project, builder);
        Assert.That(await FilesAsync("/program", "/docs.txt"), Is.EqualTo(["program\n", "documentation\n"]));
    }

    [Test]
    public async Task An_artifact_comes_from_an_external_image()
    {
        var project = _work.Project(settings =>
        {
            settings.Artifacts.Add("/etc/debian_version", "/version", from: "debian:trixie-slim");
            settings.Artifacts.Add("/bin/busybox", "/bin/sh");
        });
        await _work.BuildAsync(project, builder);
        var (exitCode, output) = await _work.Engine.RunAsync(_work.Tag, "/bin/sh", "-c", "read version < /version && echo \"$version\"");
        Assert.That((exitCode, output), Is.EqualTo((0L, await _work.Engine.ReadFileAsync("debian:trixie-slim", "/etc/debian_version"))));
    }

    [Test]
    public async Task A_build_stops_at_its_target()
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("echo program > /program");
            settings.Stages.Add(Stage.From(StageBase.Stage("builder")).Named("test").Run("cat /program > /tested"));
            settings.FinalBase = "test";
            settings.Entrypoint.Add("/never");
        });
        var image = await _work.BuildAsync(project, builder, settings => settings.Target = "test");
        Assert.That(await FilesAsync("/tested"), Is.EqualTo(["program\n"]));
        Assert.That((await _work.Engine.ConfigAsync(image.ToString())).Entrypoint, Is.Null.Or.Empty);
    }

    [TestCase("builder")]
    [TestCase("middle")]
    public async Task The_final_stage_starts_from_an_earlier_one(string stage)
    {
        var project = _work.Project(settings =>
        {
            settings.Commands.Add("echo first > /first");
            settings.Stages.Add(Stage.From(StageBase.Stage("builder")).Named("middle").Run("echo second > /second"));
            settings.FinalBase = stage;
            settings.Environment["STAGE"] = stage;
        });
        await _work.BuildAsync(project, builder);
        var (_, output) = await _work.Engine.RunAsync(_work.Tag, "sh", "-c", "echo $STAGE; cat /first");
        Assert.That(output, Is.EqualTo($"{stage}\nfirst\n"));
    }

    [Test]
    public async Task Stages_share_a_base()
    {
        var project = _work.Project(settings =>
        {
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("base").Run("echo shared > /shared"));
            settings.Stages.Add(Stage.From(StageBase.Stage("base")).Named("tool").Run("cp /shared /tool"));
            settings.BuilderImage = "base";
            settings.Commands.Add("cp /shared /program");
            settings.Artifacts.Add("/program");
            settings.Artifacts.Add("/tool", "/tool", from: "tool");
        });
        var image = await _work.BuildAsync(project, builder);
        Assert.That(await FilesAsync("/program", "/tool"), Is.EqualTo(["shared\n", "shared\n"]));
        Assert.That(image.Steps.Count(step => step.Name.Contains("echo shared", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [TestCase(null, "built on " + Workspace.Busybox)]
    [TestCase("debian:trixie-slim", "built on debian:trixie-slim")]
    public async Task A_global_argument_names_the_base(string? value, string expected)
    {
        var project = _work.Project(settings =>
        {
            settings.Arguments["IMAGE"] = Workspace.Busybox;
            settings.BuilderImage = "${IMAGE}";
            settings.Commands.Add(
                $"if [ -e /etc/debian_version ]; then echo built on debian:trixie-slim; else echo built on {Workspace.Busybox}; fi > /out");
            settings.Artifacts.Add("/out");
        });
        await _work.BuildAsync(project, builder, settings => Override(settings.BuildArguments, "IMAGE", value));
        Assert.That(await FilesAsync("/out"), Is.EqualTo([expected + "\n"]));
    }

    [TestCase(null, "small")]
    [TestCase("large", "large")]
    public async Task An_argument_chooses_the_stage(string? value, string expected)
    {
        var project = _work.Project(settings =>
        {
            settings.Arguments["VARIANT"] = "small";
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("build-small").Run("echo small > /out"));
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("build-large").Run("echo large > /out"));
            settings.BuilderImage = "build-${VARIANT}";
            settings.Artifacts.Add("/out");
        });
        await _work.BuildAsync(project, builder, settings => Override(settings.BuildArguments, "VARIANT", value));
        Assert.That(await FilesAsync("/out"), Is.EqualTo([expected + "\n"]));
    }

    [TestCase("final", "release\n")]
    [TestCase("test", "tested release\n")]
    [TestCase("dev", "debugging release\n")]
    public async Task Test_and_dev_stages_copy_from_the_scratch_release(string target, string expected)
    {
        var image = await _work.BuildAsync(Release(), builder, settings => settings.Target = target);
        Assert.That(await _work.Engine.ReadFileAsync(image.ToString(), "/out"), Is.EqualTo(expected));
    }

    private static void Override(IDictionary<string, string> arguments, string name, string? value)
    {
        if (value is not null)
        {
            arguments[name] = value;
        }
    }

    private ImageProject Release() => _work.Project(settings =>
    {
        settings.Commands.Add("echo release > /out");
        settings.Stages.Add(Stage.From(StageBase.Scratch).Named("release").CopyFrom("builder", "/out", "/out"));
        settings.Stages.Add(Stage.From(Workspace.Busybox)
            .Named("test")
            .CopyFrom("release", "/out", "/release")
            .Run("echo tested $(cat /release) > /out"));
        settings.Stages.Add(Stage.From(Workspace.Busybox)
            .Named("dev")
            .CopyFrom("release", "/out", "/release")
            .Run("echo debugging $(cat /release) > /out"));
        settings.FinalBase = "release";
    });

    private async Task<IReadOnlyList<string>> FilesAsync(params string[] paths)
    {
        List<string> contents = [];
        foreach (var path in paths)
        {
            contents.Add(await _work.Engine.ReadFileAsync(_work.Tag, path));
        }

        return contents;
    }
}

/// <summary>What BuildKit alone can do.</summary>
public sealed class BuildKitPatternTests
{
    [Test]
    public async Task Stages_are_built_in_parallel()
    {
        await using var work = new Workspace();
        // Each waits for the other in a folder that both see: one after the other, neither would end.
        var meeting = RunMount.Cache("/meeting", id: work.Repository);
        Stage Waiting(string name, string other) => Stage.From(Workspace.Busybox).Named(name)
            .Run($"touch /meeting/{name}; for i in $(seq 300); do [ -e /meeting/{other} ] && echo {name} > /out && exit 0; sleep 0.1; "
                + "done; exit 1", meeting);
        var project = work.Project(settings =>
        {
            settings.Stages.Add(Waiting("left", "right"));
            settings.Stages.Add(Waiting("right", "left"));
            settings.Artifacts.Add("/out", "/left", from: "left");
            settings.Artifacts.Add("/out", "/right", from: "right");
        });
        await work.BuildAsync(project, BuilderKind.BuildKit);
        Assert.That(await work.Engine.ReadFileAsync(work.Tag, "/left"), Is.EqualTo("left\n"));
        Assert.That(await work.Engine.ReadFileAsync(work.Tag, "/right"), Is.EqualTo("right\n"));
    }

    [Test]
    public async Task An_unused_stage_is_not_built()
    {
        await using var work = new Workspace();
        var project = work.Project(settings =>
        {
            settings.Stages.Add(Stage.From(Workspace.Busybox).Named("broken").Run("exit 1"));
            settings.Commands.Add("echo fine > /out");
            settings.Artifacts.Add("/out");
        });
        var image = await work.BuildAsync(project, BuilderKind.BuildKit);
        Assert.That(image.Steps.Select(step => step.Stage), Has.None.EqualTo("broken"));
    }
}
