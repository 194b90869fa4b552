using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Dockerfiles.Reading;
using Cake.MultiStage.Images;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles.Reading;

/// <summary>What was read is written as it stood; what was changed, in its place.</summary>
public sealed class SourceTests
{
    private const string Odd =
        "\uFEFF# syntax=docker/dockerfile:1\r\n#  head\r\n\r\narg  V=1\r\n\r\n# of build\r\nfrom   golang:$V   as Build\r\n\tenv a=1   "
            + "b='2 3' \\\r\n\r\n  # why\r\n  c=4\r\nRUN <<EOF\r\nx\r\nEOF\r\n\r\n  # below\r\nFROM debian:stable\r\ncopy --from=Build  /a "
            + "  /b\r\nCOPY --from=busybox:1 /c /d # no comment\r\nNEW  thing\r\n\r\n# tail";

    private static readonly Dictionary<string, string> NoArguments = new(StringComparer.Ordinal);

    private static Dockerfile Read(string text) => DockerfileReader.Read(text);

    private static string Mirrored(string text) =>
        Read(text).WithImages(NoArguments, image => ImageReference.Parse("mirror.test/" + image)).ToString();

    [TestCase(Odd)]
    [TestCase("FROM a")]
    [TestCase("\n\n  FROM a\\\n\n")]
    [TestCase("FROM a\nRUN x \\\n")]
    [TestCase("ARG A\nARG B\n\nFROM a\n")]
    [TestCase("FROM a AS x\nFROM b AS x\nFROM c\nCOPY --from=x / /\nEXPOSE 0 notaport\nUSER\t\"\"\n")]
    public void What_nobody_changes_stays_byte_for_byte(string text)
    {
        Assert.That(Read(text).ToString(), Is.EqualTo(text));
        Assert.That(Read(text).WithImages(NoArguments, image => image).ToString(), Is.EqualTo(text));
    }

    [Test]
    public void Other_images_change_their_lines_alone() => Assert.That(
        Mirrored(Odd.Replace(" # no comment", "", StringComparison.Ordinal)),
        Is.EqualTo(Odd.Replace(" # no comment", "", StringComparison.Ordinal)
            .Replace("from   golang:$V   as Build\r\n", "FROM mirror.test/golang:1 AS Build\n", StringComparison.Ordinal)
            .Replace("FROM debian:stable\r\n", "FROM mirror.test/debian:stable\n", StringComparison.Ordinal)
            .Replace("COPY --from=busybox:1 /c /d\r\n", "COPY --from=mirror.test/busybox:1 /c /d\n", StringComparison.Ordinal)));

    [Test]
    public void A_changed_mount_has_its_line_anew() => Assert.That(
        Mirrored("FROM scratch\n# c\nRUN --mount=from=busybox:1,target=/b \\\n # d\n  x\nRUN  y\n"),
        Is.EqualTo("FROM scratch\n# c\nRUN --mount=type=bind,from=mirror.test/busybox:1,target=/b x\nRUN  y\n"));

    [Test]
    public void What_is_added_stands_where_it_was_put_and_what_is_taken_away_is_gone()
    {
        var file = Read("FROM a\n\nUSER  u\n# of x\nRUN  x\nCMD  y");
        var instructions = file.Stages[0].Instructions;
        var changed = file with { Stages = [file.Stages[0] with { Instructions = [instructions[0], new WorkdirInstruction("/w"),
            instructions[1], instructions[3], new StopSignalInstruction("9")] }] };
        Assert.That(changed.ToString(), Is.EqualTo("FROM a\n\nUSER  u\nWORKDIR /w\n# of x\nCMD  y\nSTOPSIGNAL 9\n"));
    }

    [Test]
    public void A_line_of_which_one_part_is_changed_is_written_anew()
    {
        var file = Read("FROM a\n\nENV  a=1  b=2\nUSER  u\n");
        var instructions = file.Stages[0].Instructions;
        var changed = file with { Stages = [file.Stages[0] with { Instructions = [instructions[0], new EnvInstruction("b", "3"),
            instructions[2]] }] };
        Assert.That(changed.ToString(), Is.EqualTo("FROM a\n\nENV a=1\nENV b=3\nUSER  u\n"));
    }

    [Test]
    public void A_changed_syntax_is_the_first_line() =>
        Assert.That((Read("# syntax=a\n# check=skip=all\nFROM b\n") with { Syntax = "docker/dockerfile:1" }).ToString(),
            Is.EqualTo("# syntax=docker/dockerfile:1\n# check=skip=all\nFROM b\n"));

    [Test]
    public void Lines_are_known_by_their_numbers()
    {
        var lines = Read(Odd).Render().Lines;
        Assert.That(lines.Where(line => line.Instruction is not CommentInstruction)
            .Select(line => (line.StageIndex, line.StageName, line.FirstLine, line.LastLine)), Is.EqualTo(new (int, string?, int, int)[]
        {
            (-1, null, 4, 4), (0, "Build", 7, 7), (0, "Build", 8, 11), (0, "Build", 12, 14), (1, null, 17, 17), (1, null, 18, 18),
            (1, null, 19, 19), (1, null, 20, 20),
        }));
        Assert.That(Read(Odd).Place(0, 0), Is.EqualTo("line 8 (ENV)"));
        Assert.That(Read(Odd).Place(0), Is.EqualTo("line 7 (FROM golang:$V AS Build)"));
    }

    [Test]
    public void Other_stages_become_blank_lines() => Assert.That(
        Read("# h\nFROM a AS x\nRUN <<E\n1\nE\n\n# c\nFROM b AS y\nRUN  z\n").Render("y", NoArguments).Text,
        Is.EqualTo("# h\n\n\n\n\n\n# c\nFROM b AS y\nRUN  z\n"));

    [Test]
    public void Stages_that_need_each_other_are_an_error() => Assert.That(
        Read("FROM a AS x\nCOPY --from=y / /\n\nFROM b AS y\nCOPY --from=x / /\n").Problems(),
        Is.EqualTo(
            new[] { "line 1 (FROM a AS x): the stage needs itself, through what it copies or starts from: move what they share into a "
                + "stage of its own",
                    "line 4 (FROM b AS y): the stage needs itself, through what it copies or starts from: move what they share into a "
                        + "stage of its own" }));

    [Test]
    public void A_change_that_the_escape_character_would_spoil_is_an_error() => Assert.That(
        Assert.Throws<DockerfileException>(() => Mirrored("# escape=`\nFROM scratch\nCOPY --from=a:1 c:\\x /y\n"))!.Message,
        Does.Contain(
            "line 2 (FROM scratch), changed COPY: it has a backslash or a backtick, and the file's escape character is a backtick"));

    [Test]
    public void The_legacy_builder_gets_the_file_as_it_stands_but_for_what_it_does_not_know() => Assert.That(
        Read("# syntax=x\nFROM  a\nRUN  b \\\n  c\nCOPY --link  d  e\nRUN --mount=type=cache,target=/c --network=default f\nCMD  g\n")
            .ForLegacyBuilder()
            .ToString(),
        Is.EqualTo("# syntax=x\nFROM  a\nRUN  b \\\n  c\nCOPY d e\nRUN f\nCMD  g\n"));

    [TestCase("RUN <<E\na\nE", "line 2 (RUN): a heredoc needs BuildKit")]
    [TestCase("RUN cat <<E >f\na\nE", "line 2 (RUN): a heredoc needs BuildKit")]
    [TestCase("ONBUILD COPY --chmod=1 a b", "line 2 (ONBUILD): --chmod needs BuildKit")]
    [TestCase("RUN --mount=type=bind,target=/a x", "line 2 (RUN): --mount=type=bind needs BuildKit")]
    public void The_legacy_builder_is_refused_what_it_can_not_do(string text, string problem) =>
        Assert.That(Assert.Throws<DockerfileException>(() => Read("FROM a\n" + text).ForLegacyBuilder())!.Message, Does.Contain(problem));
}
