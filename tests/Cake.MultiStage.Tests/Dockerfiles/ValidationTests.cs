using Cake.MultiStage.Dockerfiles;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles;

public sealed class ValidationTests
{
    private static Stage Alpine => Stage.From("alpine:3.20");

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("no stage", Files.Of());
        yield return Case("is not a valid stage name", Files.Of(Alpine.Named("1a")));
        yield return Case("is not a valid stage name", Files.Of(Alpine.Named("")));
        yield return Case("is not a valid stage name", Files.Of(Alpine.Named("a b\nFROM evil")));
        yield return Case("reserved", Files.Of(Alpine.Named("scratch")));
        yield return Case("case does not tell them apart", Files.Of(Alpine.Named("a"), Alpine.Named("A")));
        yield return Case("did you mean 'builder'?", Files.Of(Alpine.Named("builder"), Alpine.CopyFrom("bulder", "/a", "/a")));
        yield return Case("did you mean 'builder'?", Files.Of(Alpine.Named("builder"), Stage.From(StageBase.Stage("buildr"))));
        yield return Case("comes later: move that stage up", Files.Of(Alpine.CopyFrom("b", "/a", "/a"), Alpine.Named("b")));
        yield return Case("comes later", Files.Of(Stage.From(StageBase.Stage("b")), Alpine.Named("b")));
        yield return Case("refers to the stage itself", Files.Of(Alpine.Named("a").CopyFrom("a", "/a", "/a")));
        yield return Case("in a cycle",
            Files.Of(Alpine.Named("a").CopyFrom("b", "/a", "/a"), Alpine.Named("b").CopyFrom("a", "/a", "/a")));
        yield return Case("is not a valid image", Files.Of(Stage.From("Alpine Linux")));
        yield return Case("neither a stage nor an image", Files.Of(Alpine.CopyFrom("UP/x:", "/a", "/a")));
        yield return Case("there is no stage 7", Files.Of(Alpine.CopyFrom("7", "/a", "/a")));
        yield return Case("no variable there", Files.Of(Alpine.CopyFrom("$X", "/a", "/a")));
        yield return Case("not a global argument", Files.Of(Stage.From("golang:${GO}")));
        yield return Case("is not a valid image", Files.Of(Alpine) with { Syntax = "a b" });
        yield return Case("is not a valid argument name", Files.Of(Alpine) with { Arguments = [new("1")] });
        yield return Case("relative", Files.With(new RunInstruction(new ShellCommand("a")) { Mounts = [RunMount.Cache("c")] }));
        yield return Case("quotes, backslashes",
            Files.With(new RunInstruction(new ShellCommand("a")) { Mounts = [RunMount.Cache("/c\"")] }));
        yield return Case("relative", Files.With(new VolumeInstruction("v")));
        yield return Case("no WORKDIR", Files.Of(Stage.From("scratch").Copy("a", "b")));
        yield return Case("no absolute WORKDIR", Files.Of(Alpine.Workdir("a")));
        yield return Case("a source is empty", Files.With(new CopyInstruction([""], "/a")));
        yield return Case("there is no source", Files.With(new CopyInstruction([], "/a")));
        yield return Case("the destination is empty", Files.With(new CopyInstruction(["a"], "")));
        yield return Case("end the destination '/d' in '/'", Files.With(new CopyInstruction(["a", "b"], "/d")));
        yield return Case("leaves the build context", Files.With(new CopyInstruction(["a/../../b"], "/d")));
        yield return Case("reads as a heredoc", Files.With(new CopyInstruction(["<<a"], "/d")));
        yield return Case("the command is empty", Files.With(new RunInstruction(new ShellCommand(" \n"))));
        yield return Case("is not a variable name", Files.With(new EnvInstruction("A B", "c")));
        yield return Case("has a newline", Files.With(new EnvInstruction("A", "b\nRUN evil")));
        yield return Case("a NUL character", Files.With(new EnvInstruction("A", "\0")));
        yield return Case("half a surrogate pair", Files.With(new LabelInstruction("a", "\ud800")));
        yield return Case("is not a valid label name", Files.With(new LabelInstruction("a=b", "c")));
        yield return Case("expected ${NAME}", Files.With(new EnvInstruction("A", "${") { Expand = true }));
        yield return Case("1 to 65535", Files.Of(Alpine.Expose(0)));
        yield return Case("1 to 65535", Files.Of(Alpine.Expose(65536)));
        yield return Case("is not a valid protocol", Files.Of(Alpine.Expose(80, "http")));
        yield return Case("control character", Files.With(new UserInstruction("a\nRUN evil")));
        yield return Case("has a FROM", Files.With(new RawInstruction("RUN a\nfrom evil")));
        yield return Case("would join the next", Files.With(new RawInstruction("RUN a \\")));
        yield return Case("ONBUILD takes no ONBUILD",
            Files.With(new OnBuildInstruction(new OnBuildInstruction(new CmdInstruction(new ExecCommand(["a"]))))));
        yield return Case("--network is 'x'", Files.With(new RunInstruction(new ShellCommand("a")) { Network = "x" }));
        yield return Case("expected a digest", Files.With(new AddInstruction(["https://a/b"], "/b") { Checksum = "x" }));
        yield return Case("longer than 65535 bytes", Files.With(new EnvInstruction("A", new string('a', 70000))));
        yield return Case("NONE takes no options", Files.With(HealthcheckInstruction.None with { Retries = 1 }));
        static TestCaseData Case(string problem, Dockerfile file) => new TestCaseData(problem, file).SetArgDisplayNames(problem);
    }

    [TestCaseSource(nameof(Wrong))]
    public void A_problem_is_told(string problem, Dockerfile file)
    {
        Assert.That(Files.Problems(file), Has.One.Contains(problem));
        Assert.That(() => file.ToString(), Throws.InstanceOf<DockerfileException>());
    }

    [Test]
    public void All_problems_are_told_at_once_with_their_places()
    {
        var problems = Files.Problems(Files.Of(Alpine.Named("b").Run("").Env("A", "\n"), Alpine.Expose(0)));

        Assert.That(problems.Select(problem => problem.Split(':')[0]),
            Is.EqualTo(new[] { "stage 'b', instruction 1 (RUN)", "stage 'b', instruction 2 (ENV)", "stage 1 (FROM alpine" }));
    }

    [Test]
    public void Usual_files_have_no_problem() =>
        Assert.That(Files.Problems(Files.Of(
            Alpine.Named("alpine").OnPlatform("$BUILDPLATFORM").Copy("a", "b").Add("https://example.com/a.tgz", "/"),
            Stage.From(StageBase.Stage("alpine"))
                .CopyFrom("0", "/a", "/a")
                .CopyFrom("nginx:latest", "/etc/nginx/nginx.conf", "/nginx.conf"))), Is.Empty);
}
