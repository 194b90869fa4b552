using Cake.MultiStage.Dockerfiles;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles;

/// <summary>Why each instruction is there, beside the Dockerfile and within it.</summary>
public sealed class ExplainTests
{
    private static readonly Dockerfile Example = new()
    {
        Stages =
        [
            Stage.From("golang:1.21")
                .Named("builder")
                .Because("Builds here.")
                .Workdir("/src")
                .Copy(".", ".")
                .Run("go build -o /app")
                .Because("Links statically."),
            Stage.From(StageBase.Scratch).Named("final").CopyFrom("builder", "/app", "/app").User("65532").Entrypoint("/app"),
        ],
    };

    [Test]
    public void Each_instruction_is_followed_by_its_reason() => Assert.That(Example.Explain(), Is.EqualTo(
        """
        FROM golang:1.21 AS builder
            Builds here.
        WORKDIR /src
            An absolute folder for what follows, made where it is missing.
        COPY . .
            Brings files of the build context in.
        RUN go build -o /app
            Links statically.

        FROM scratch AS final
            An empty base: nothing ships but what is copied in.
        COPY --from=builder /app /app
            Takes over from 'builder' what this stage needs of it; the rest stays behind.
        USER 65532
            Not root: what breaks into the program gets no more permissions than it has.
        ENTRYPOINT ["/app"]
            In exec form: no shell is needed, and signals reach the program.

        """));

    [Test]
    public void Comments_carry_the_reasons_and_change_nothing_else()
    {
        var commented = (Example with { Comments = true }).ToString();
        Assert.That(commented, Does.StartWith("# Builds here.\nFROM golang:1.21 AS builder\n# An absolute folder"));
        Assert.That(string.Join('\n', commented.Split('\n').Where(line => !line.StartsWith('#'))), Is.EqualTo(Example.ToString()));
    }

    [Test]
    public void Every_kind_of_instruction_has_a_reason()
    {
        Instruction[] all =
        [
            new AddInstruction(["a"], "/a"), new ArgInstruction("A", null), new CmdInstruction(new ExecCommand(["a"])),
            new EnvInstruction("A", "1"), new ExposeInstruction("80"), new HealthcheckInstruction(new ExecCommand(["a"])),
            new LabelInstruction("a", "b"), new OnBuildInstruction(new WorkdirInstruction("/a")), new RawInstruction("USER a"),
            new RunInstruction(new ShellCommand("a")), new RunInstruction(new ShellCommand("a")) { Mounts = [RunMount.Cache("/a")] },
            new ShellInstruction(["a"]), new StopSignalInstruction("TERM"), new UserInstruction("0"), new UserInstruction("app"),
            new VolumeInstruction("/a"), new EntrypointInstruction(new ShellCommand("a")),
        ];
        var reasons = all.Select(instruction => InstructionReasons.Of(Stage.From("a"), instruction)).ToList();
        Assert.That(reasons, Has.All.Match(@"^[A-Z].*\.$"));
        Assert.That(reasons, Is.Unique);
    }
}
