using Cake.MultiStage.Dockerfiles;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Dockerfiles;

/// <summary>What the legacy builder is sent: the stages that the target needs, every line where it was.</summary>
public sealed class PartialRenderTests
{
    private static readonly Dictionary<string, string> NoArguments = new(StringComparer.Ordinal);

    private static readonly Dockerfile Example = new()
    {
        Stages =
        [
            Stage.From("a").Named("builder").Run("one"),
            Stage.From(StageBase.Stage("builder")).Named("test").Run("two \\\n three"),
            Stage.From(StageBase.Scratch).Named("final").CopyFrom("builder", "/a", "/a"),
        ],
    };

    [Test]
    public void Blank_lines_stand_in_place_of_the_other_stages()
    {
        var text = Example.Render(target: null, NoArguments);
        Assert.That(text.Text, Is.EqualTo("FROM a AS builder\nRUN one\n\n\n\n\n\nFROM scratch AS final\nCOPY --from=builder /a /a\n"));
        Assert.That(text.Lines.Select(line => (line.StageName, line.FirstLine)),
            Is.EqualTo([("builder", 1), ("builder", 2), ("final", 8), ("final", 9)]));
        Assert.That(Example.Render().Lines[^1].FirstLine, Is.EqualTo(9));
    }

    [Test]
    public void The_target_says_which_stages_are_needed() =>
        Assert.That(Example.Render("test", NoArguments).Text.TrimEnd(),
            Is.EqualTo("FROM a AS builder\nRUN one\n\nFROM builder AS test\nRUN two \\\n three"));

    [Test]
    public void Stages_referred_to_by_number_are_all_kept()
    {
        var numbered = Example with { Stages = [.. Example.Stages.SkipLast(1),
            Stage.From(StageBase.Scratch).Named("final").CopyFrom("0", "/a", "/a")] };
        Assert.That(numbered.Render(target: null, NoArguments).Text, Is.EqualTo(numbered.ToString()));
    }

    [Test]
    public void Lines_that_a_shell_joins_are_written_as_lines() =>
        Assert.That(Example.ToString(), Does.Contain("RUN two \\\n three\n"));
}
