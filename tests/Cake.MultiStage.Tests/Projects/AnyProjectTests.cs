using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class AnyProjectTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void DeleteFolder() => _folder.Dispose();

    private ImageProject Project(Action<ProjectSettings> configure)
    {
        var settings = new ProjectSettings { Name = "tool", BuilderImage = "debian:trixie-slim" };
        configure(settings);
        return AnyProject.Describe(_folder.Path, settings);
    }

    private string Text(Action<ProjectSettings> configure) => Project(configure).ToDockerfile().ToString();

    private IReadOnlyList<string> Problems(Action<ProjectSettings> configure)
    {
        try
        {
            Project(configure).ToDockerfile();
            return [];
        }
        catch (DockerfileException exception)
        {
            return exception.Problems;
        }
    }

    [Test]
    public void A_log_shows_its_name_folder_and_tags()
    {
        Assert.That(Project(_ => { }).ToString(), Does.StartWith("tool (").And.EndWith(")"));
        Assert.That(Project(project => project.Tags.Add("shop/tool:1.0")).ToString(), Does.EndWith(", tagged shop/tool:1.0"));
    }

    [Test]
    public void Everything_that_is_said_stands_in_the_Dockerfile() =>
        Assert.That(
            Text(project =>
            {
                project.Arguments["VERSION"] = "1";
                project.BuilderEnvironment["CC"] = "gcc";
                project.Commands.Add("make");
                project.Artifacts.Add("/src/tool", "/bin/tool");
                project.Labels["title"] = "tool";
                project.Workdir = "/data";
                project.Environment["TZ"] = "UTC";
                project.Ports.Add("8080");
                project.User = "1:1";
                project.Entrypoint.Add("/bin/tool");
                project.Cmd.Add("--help");
            }),
            Is.EqualTo(
                """
                ARG VERSION=1

                FROM debian:trixie-slim AS builder
                WORKDIR /src
                ENV CC=gcc
                COPY . ./
                RUN make

                FROM scratch AS final
                LABEL title=tool
                WORKDIR /data
                COPY --from=builder /src/tool /bin/tool
                ENV TZ=UTC
                EXPOSE 8080
                USER 1:1
                ENTRYPOINT ["/bin/tool"]
                CMD ["--help"]

                """));

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" ")]
    public void A_builder_image_is_needed(string? image) =>
        Assert.That(() => Project(project => project.BuilderImage = image),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("names no builder image")
                .And.Message.Contains("project.BuilderImage = "));

    [Test]
    public void All_bad_tags_are_told_at_once() =>
        Assert.That(() => Project(project => project.Tags = ["Bad", "good", "x:-"]),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("'Bad' is not a valid image reference")
                .And.Message.Contains("'x:-' is not a valid image reference"));

    [Test]
    public void Settings_changed_afterwards_change_no_project()
    {
        var settings = new ProjectSettings { BuilderImage = "debian", Labels = { ["a"] = "1" }, Entrypoint = { "/x" },
            Stages = { Stage.From("busybox").Named("other") } };
        settings.Artifacts.Add("/x");
        var project = AnyProject.Describe(_folder.Path, settings);
        var before = project.ToDockerfile().ToString();
        settings.Labels["a"] = "2";
        settings.Environment["E"] = "1";
        settings.BuildArguments["B"] = "1";
        settings.Arguments["A"] = "1";
        settings.Entrypoint.Clear();
        settings.Cmd.Add("c");
        settings.Ports.Add("1");
        settings.Tags.Add("t");
        settings.Stages.Clear();
        settings.Artifacts.Clear();
        settings.Sources.Clear();
        settings.Commands.Add("c");
        Assert.That(project.ToDockerfile().ToString(), Is.EqualTo(before));
        Assert.That((project.BuildArguments.Count, project.Tags.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Stages_in_any_order_are_written_after_those_they_need()
    {
        var text = Text(project =>
        {
            project.Stages.Add(Stage.From(StageBase.Stage("builder")).Named("test").Run("make test"));
            project.Stages.Add(Stage.From(StageBase.Stage("base")).Named("small").Run("s"));
            project.Stages.Add(Stage.From("busybox").Named("base"));
            project.BuilderImage = "small";
            project.Artifacts.Add("/x");
        });
        Assert.That(text.Split('\n').Where(line => line.StartsWith("FROM", StringComparison.Ordinal)),
            Is.EqualTo(["FROM busybox AS base", "FROM base AS small", "FROM small AS builder", "FROM builder AS test",
                "FROM scratch AS final"]));
    }

    [TestCase("runtime", "FROM runtime AS final")]
    [TestCase("${BASE}", "FROM ${BASE} AS final")]
    [TestCase("busybox:stable", "FROM busybox:stable AS final")]
    [TestCase("scratch", "FROM scratch AS final")]
    public void The_final_base_is_an_image_a_stage_or_an_argument(string final, string line) =>
        Assert.That(
            Text(project =>
            {
                project.Arguments["BASE"] = "alpine";
                project.Stages.Add(Stage.From("busybox").Named("runtime"));
                project.FinalBase = final;
                project.Artifacts.Add("/x");
            }),
            Does.Contain("\n" + line + "\n"));

    [Test]
    public void A_builder_chosen_by_an_argument_comes_after_all_its_choices()
    {
        var text = Text(project =>
        {
            project.Arguments["VARIANT"] = "small";
            project.Stages.Add(Stage.From("busybox").Named("build-small"));
            project.Stages.Add(Stage.From("busybox").Named("build-large"));
            project.BuilderImage = "build-${VARIANT}";
            project.Artifacts.Add("/x");
        });
        Assert.That(text, Does.Match("build-small[^$]*build-large[^$]*FROM build-\\$\\{VARIANT\\} AS builder"));
    }

    [Test]
    public void On_scratch_without_an_artifact_the_image_would_be_empty() =>
        Assert.That(Problems(_ => { }), Has.One.Contains("takes over no artifact"));

    [Test]
    public void On_an_image_without_an_artifact_nothing_of_the_builder_would_be_in_the_image() =>
        Assert.That(Problems(project => project.FinalBase = "busybox"), Has.One.Contains("nothing that the builder makes"));

    [Test]
    public void On_a_stage_of_its_own_no_artifact_is_needed() =>
        Assert.That(
            Problems(project =>
            {
                project.Stages.Add(Stage.From("busybox").Named("runtime").Run("adduser app"));
                project.FinalBase = "runtime";
            }),
            Is.Empty);

    [Test]
    public void All_problems_are_told_at_once()
    {
        var problems = Problems(project =>
        {
            project.Target = "nowhere";
            project.Artifacts.Add("relative", "/x");
            project.Artifacts.Add("/y", "/y", from: "Un known");
            project.Stages.Add(Stage.From("busybox").Named("twice"));
            project.Stages.Add(Stage.From("busybox").Named("Twice"));
            project.Ports.Add("no port");
        });
        Assert.That(problems,
            Has.Some.Contains("the target 'nowhere' is not a stage. The stages are: "
                + "").And.Some.Contains("wice").And.Some.Contains("no port"));
        Assert.That(problems, Has.Count.GreaterThanOrEqualTo(4));
    }

    [Test]
    public void A_circle_of_stages_is_told() =>
        Assert.That(
            Problems(project =>
            {
                project.Stages.Add(Stage.From(StageBase.Stage("b")).Named("a"));
                project.Stages.Add(Stage.From(StageBase.Stage("a")).Named("b"));
                project.Artifacts.Add("/x", "/x", from: "a");
            }),
            Has.Some.Contains("cycle"));

    [TestCase("hello", "hello")]
    [TestCase("My Tool_2", "my-tool-2")]
    [TestCase("--x--", "x")]
    [TestCase("漢字", "app")]
    [TestCase("", "app")]
    public void A_name_is_made_of_any_text(string text, string name) => Assert.That(ProjectDescription.NameFrom(text), Is.EqualTo(name));
}
