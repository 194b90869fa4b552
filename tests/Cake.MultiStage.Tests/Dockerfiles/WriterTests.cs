using Cake.MultiStage.Dockerfiles;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles;

public sealed class WriterTests
{
    [Test]
    public void Hello_of_the_story_is_written_as_a_person_would()
    {
        var file = Files.Of(
            Stage.From("golang:1.21")
                .Named("builder")
                .Commented("The toolchain stays here.")
                .Workdir("/src")
                .Copy(".", ".")
                .Env("CGO_ENABLED", "0")
                .Run("go build -o /hello ."),
            Stage.From(StageBase.Scratch).CopyFrom("builder", "/hello", "/hello").User("65532:65532").Entrypoint("/hello"));

        Assert.That(file.ToString(), Is.EqualTo("""
            # The toolchain stays here.
            FROM golang:1.21 AS builder
            WORKDIR /src
            COPY . .
            ENV CGO_ENABLED=0
            RUN go build -o /hello .

            FROM scratch
            COPY --from=builder /hello /hello
            USER 65532:65532
            ENTRYPOINT ["/hello"]

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void A_stage_chosen_by_an_argument_is_written_with_its_head()
    {
        var file = new Dockerfile
        {
            Syntax = "docker/dockerfile:1",
            Arguments = [new("VARIANT", "prod"), new("GO", "1.${MINOR:-21}") { Expand = true }],
            Stages =
            [
                Stage.From("golang:${GO}").Named("base").OnPlatform("$BUILDPLATFORM"),
                Stage.From(StageBase.Stage("base")).Named("build-prod").Run("make"),
                Stage.From(StageBase.Stage("base")).Named("build-dev").Run("make dev"),
                Stage.From(StageBase.Argument("build-${VARIANT}")).Named("build"),
                Stage.From(StageBase.Scratch).Named("release").CopyFrom("build", "/out", "/"),
            ],
        };

        Assert.That(file.ToString(), Is.EqualTo("""
            # syntax=docker/dockerfile:1

            ARG VARIANT=prod
            ARG GO="1.${MINOR:-21}"

            FROM --platform=$BUILDPLATFORM golang:${GO} AS base

            FROM base AS build-prod
            RUN make

            FROM base AS build-dev
            RUN make dev

            FROM build-${VARIANT} AS build

            FROM scratch AS release
            COPY --from=build /out /

            """.ReplaceLineEndings("\n")));
    }

    private static TestCaseData Case(Instruction instruction, string text) => new TestCaseData(instruction, text).SetArgDisplayNames(text);

    private static IEnumerable<TestCaseData> Instructions() =>
    [
        Case(new EnvInstruction("A", ""), "ENV A=\"\""),
        Case(new EnvInstruction("A", "b c"), "ENV A=\"b c\""),
        Case(new EnvInstruction("PATH", "/go/bin:$PATH") { Expand = true }, "ENV PATH=\"/go/bin:$PATH\""),
        Case(new EnvInstruction("PRICE", "5$ \"or\" \\"), "ENV PRICE=\"5\\$ \\\"or\\\" \\\\\""),
        Case(new LabelInstruction("a b", "ü"), "LABEL \"a b\"=\"ü\""),
        Case(new ArgInstruction("A"), "ARG A"),
        Case(new ExposeInstruction("53/udp"), "EXPOSE 53/udp"),
        Case(new VolumeInstruction("/a b"), "VOLUME [\"/a b\"]"),
        Case(new WorkdirInstruction("/a b"), "WORKDIR /a\" \"b"),
        Case(new StopSignalInstruction("SIGINT"), "STOPSIGNAL SIGINT"),
        Case(new MaintainerInstruction("somebody"), "MAINTAINER somebody"),
        Case(new ShellInstruction(["/bin/bash", "-ec"]), "SHELL [\"/bin/bash\", \"-ec\"]"),
        Case(new CmdInstruction(new ShellCommand("serve $PORT")), "CMD serve $PORT"),
        Case(new CmdInstruction(new ExecCommand([])), "CMD []"),
        Case(new OnBuildInstruction(new CopyInstruction(["."], "/app/")), "ONBUILD COPY . /app/"),
        Case(HealthcheckInstruction.None, "HEALTHCHECK NONE"),
        Case(
            new HealthcheckInstruction(new ExecCommand(["/hello", "--check"]))
                { Interval = TimeSpan.FromSeconds(90), Timeout = TimeSpan.FromMilliseconds(1500), StartPeriod = TimeSpan.FromSeconds(1),
                    StartInterval = TimeSpan.FromSeconds(2), Retries = 5 },
            "HEALTHCHECK --interval=90s --timeout=1500ms --start-period=1s --start-interval=2s --retries=5 CMD [\"/hello\", \"--check\"]"),
        Case(new CopyInstruction(["a", "b c"], "/d/")
            { Chown = "app:app", Chmod = "0755", Link = true, Parents = true, Exclude = ["*.md"] },
                "COPY --chown=app:app --chmod=0755 --link --parents --exclude=*.md [\"a\", \"b c\", \"/d/\"]"),
        Case(new CopyInstruction(["\\$HOME"], "$HOME/"), "COPY \\$HOME $HOME/"),
        Case(new AddInstruction(["https://example.com/a.git#v1"], "/d") { KeepGitDirectory = true, Unpack = false },
            "ADD --keep-git-dir --unpack=false https://example.com/a.git#v1 /d"),
        Case(new RunInstruction(new ShellCommand("a\nb")), "RUN [\"/bin/sh\", \"-c\", \"a\\nb\"]"),
        Case(new RunInstruction(new ShellCommand("[ -f a ] && b")), "RUN [\"/bin/sh\", \"-c\", \"[ -f a ] && b\"]"),
        Case(new RunInstruction(new ShellCommand("echo a \\")), "RUN [\"/bin/sh\", \"-c\", \"echo a \\\\\"]"),
        Case(new RunInstruction(null) { Heredoc = "a\nEOF\nb" }, "RUN <<\"EOF2\"\na\nEOF\nb\nEOF2"),
        Case(
            new RunInstruction(new ShellCommand("make"))
                { Mounts = [RunMount.Cache("/c", "id", "locked"), RunMount.Bind("go.mod", "/go.mod", "golang:1.21")], Network = "none",
                    Security = "insecure", Devices = ["vendor.com/gpu=all"] },
            "RUN --mount=type=cache,id=id,target=/c,sharing=locked --mount=type=bind,from=golang:1.21,source=go.mod,target=/go.mod "
                + "--network=none --security=insecure --device=vendor.com/gpu=all make"),
        Case(
            new RunInstruction(new ShellCommand("make"))
                { Mounts = [RunMount.Secret("t", env: "TOKEN", required: true), RunMount.Ssh(), RunMount.Tmpfs("/t", 1024)] },
            "RUN --mount=type=secret,id=t,env=TOKEN,required=true --mount=type=ssh --mount=type=tmpfs,target=/t,size=1024 make"),
        Case(new CopyInstruction([], "/etc/") { Files = [new("a=$A", "a.conf") { Expand = true }, new("b\n", "b.conf")] },
            "COPY <<a.conf <<\"b.conf\" /etc/\na=$A\na.conf\nb\nb.conf"),
    ];

    [TestCaseSource(nameof(Instructions))]
    public void Each_instruction_is_written_in_its_form(Instruction instruction, string text) =>
        Assert.That(Files.With(instruction).ToString(), Is.EqualTo("FROM alpine:3.20\nWORKDIR /w\n" + text + "\n"));

    [Test]
    public void A_script_runs_in_the_shell_the_stage_has_by_then()
    {
        var file = Files.Of(
            Stage.From("debian:12").Named("base").Shell("/bin/bash", "-ec"),
            Stage.From(StageBase.Stage("base")).Run("a\nb").Shell("/bin/zsh", "-c").Run("c\nd"));

        Assert.That(file.ToString(),
            Does.Contain("""RUN ["/bin/bash", "-ec", "a\nb"]""").And.Contain("""RUN ["/bin/zsh", "-c", "c\nd"]"""));
    }

    [Test]
    public void Windows_line_ends_of_a_script_become_plain_ones() =>
        Assert.That(Files.With(new RunInstruction(new ShellCommand("a\r\nb"))).ToString(), Does.Contain("\"a\\nb\""));

    [Test]
    public void The_same_data_gives_the_same_text()
    {
        static Dockerfile Make() => Files.Of(Stage.From("alpine").Label("b", "2").Label("a", "1").Env("X", "y z"));

        var (once, again) = (Make().ToString(), Make().ToString());

        Assert.That(again, Is.EqualTo(once));
    }

    [Test]
    public void Each_instruction_knows_its_lines()
    {
        var file = new Dockerfile { Syntax = "docker/dockerfile:1",
            Stages = [Stage.From("alpine").Named("a").Commented("one\ntwo").With(new RunInstruction(null) { Heredoc = "x" }).Cmd("y")] };

        var text = file.Render();

        Assert.That(text.Lines.Select(line => (line.Instruction?.Keyword, line.FirstLine, line.LastLine)),
            Is.EqualTo(new (string?, int, int)[] { (null, 5, 5), ("RUN", 6, 8), ("CMD", 9, 9) }));
        Assert.That(
            text.Lines.All(
                line => string.Join('\n', text.Text.Split('\n')[(line.FirstLine - 1)..line.LastLine]) == line.Text
                    && line.StageName == "a"));
    }
}
