using Cake.MultiStage.Dockerfiles;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles;

public sealed class BaseImageRewriterTests
{
    [Test]
    public void Images_change_wherever_they_stand_and_stages_and_scratch_stay()
    {
        var file = new Dockerfile
        {
            Stages =
            [
                Stage.From("golang:1.21")
                    .Named("builder")
                    .CopyFrom("busybox", "/bin/sh", "/sh")
                    .Run("make", RunMount.Bind("/", "/tools", from: "tools:2")),
                Stage.From(StageBase.Stage("builder"))
                    .Named("test")
                    .With(new OnBuildInstruction(new CopyInstruction(["/x"], "/x") { From = "alpine" })),
                Stage.From(StageBase.Scratch).CopyFrom("builder", "/a", "/a").CopyFrom("0", "/b", "/b"),
            ],
        };
        Assert.That(Rewritten(file), Is.EqualTo("""
            FROM m.example.com/library/golang:1.21 AS builder
            COPY --from=m.example.com/library/busybox /bin/sh /sh
            RUN --mount=type=bind,from=m.example.com/library/tools:2,source=/,target=/tools make

            FROM builder AS test
            ONBUILD COPY --from=m.example.com/library/alpine /x /x

            FROM scratch
            COPY --from=builder /a /a
            COPY --from=0 /b /b

            """));
    }

    [TestCase("golang:${VERSION}", "golang:1.21")]
    [TestCase("golang:$VERSION", "golang:1.21")]
    [TestCase("golang:${OTHER:-1.22}", "golang:1.22")]
    [TestCase("golang:${GIVEN}", "golang:1.23")]
    public void Variables_are_replaced_by_what_is_known(string image, string expanded) =>
        Assert.That(Rewritten(OnVariable(image)), Does.Contain($"FROM m.example.com/library/{expanded} AS builder"));

    [Test]
    public void A_variable_that_chooses_a_stage_stays() =>
        Assert.That(Rewritten(new Dockerfile
        {
            Arguments = [new ArgInstruction("KIND", "small")],
            Stages = [Stage.From("a").Named("build-small"), Stage.From("build-${KIND}")],
        }), Does.Contain("FROM build-${KIND}\n"));

    [Test]
    public void A_variable_without_a_value_is_an_error()
    {
        var error = Assert.Throws<DockerfileException>(() => Rewritten(OnVariable("golang-${TARGETARCH}")))!;
        Assert.That(error.Message,
            Does.Contain("stage 'builder'").And.Contain("golang-${TARGETARCH}").And.Contain("uses $TARGETARCH")
                .And.Contain("build.Platforms"));
    }

    [Test]
    public void An_image_in_raw_text_is_an_error()
    {
        var file = new Dockerfile { Stages = [Stage.From(StageBase.Scratch)
            .Named("all")
            .With(new RawInstruction("COPY --from=busybox /a /a"))] };
        var error = Assert.Throws<DockerfileException>(() => Rewritten(file))!;
        Assert.That(error.Message, Does.Contain("stage 'all'").And.Contain("'busybox'").And.Contain("raw text"));
    }

    [Test]
    public void What_does_not_change_stays_as_it_is_written()
    {
        var file = OnVariable("golang:${VERSION}");
        Assert.That(file.WithImages(new Dictionary<string, string>(StringComparer.Ordinal), image => image).ToString(),
            Is.EqualTo(file.ToString()));
    }

    private static Dockerfile OnVariable(string image) => new()
    {
        Arguments = [new ArgInstruction("VERSION", "1.21"), new ArgInstruction("OTHER", null), new ArgInstruction("GIVEN", null)],
        Stages = [Stage.From(image).Named("builder"), Stage.From(StageBase.Scratch).CopyFrom("builder", "/a", "/a")],
    };

    private static string Rewritten(Dockerfile file) => file.WithImages(
        new Dictionary<string, string>(StringComparer.Ordinal) { ["GIVEN"] = "1.23" },
        image => Cake.MultiStage.Images.ImageReference.Parse("m.example.com/" + image.Path + (image.Tag is null ? "" : ":" + image.Tag)))
            .ToString();
}
