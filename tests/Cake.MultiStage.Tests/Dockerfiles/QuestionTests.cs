using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Dockerfiles.Reading;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles;

public sealed class QuestionTests
{
    private static readonly Dictionary<string, string> None = [];

    private static Stage Alpine => Stage.From("alpine:3.20");

    private static Dockerfile Variants => new()
    {
        Arguments = [new("VARIANT", "prod"), new("BASE", "debian:12"), new("TOOL", "tool-${VARIANT}:1") { Expand = true }],
        Stages =
        [
            Stage.From("${BASE}").Named("build-prod"),
            Stage.From("golang:1.21").Named("build-dev").Copy("dev", "/dev"),
            Stage.From("build-${VARIANT}").Named("build").CopyFrom("busybox:1", "/a", "/a"),
            Stage.From("${TOOL}").Named("tool"),
            Stage.From("scratch").Named("release").CopyFrom("build", "/a", "/a").Copy("conf", "/"),
        ],
    };

    [Test]
    public void Images_from_outside_are_named_with_variables_replaced() =>
        Assert.That(Variants.ImageBases(None), Is.EqualTo(new[] { "debian:12", "golang:1.21", "busybox:1", "tool-prod:1" }));

    [Test]
    public void Only_images_the_target_needs_are_named() =>
        Assert.That(Variants.ImageBases(None, null), Is.EqualTo(new[] { "debian:12", "busybox:1" }));

    [Test]
    public void A_build_argument_chooses_another_way()
    {
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal) { ["VARIANT"] = "dev" };

        Assert.That(Variants.ImageBases(arguments, "release"), Is.EqualTo(new[] { "golang:1.21", "busybox:1" }));
        Assert.That(Variants.StagesNeededBy("release", arguments).Select(stage => stage.Name),
            Is.EqualTo(new[] { "build-dev", "build", "release" }));
        Assert.That(ContextSourceFinder.Find(Variants.StagesNeededBy(null, arguments)).Select(source => source.Pattern),
            Is.EqualTo(new[] { "dev", "conf" }));
    }

    [TestCase("FROM busybox:1 AS base-amd64\nFROM alpine:3 AS base-arm64\nFROM base-$TARGETARCH\n", "busybox:1 alpine:3", 3, 1, null)]
    [TestCase("FROM busybox:1 AS base-linux\nFROM base-${TARGETOS}${DEBUG:+-debug}\n", "busybox:1", 2, 2, "busybox:1")]
    [TestCase("ARG B=b-$TARGETARCH\nFROM busybox:1 AS b-amd64\nFROM alpine:3 AS b-arm64\nFROM $B\n", "busybox:1 alpine:3", 3, 1, null)]
    [TestCase("FROM busybox:1 AS base\nFROM example.com/a:$TARGETARCH\n", "", 1, 1, null)]
    [TestCase("ARG TARGETARCH=amd64\nFROM busybox:1 AS b-amd64\nFROM b-$TARGETARCH\n", "busybox:1", 2, 2, "busybox:1")]
    public void The_platform_chooses_a_base_that_no_argument_says(string text, string images, int needed, int chain, string? root)
    {
        var file = DockerfileReader.Read(text);
        Assert.That(file.StagesNeededBy(null, None), Has.Count.EqualTo(needed));
        Assert.That(string.Join(' ', file.ImageBases(None, null)), Is.EqualTo(images));
        Assert.That(StageChain.Of(file, null, None), Has.Count.EqualTo(chain));
        Assert.That(file.RootImage(None, null), Is.EqualTo(root));
    }

    [Test]
    public void A_policy_leaves_stages_that_the_platform_chooses_and_can_not_change_images_that_it_does()
    {
        var stages = DockerfileReader.Read("FROM busybox:1 AS b-amd64\nFROM b-$TARGETARCH\n");
        Assert.That(stages.WithImages(None, image => image.WithTag("2")).ToString(),
            Is.EqualTo("FROM busybox:2 AS b-amd64\nFROM b-$TARGETARCH\n"));
        var image = DockerfileReader.Read("ARG BASE=a:$TARGETARCH\nFROM $BASE\n");
        Assert.That(() => image.WithImages(None, one => one.WithTag("2")),
            Throws.InstanceOf<DockerfileException>().With.Message.Contains("uses $TARGETARCH"));
    }

    [Test]
    public void A_target_that_is_none_is_told() =>
        Assert.That(() => Variants.ImageBases(None, "releese"),
            Throws.InstanceOf<DockerfileException>().With.Message.Contains("did you mean 'release'?"));

    [TestCase("${A:-x}", "x")]
    [TestCase("${A:-${B:-y}}", "y")]
    [TestCase("${SET:+z}/i", "z/i")]
    [TestCase("$SET", "s")]
    [TestCase("i${A:+z}", "i")]
    public void Variables_are_replaced_as_Docker_does(string text, string image)
    {
        var file = new Dockerfile { Arguments = [new("A"), new("B"), new("SET", "s")], Stages = [Stage.From(text)] };

        Assert.That(file.ImageBases(None), Is.EqualTo(new[] { image }));
    }

    [TestCase(".", ".")]
    [TestCase("./a/", "a")]
    [TestCase("/a/*.go", "a/*.go")]
    [TestCase("a/../b", "b")]
    [TestCase("dist/$ARCH/bin", "dist")]
    [TestCase("dist/app-$ARCH", "dist")]
    [TestCase("$ARCH", ".")]
    [TestCase("\\$a", "$a")]
    public void A_source_is_a_path_of_the_context(string source, string pattern) =>
        Assert.That(Files.With(new CopyInstruction([source], "/d/")).ContextSources(), Is.EqualTo(new[] { new ContextSource(pattern) }));

    [Test]
    public void Only_what_comes_from_the_context_is_a_source()
    {
        var file = Files.Of(
            Alpine.CopyFrom("x:1", "/no", "/").Add("https://example.com/no", "/").Add("git@example.com:no.git", "/")
                .Run("a", RunMount.Bind("go.[s]um", "/b"), RunMount.Bind("no", "/c", "x:1"), RunMount.Cache("/no"))
                .OnBuild(new CopyInstruction(["on"], "/"))
                .With(new CopyInstruction([], "/f") { Files = [new("no")] })
                .Run("a", RunMount.Bind(null, "/all")));

        Assert.That(file.ContextSources().Select(source => source.Pattern), Is.EqualTo(new[] { "go.\\[s]um", "." }));
    }

    [Test]
    public void What_a_build_can_do_without_is_dropped_for_the_legacy_builder()
    {
        var stage = Alpine.OnPlatform("$BUILDPLATFORM")
            .Run("a", RunMount.Cache("/c"), RunMount.Tmpfs("/t"))
            .With(new CopyInstruction(["a"], "/") { Link = true });

        var legacy = (Files.Of(stage) with { Syntax = "docker/dockerfile:1" }).ForLegacyBuilder();

        Assert.That(legacy.ToString(), Is.EqualTo("FROM alpine:3.20\nRUN a\nCOPY a /\n"));
    }

    [Test]
    public void What_a_build_cannot_do_without_is_told_with_its_place()
    {
        var file = Files.Of(Alpine.Named("b").Run("a", RunMount.Secret("s"), RunMount.Ssh(), RunMount.Bind("a", "/a"))
            .With(new CopyInstruction(["a"], "/") { Chmod = "1", Parents = true, Exclude = ["x"] })
            .With(new RunInstruction(null) { Heredoc = "a", Network = "none", Security = "insecure" }));

        var error = Assert.Throws<DockerfileException>(() => file.ForLegacyBuilder())!;

        Assert.That(error.Problems, Has.Count.EqualTo(9).And.All.Contains("needs BuildKit").And.All.StartsWith("stage 'b', instruction "));
    }

    [Test]
    public void Stages_in_any_order_are_put_after_those_they_refer_to()
    {
        var file = Dockerfile.Create(
            [new("VARIANT", "x")],
            [
                Stage.From("build-${VARIANT}").Named("app"), Alpine.Named("lone"), Alpine.Named("build-y"),
                Alpine.Named("build-x").Run("a", RunMount.Bind("/", "/m", "tools")), Alpine.Named("tools"),
                Stage.From("scratch").Named("last").CopyFrom("app", "/a", "/a"),
            ]);

        Assert.That(file.Stages.Select(stage => stage.Name), Is.EqualTo(new[] { "lone", "build-y", "tools", "build-x", "app", "last" }));
        Assert.That(file.Validate, Throws.Nothing);
    }

    [Test]
    public void A_circle_of_stages_is_told() =>
        Assert.That(
            Dockerfile.Create([], [Alpine.Named("a").CopyFrom("b", "/", "/"), Stage.From(StageBase.Stage("a")).Named("b")]).Validate,
            Throws.InstanceOf<DockerfileException>().With.Message.Contains(
                "stage 'a', instruction 1 (COPY): 'from' refers to stage 'b', which comes later, and the two are in a cycle"));
}
