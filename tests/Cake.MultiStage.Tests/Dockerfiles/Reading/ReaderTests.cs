using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Dockerfiles.Reading;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles.Reading;

public sealed class ReaderTests
{
    private static Dockerfile Read(string text) => DockerfileReader.Read(text);

    private static IReadOnlyList<Instruction> Instructions(string text) => Read("FROM a\n" + text).Stages[0].Instructions;

    private static T Only<T>(string text)
        where T : Instruction => Instructions(text) is [T only] ? only : throw new AssertionException(RecordText.Of(Instructions(text)));

    [Test]
    public void What_is_written_is_read_as_it_was([Range(0, 399)] int seed)
    {
        var file = new RandomDockerfile(seed).Make();
        var text = file.ToString();
        var read = Read(text);
        Assert.That(RecordText.Of(read), Is.EqualTo(RecordText.Of(file)), text);
        Assert.That(read.ToString(), Is.EqualTo(text));
    }

    [Test]
    public void Directives_are_read_until_the_first_line_that_is_none()
    {
        var file = Read(
            "# Syntax = docker/dockerfile:1 experimental\n#escape=`\n# check=skip=all;error=true\n# a comment\n# escape=\\\nFROM a\nRUN a "
                + "`\n  b\n");
        Assert.That((file.Syntax, file.Check, file.Source!.Escape), Is.EqualTo(("docker/dockerfile:1", "skip=all;error=true", '`')));
        Assert.That(file.Stages[0].Instructions,
            Is.EqualTo(new[] { new RunInstruction(new ShellCommand("a   b")) })
                .Using<Instruction>((x, y) => RecordText.Of(x) == RecordText.Of(y)));
    }

    [TestCase("\n# escape=`\nFROM a\nRUN a `\n")]
    [TestCase("# unknown=x\n# escape=`\nFROM a\nRUN a `\n")]
    public void A_directive_after_something_else_is_a_comment(string text) => Assert.That(Read(text).Source!.Escape, Is.EqualTo('\\'));

    [Test]
    public void Lines_are_joined_over_comments_and_blank_lines()
    {
        var run = Only<RunInstruction>("run apt-get update && \\\n# a comment\n\n  # another\n    apt-get install \\\r\n  x\n");
        Assert.That(run.Command, Is.EqualTo(new ShellCommand("apt-get update &&     apt-get install   x")));
    }

    [Test]
    public void Lines_that_a_shell_joins_alike_stay_lines() =>
        Assert.That(Only<RunInstruction>("RUN --network=none a && \\\n    bc\n").Command, Is.EqualTo(new ShellCommand("a && \\\n    bc")));

    [Test]
    public void A_line_that_ends_in_two_escapes_goes_no_further() => Assert.That(Instructions("RUN a \\\\\nRUN b"), Has.Count.EqualTo(2));

    [TestCase("RUN [ \"a\", \"b\\u0063\" ]", "a", "bc")]
    [TestCase("RUN []")]
    public void A_JSON_array_is_the_exec_form(string text, params string[] arguments) =>
        Assert.That(((ExecCommand)Only<RunInstruction>(text).Command!).Arguments, Is.EqualTo(arguments));

    [TestCase("['a', 'b']")]
    [TestCase("[\"a\" ] && b")]
    [TestCase("[ -f x ]")]
    public void What_is_no_JSON_array_is_the_shell_form(string text) =>
        Assert.That(Only<RunInstruction>("RUN " + text).Command, Is.EqualTo(new ShellCommand(text)));

    [Test]
    public void A_heredoc_alone_is_the_script()
    {
        var run = Only<RunInstruction>("RUN --mount=type=cache,target=/c <<-EOF\n\tset -e\n\t\tx $Y\nb\n\tEOF\n");
        Assert.That((run.Command, run.Heredoc), Is.EqualTo(((Command?)null, "set -e\nx $Y\nb\n")));
        Assert.That(run.Mounts, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_quoted_heredoc_at_the_end_is_what_a_program_reads()
    {
        var run = Only<RunInstruction>("RUN python3 - <<'END'\nprint(1)\nEND");
        Assert.That((run.Command, run.Heredoc), Is.EqualTo(((Command?)new ShellCommand("python3 -"), "print(1)\n")));
    }

    [Test]
    public void Other_heredocs_reach_the_shell_with_their_line() =>
        Assert.That(
            Only<RunInstruction>(
                "RUN cat <<A >a && cat 3<<-\"B C\" >b\n$X\nA\n\ty\n\tB C\nUSER u".Replace("\nUSER u", "",
                    StringComparison.Ordinal)).Command,
            Is.EqualTo(new ShellCommand("cat <<A >a && cat 3<<-\"B C\" >b\n$X\nA\n\ty\nB C")));

    [TestCase("RUN echo '<<EOF'")]
    [TestCase("RUN echo \\<<EOF")]
    [TestCase("RUN [\"echo\", \"<<EOF\"]")]
    [TestCase("ENV A=<<EOF")]
    [TestCase("RUN cat <<<EOF")]
    [TestCase("RUN a=$((1<<2))")]
    public void What_is_no_heredoc_has_no_end(string text) => Assert.That(Instructions(text + "\nUSER u"), Has.Count.EqualTo(2));

    [Test]
    public void Inline_files_are_read()
    {
        var copy = Only<CopyInstruction>("COPY --chmod=0755 x <<a.sh <<-\"b\" /bin/\necho $X\na.sh\n\t$Y\nb\n");
        Assert.That(RecordText.Of(copy),
            Is.EqualTo(
                RecordText.Of(new CopyInstruction(["x"], "/bin/")
                    { Chmod = "0755", Files = [new("echo $X\n", "a.sh") { Expand = true }, new("$Y\n", "b")] })));
        Assert.That(Only<AddInstruction>("ADD <<EOF /x\nEOF").Files, Is.EqualTo(new[] { new InlineFile("") { Expand = true } }));
    }

    [TestCase("ENV a b  c", "a", "b  c", false)]
    [TestCase("ENV a \"b c\" d", "a", "b c d", false)]
    [TestCase("env a=b", "a", "b", false)]
    [TestCase("ENV a=\"b\\\"c\\d\"", "a", "b\"c\\d", false)]
    [TestCase("ENV a=b\\ c'\\d$e'", "a", "b c\\d$e", false)]
    [TestCase("ENV a=$b'$c'", "a", "$b\\$c", true)]
    [TestCase("ENV a=\"${b:-c \\\"d\\\"}\"", "a", "${b:-c \"d\"}", true)]
    [TestCase("ENV a=x$1$@y$", "a", "xy$", false)]
    [TestCase("ENV a=$éa-b", "a", "$éa-b", true)]
    [TestCase("ENV a=${b##*-}${c/a/b}", "a", "${b##*-}${c/a/b}", true)]
    [TestCase("ENV a=", "a", "", false)]
    public void A_variable_loses_its_quotes(string text, string name, string value, bool expand) =>
        Assert.That(Only<EnvInstruction>(text), Is.EqualTo(new EnvInstruction(name, value) { Expand = expand }));

    [Test]
    public void A_line_that_sets_several_is_several()
    {
        Assert.That(
            Instructions(
                "ENV a=1 b=\"2 3\"\nLABEL \"x y\"=1 z=2\nARG p q=1\nEXPOSE 80 443/udp\nVOLUME [\"/a b\", \"/c\"]\nVOLUME /d /e").Select(
                    RecordText.Of), Is.EqualTo(new Instruction[]
        {
            new EnvInstruction("a", "1"), new EnvInstruction("b", "2 3"), new LabelInstruction("x y", "1"), new LabelInstruction("z", "2"),
            new ArgInstruction("p"), new ArgInstruction("q", "1"), new ExposeInstruction("80"), new ExposeInstruction("443/udp"),
            new VolumeInstruction("/a b"), new VolumeInstruction("/c"), new VolumeInstruction("/d"), new VolumeInstruction("/e"),
        }.Select(RecordText.Of)));
    }

    [Test]
    public void Every_flag_is_read()
    {
        Assert.That(
            RecordText.Of(
                Only<CopyInstruction>(
                    "COPY --from=b --chown=a:b --chmod=0644 --link --parents=true --exclude=*.md --exclude=\"a b\" x y/ /z/")),
                        Is.EqualTo(RecordText.Of(
            new CopyInstruction(["x", "y/"], "/z/")
                { From = "b", Chown = "a:b", Chmod = "0644", Link = true, Parents = true, Exclude = ["*.md", "a b"] })));
        Assert.That(
            RecordText.Of(
                Only<AddInstruction>(
                    "ADD --keep-git-dir=true --checksum=sha256:1 --unpack=FALSE --link=false --chown=0 --exclude=a https://x/y.git /z")),
                        Is.EqualTo(RecordText.Of(
            new AddInstruction(["https://x/y.git"], "/z")
                { KeepGitDirectory = true, Checksum = "sha256:1", Unpack = false, Chown = "0", Exclude = ["a"] })));
        Assert.That(
            RecordText.Of(
                Only<HealthcheckInstruction>(
                    "HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=0s --start-interval=100ms --retries=3 cmd x")),
                        Is.EqualTo(RecordText.Of(
            new HealthcheckInstruction(new ShellCommand("x"))
                { Interval = TimeSpan.FromSeconds(90), Timeout = TimeSpan.FromSeconds(1.5), StartPeriod = TimeSpan.Zero,
                    StartInterval = TimeSpan.FromMilliseconds(100), Retries = 3 })));
        Assert.That(
            RecordText.Of(
                Only<RunInstruction>(
                    "RUN --security=insecure --device=a.b/c=d,required --mount=target=/t,from=b,rw --mount=type=tmpfs,dst=/u,size=64m "
                        + "--mount=type=secret,id=s,required -- --x")), Is.EqualTo(RecordText.Of(
            new RunInstruction(new ShellCommand("--x"))
                { Security = "insecure", Devices = ["a.b/c=d,required"],
                    Mounts = [RunMount.Bind(null, "/t", "b") with { Writable = true }, RunMount.Tmpfs("/u", 64 << 20),
                        RunMount.Secret("s", required: true)] })));
        Assert.That(Read("from --platform=$BUILDPLATFORM a as B").Stages[0] is { Platform: "$BUILDPLATFORM", Name: "B" });
    }

    [TestCase("FOO bar")]
    [TestCase("COPY --new=1 a b")]
    [TestCase("RUN --mount=type=cache,target=/c,new=1 a")]
    [TestCase("RUN --mount=type=cache,target=/c,uid=$U a")]
    [TestCase("ENV a=${b##\"$c\"}")]
    [TestCase("ENV a=${b^^}")]
    [TestCase("ONBUILD RUN <<EOF\na\nEOF")]
    [TestCase("HEALTHCHECK --interval=1ns CMD a")]
    public void What_has_no_record_stays_as_it_stands(string text)
    {
        Assert.That(Only<RawInstruction>(text + "\n").Text, Is.EqualTo(text + "\n"));
        Assert.That(Read("FROM a\n" + text).ToString(), Is.EqualTo("FROM a\n" + text));
    }

    [Test]
    public void Stages_and_images_are_told_apart()
    {
        var file = Read("ARG V=1\nFROM x AS later\nFROM ${V}\nFROM LATER\nFROM scratch\nFROM other\nFROM y AS other");
        Assert.That(file.Stages.Select(stage => RecordText.Of(stage.Base)), Is.EqualTo(new[]
        {
            StageBase.Image("x"), StageBase.Argument("${V}"), StageBase.Stage("LATER"), StageBase.Scratch, StageBase.Image("other"),
            StageBase.Image("y"),
        }.Select(RecordText.Of)));
        Assert.That(RecordText.Of(file.Arguments), Is.EqualTo(RecordText.Of(new[] { new ArgInstruction("V", "1") })));
    }

    [Test]
    public void A_name_that_two_stages_have_means_the_last_before()
    {
        var file = Read("FROM a AS x\nFROM b AS x\nFROM x AS y");
        Assert.That(file.RootImage(new Dictionary<string, string>(StringComparer.Ordinal), "y"), Is.EqualTo("b"));
    }

    [Test]
    public void Comments_are_the_stage_s_or_stand_in_it()
    {
        var file = Read("# head\n\n# of a\n#  more\nFROM a\n# in a\nUSER u\n# last\n\nFROM b\n");
        Assert.That(file.Stages.Select(stage => stage.Comment), Is.EqualTo(new[] { "of a\n more", null }));
        Assert.That(file.Stages[0].Instructions.Select(RecordText.Of),
            Is.EqualTo(
                new Instruction[] { new CommentInstruction("in a"), new UserInstruction("u"),
                    new CommentInstruction("last") }.Select(RecordText.Of)));
    }

    [TestCase("", 1, 1, "there are no instructions: a Dockerfile begins with FROM")]
    [TestCase("# only\n\n", 2, 1, "there are no instructions")]
    [TestCase("ARG a\n", 1, 1, "there is no FROM")]
    [TestCase("\n  RUN x\nFROM a", 2, 3, "RUN stands before the first FROM")]
    [TestCase("FROM a b", 1, 1, "FROM takes an image")]
    [TestCase("FROM a AS 1x", 1, 11, "'1x' is not a valid stage name")]
    [TestCase("FROM --new=1 a", 1, 1, "FROM knows --platform")]
    [TestCase("FROM a\nRUN a && \\\n  cat <<EOF\nx", 3, 7, "the heredoc '<<EOF' has no end: expected a line 'EOF'")]
    [TestCase("FROM a\nENV x", 2, 1, "ENV x has no value: write x=value")]
    [TestCase("FROM a\nENV x=1 y", 2, 1, "ENV has 'y', which is not a valid NAME=value")]
    [TestCase("FROM a\nLABEL =1", 2, 1, "LABEL has '=1'")]
    [TestCase("FROM a\nENV", 2, 1, "ENV takes at least one NAME=value")]
    [TestCase("FROM a\nARG =1", 2, 1, "ARG has a value without a name")]
    [TestCase("FROM a\nCMD [\"a\", 1]", 2, 1, "a JSON array here holds texts only")]
    [TestCase("FROM a\nRUN [\"a\", [\"b\"]]", 2, 1, "a JSON array here holds texts only")]
    [TestCase("FROM a\nCOPY a", 2, 1, "COPY takes at least two arguments")]
    [TestCase("FROM a\nCOPY a <<E\nE", 2, 1, "COPY has a heredoc as its destination")]
    [TestCase("FROM a\nSHELL bash -c", 2, 1, "SHELL takes a JSON array")]
    [TestCase("FROM a\nWORKDIR", 2, 1, "WORKDIR takes exactly one argument")]
    [TestCase("FROM a\nEXPOSE", 2, 1, "EXPOSE takes at least one port")]
    [TestCase("FROM a\nVOLUME []", 2, 1, "VOLUME has an empty path")]
    [TestCase("FROM a\nVOLUME", 2, 1, "VOLUME takes at least one path")]
    [TestCase("FROM a\nONBUILD ONBUILD RUN x", 2, 1, "ONBUILD takes no ONBUILD")]
    [TestCase("FROM a\nONBUILD", 2, 1, "ONBUILD takes an instruction")]
    [TestCase("FROM a\nHEALTHCHECK NONE x", 2, 1, "HEALTHCHECK NONE takes no arguments")]
    [TestCase("FROM a\nHEALTHCHECK TCP 70", 2, 1, "HEALTHCHECK has the type 'TCP'")]
    [TestCase("FROM a\nHEALTHCHECK CMD", 2, 1, "HEALTHCHECK CMD has no command")]
    [TestCase("# escape=x\nFROM a", 1, 1, "the escape character is 'x': it must be \\ or `")]
    [TestCase("# escape=`\n# escape=`\nFROM a", 2, 1, "the directive 'escape' stands twice")]
    [TestCase("ARG $é=1\nFROM a", 1, 1, "the ARG before the first FROM can't be read")]
    public void What_is_no_Dockerfile_is_an_error_with_its_place(string text, int line, int column, string problem)
    {
        var error = Assert.Throws<DockerfileException>(() => Read(text))!;
        Assert.That(error.Problems.Single(), Does.StartWith($"line {line}, column {column}: {problem}"));
    }

    [Test]
    public void Sizes_are_bounded()
    {
        Assert.That(Assert.Throws<DockerfileException>(() => Read("FROM a\nRUN " + new string('x', 70_000)))!.Message,
            Does.Contain("line 2, column 65535: the line is longer than 65535 bytes"));
        Assert.That(Assert.Throws<DockerfileException>(() => Read(new string('\n', DockerfileReader.LongestText + 1)))!.Message,
            Does.Contain("4194304 are read at most"));
        var deep = string.Concat(Enumerable.Repeat("${a:-", 9000)) + new string('}', 9000);
        Assert.That(Instructions("ENV x=" + deep), Has.One.InstanceOf<RawInstruction>());
        Assert.That(Read("FROM a\n" + string.Concat(Enumerable.Repeat("USER u\n", 20_000))).Stages[0].Instructions,
            Has.Count.EqualTo(20_000));
    }

    [Test]
    public void Bytes_that_are_no_UTF_8_have_a_place() =>
        Assert.That(
            Assert.Throws<DockerfileException>(
                () => DockerfileReader.Read("FROM a\n# ab"u8.ToArray().Concat(new byte[] { 0xE9, 0x0A }).ToArray().AsSpan()))!.Message,
                    Does.Contain("line 2, column 5: the bytes are not UTF-8"));
}
