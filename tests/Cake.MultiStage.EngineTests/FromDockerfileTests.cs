using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>Dockerfiles that exist are built as they stand.</summary>
public sealed class FromDockerfileTests : WorkspaceFixture
{
    private const string Text = """
        ARG BASE=busybox
        ARG TAG=1

        # what builds
        FROM ${BASE}:${TAG} as Build
        ARG GREETING=nobody
        run --mount=type=secret,id=token mkdir /out && \
            # a comment on the way

            printf '%s' "$GREETING" > /out/greeting && wc -c < /run/secrets/token > /out/length

        FROM busybox:1 AS tests
        COPY --from=Build /out /out
        RUN [ "test", "-s", "/out/greeting" ]

        FROM busybox:1
        LABEL a="of the file" b=2
        COPY --from=Build --chmod=0600 /out /out
        COPY . /context/
        CMD ["/bin/true"]

        """;

    private ImageProject Project(string text, Action<DockerfileProjectSettings>? configure = null)
    {
        _work.Write("Dockerfile", text);
        return _work.Cake.MultiStageFromDockerfile(".", settings =>
        {
            settings.Tags.Add(_work.Tag);
            settings.Labels[_work.Label.Name] = _work.Label.Value;
            configure?.Invoke(settings);
        });
    }

    private static void Filled(DockerfileProjectSettings settings)
    {
        settings.BuildArguments["GREETING"] = "world";
        settings.BuildArguments["TAG"] = "stable";
        settings.Secrets["token"] = BuildSecret.FromValue("12345678");
        settings.Labels["a"] = "of the script";
    }

    [Test]
    public async Task A_Dockerfile_of_many_parts_is_built_measured_and_checked()
    {
        _work.Write(".dockerignore", "left\n");
        _work.Write("left", "x");
        _work.Write("taken", "x");
        var project = Project(Text, Filled);
        Assert.That(project.ToDockerfile().ToString(), Is.EqualTo(Text));
        var image = await _work.BuildAsync(project, BuilderKind.BuildKit);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out/greeting"), Is.EqualTo("world"));
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out/length"), Is.EqualTo("8\n"));
        var measured = await _work.Cake.MultiStageMeasureAsync(image);
        Assert.That(measured.Stages.Select(stage => stage.Name), Is.EqualTo(new[] { "Build", "stage-2" }));
        Assert.That(measured.Stages.Select(stage => stage.Size.Bytes), Has.All.Positive);
        Assert.That(measured.Files.Root.Descendants()
            .Select(node => node.Path)
            .Where(path => path.StartsWith("/context/", StringComparison.Ordinal)),
                Is.EquivalentTo(new[] { "/context/.dockerignore", "/context/Dockerfile", "/context/taken" }));
        Assert.That(System.Text.Encoding.UTF8.GetString(measured.Configuration.Span),
            Does.Contain("\"a\":\"of the script\"").And.Contain("\"b\":\"2\""));
        var findings = (await _work.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings { FailOn = null })).Findings;
        Assert.That(findings.Where(finding => finding.Level == FindingLevel.Error), Is.Empty);
    }

    [Test]
    public async Task A_base_that_the_platform_chooses_is_built()
    {
        var image = await _work.BuildAsync(
            Project("FROM busybox:1 AS base-amd64\nRUN echo amd64 > /made\nFROM busybox:1 AS base-arm64\nRUN echo arm64 > /made\n"
                + "FROM base-$TARGETARCH\n"), BuilderKind.BuildKit);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/made"), Is.EqualTo(image.Platform.Architecture + "\n"));
        var measured = await _work.Cake.MultiStageMeasureAsync(image);
        Assert.That(measured.Files.Find("/made"), Is.Not.Null);
    }

    [Test]
    public async Task A_stage_is_built_by_its_name()
    {
        var project = Project(Text, Filled);
        var image = await _work.BuildAsync(project, BuilderKind.BuildKit, build => build.Variant = "tests");
        Assert.That((image.Tags.Single().ToString(), image.Record!.Target), Is.EqualTo((_work.Tag + "-tests", "tests")));
        Assert.That(image.Record.Stages.Select(stage => stage.Name), Is.EqualTo(new[] { "Build", "tests" }));
    }

    [Test]
    public async Task A_step_that_fails_is_told_with_its_line_in_the_file()
    {
        var error = await Fault.OfAsync<BuildFailedException>(
            () => _work.BuildAsync(Project("# c\n\nFROM busybox:1 AS a\nRUN true\nRUN \\\n  exit 3\n"), BuilderKind.BuildKit));
        Assert.That(error.Message, Does.Contain("stage 'a'").And.Contain("at line 5 of the Dockerfile"));
    }

    [Test]
    public async Task The_legacy_builder_builds_the_rest_and_refuses_what_it_can_not()
    {
        var error = await Fault.OfAsync<DockerfileException>(() => _work.BuildAsync(Project(Text, Filled), BuilderKind.Legacy));
        Assert.That(error.Message,
            Does.Contain("line 7 (RUN): --mount=type=secret needs BuildKit").And.Contain("line 18 (COPY): --chmod needs BuildKit"));
        var image = await _work.BuildAsync(
            Project(
                "arg T=1\n# c\nFROM  busybox:$T  AS x\nRUN echo \\\n # c\n  a   b > /a\n# d\nRUN exit 0\nFROM busybox:1\ncopy --from=x "
                    + "--link /a /b\n"), BuilderKind.Legacy);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/b"), Is.EqualTo("a b\n"));
        Assert.That(image.Steps.Take(6).Select(step => step.Stage), Is.EqualTo(new[] { null, "x", "x", "x", "stage-1", "stage-1" }));
    }
}
