using Cake.Core;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Projects;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>Names of a Dockerfile that stand for something: what is asked for, and what is refused.</summary>
public sealed class NamedContextTests : EngineFixture
{
    private static readonly Dockerfile OnBase = new()
    {
        Stages =
        [
            Stage.From("base").Named("builder").CopyFrom("golang:1", "/a", "/a"),
            Stage.From("busybox:stable").CopyFrom("builder", "/a", "/a"),
        ],
    };

    private ICakeEnvironment Cake =>
        Mock.Of<ICakeEnvironment>(cake => cake.WorkingDirectory == new global::Cake.Core.IO.DirectoryPath(Context.Path));

    [Test]
    public void Each_kind_is_said_in_BuildKits_terms()
    {
        var order = SolveOrder.Of(Of(new(StringComparer.Ordinal)
        {
            ["folder"] = NamedContext.Folder("sub"),
            ["golang:latest"] = NamedContext.Image("busybox"),
            ["docker.io/library/alpine:3"] = NamedContext.Image("r.io/alpine:3"),
            ["git"] = NamedContext.Git("https://git.example.com/a.git#v1:sub"),
        }), "s");
        Assert.That(
            order.FrontendAttrs.Where(pair => pair.Key.StartsWith("context:", StringComparison.Ordinal)),
            Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["context:folder"] = "local:named-folder",
                ["context:golang"] = "docker-image://docker.io/library/busybox:latest",
                ["context:alpine:3"] = "docker-image://r.io/alpine:3",
                ["context:git"] = "https://git.example.com/a.git#v1:sub",
            }));
    }

    [Test]
    public void A_folder_is_found_from_the_script() => Assert.That(
        Of(new(StringComparer.Ordinal) { ["a"] = NamedContext.Folder("../b") }).Contexts["a"],
        Is.EqualTo(new FolderInput(Path.GetFullPath("../b", Context.Path))));

    [Test]
    public void A_context_is_no_image_to_pull_or_to_take_from_a_mirror()
    {
        var settings = new MultiStageBuildSettings { BaseImages = new BaseImagePolicy { Registry = "m.io" } };
        var request = Of(
            new(StringComparer.Ordinal) { ["base"] = NamedContext.Folder("a"), ["golang:1"] = NamedContext.Image("go") }, settings);
        Assert.That(request.OutsideImages(), Is.EqualTo(["m.io/library/busybox:stable"]));
        Assert.That(request.Dockerfile.ToString(), Does.Contain("FROM base AS builder").And.Contain("--from=golang:1 "));
    }

    [Test]
    public void A_name_without_a_tag_is_a_context_where_the_description_says_so()
    {
        var project = AnyProject.Describe(Context.Path, new ProjectSettings
        {
            BuilderImage = "golang:1",
            Artifacts = { new Artifact("/a", "/a", "tools") },
            Contexts = { ["tools"] = NamedContext.Folder("a") },
        });
        Assert.That(project.ToDockerfile().ToString(), Does.Contain("COPY --from=tools /a /a"));
        Assert.That(() => (project with { Contexts = new Dictionary<string, NamedContext>(StringComparer.Ordinal) }).ToDockerfile(),
            Throws.InstanceOf<DockerfileException>().With.Message.Contains("there is no stage 'tools'"));
    }

    [TestCase("scratch")]
    [TestCase("context")]
    [TestCase("")]
    public void A_name_that_means_something_else_is_refused(string name) => Assert.That(
        () => Of(new(StringComparer.Ordinal) { [name] = NamedContext.Folder("a") }),
        Throws.InstanceOf<MultiStageException>().With.Message.Contains("Take another"));

    [TestCase("https://git.example.com/a")]
    [TestCase("../folder")]
    public void What_is_no_repository_is_refused(string address) => Assert.That(
        () => NamedContext.Git(address), Throws.InstanceOf<MultiStageException>().With.Message.Contains(address));

    [Test]
    public void An_engine_that_would_pass_over_them_is_refused()
    {
        var request = Of(new(StringComparer.Ordinal) { ["base"] = NamedContext.Folder("a") });
        Assert.That(BuilderFacts.AreNeededFor(request), Is.True);
        Assert.That(() => new BuilderFacts("20.10.24", ImageStore.Graphdriver).Check(request, Daemon.Endpoint),
            Throws.InstanceOf<EngineException>().With.Message.Contains("'base'").And.Message.Contains("An engine from 23 on"));
        Assert.That(() => new BuilderFacts("23.0.1", ImageStore.Graphdriver).Check(request, Daemon.Endpoint), Throws.Nothing);
    }

    [Test]
    public void A_build_with_contexts_is_never_taken_for_up_to_date() => Assert.That(
        Unknowable.Of(Of(new(StringComparer.Ordinal) { ["base"] = NamedContext.Folder("a") }), []), Does.Contain("the context 'base'"));

    [Test]
    public async Task The_legacy_builder_is_refused()
    {
        using var connection = await ConnectAsync();
        var request = Of(new(StringComparer.Ordinal) { ["base"] = NamedContext.Folder("a") }) with { Builder = BuilderKind.Legacy };
        Assert.That(() => new ImageBuildService(connection).BuildAsync(request, Observer, CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("the legacy builder has no named contexts, such as 'base'"));
    }

    [Test]
    public async Task A_description_is_built_first_and_its_name_is_let_go()
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages")).On("/v1.41/version", exchange => exchange.AnswerAsync(200,
            """{"Version":"28.5.2","Os":"linux","Arch":"amd64","Components":[{"Name":"Engine","Version":"28.5.2"}]}"""));
        using var connection = await ConnectAsync();
        var inner = Request() with { StageSizes = false };
        var request = Request() with
        {
            StageSizes = false,
            Contexts = new Dictionary<string, NamedInput>(StringComparer.Ordinal) { ["base"] = new BuiltInput("other", inner) },
        };
        var image = await new ImageBuildService(connection).BuildAsync(request, Observer, CancellationToken.None);
        var solves = Daemon.BuildKit.Solves.ToList();
        var name = solves[0].Exporters[0].Attrs["name"];
        Assert.That(name, Does.StartWith("cake-multistage-temporary:"));
        Assert.That(solves[1].FrontendAttrs["context:base"], Is.EqualTo($"docker-image://docker.io/library/{name}"));
        Assert.That(Daemon.Requests, Has.Some.StartsWith($"DELETE /v1.41/images/{name}"));
        Assert.That(image.Record!.Asked!.Contexts["base"], Is.InstanceOf<BuiltInput>(), "a stage can be asked for again");
    }

    private BuildRequest Of(Dictionary<string, NamedContext> contexts, MultiStageBuildSettings? settings = null) => ProjectRequest.Of(
        new ImageProject
        {
            Name = "hello",
            ContextDirectory = Context.Path,
            Given = new GivenDockerfile(OnBase, "Dockerfile"),
            Builder = OnBase.Stages[0],
            FinalBase = OnBase.FinalStage.Base,
            Contexts = contexts,
        },
        settings ?? new MultiStageBuildSettings(),
        Cake);
}
