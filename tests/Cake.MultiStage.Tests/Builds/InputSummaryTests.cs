using Cake.MultiStage.Building;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Builds;

/// <summary>What an image keeps of what it was made of tells the next build what changed, and gives nothing away.</summary>
public sealed class InputSummaryTests
{
    private static readonly BuildInput[] Inputs =
    [
        new(BuildInputKind.File, "go.mod", "File 644 1"),
        new(BuildInputKind.File, "src", "Directory 755 "),
        new(BuildInputKind.File, "src/web/a.go", "File 644 2"),
        new(BuildInputKind.File, "src/web/b/c.go", "File 644 3"),
        new(BuildInputKind.Dockerfile, "", "FROM scratch\n"),
        new(BuildInputKind.Base, "golang:1.25", "sha256:aa"),
        new(BuildInputKind.Argument, "VERSION", "1.4-private"),
        new(BuildInputKind.Secret, "npm", ""),
        new(BuildInputKind.Label, "team", "shop"),
        new(BuildInputKind.Setting, "platform", "linux/amd64"),
    ];

    [Test]
    public void The_same_is_the_same_after_it_was_written_and_read()
    {
        var summary = Of(Inputs);
        var read = InputSummary.Parse(summary.ToString())!;
        Assert.That(read.DifferencesFrom(summary), Is.Empty);
        Assert.That(summary.DifferencesFrom(read), Is.Empty);
        Assert.That(summary.ToString(), Does.Not.Contain("1.4-private").And.Contain("linux/amd64").And.Contain("src/web"));
    }

    [TestCase(BuildInputKind.File, "src/web/b/c.go", "File 644 4", "src/web changed")]
    [TestCase(BuildInputKind.File, "src", "Directory 700 ", "src changed")]
    [TestCase(BuildInputKind.Dockerfile, "", "FROM busybox\n", "the Dockerfile changed")]
    [TestCase(BuildInputKind.Base, "golang:1.25", "sha256:bb", "base golang:1.25 moved")]
    [TestCase(BuildInputKind.Argument, "VERSION", "1.5-private", "argument VERSION changed")]
    [TestCase(BuildInputKind.Label, "team", "web", "label team changed")]
    [TestCase(BuildInputKind.Setting, "platform", "linux/arm64", "platform: linux/amd64 → linux/arm64")]
    [TestCase(BuildInputKind.Secret, "nuget", "", "secret nuget is new")]
    [TestCase(BuildInputKind.Argument, "EDITION", "full", "argument EDITION is new")]
    public void A_change_is_named(object kind, string name, string value, string told)
    {
        var input = new BuildInput((BuildInputKind)kind, name, value);
        var now = Inputs.Where(other => (other.Kind, other.Name) != (input.Kind, input.Name)).Append(input);
        Assert.That(Of(now).DifferencesFrom(InputSummary.Parse(Of(Inputs).ToString())!), Is.EqualTo([told]));
    }

    [Test]
    public void What_is_gone_is_named() =>
        Assert.That(Of(Inputs.Where(input => input.Name is not ("go.mod" or "npm"))).DifferencesFrom(Of(Inputs)),
            Is.EqualTo(["go.mod is gone", "secret npm is no longer there"]));

    [Test]
    public void Of_many_folders_the_upper_ones_are_told()
    {
        static BuildInput File(string path, string value = "1") => new(BuildInputKind.File, path, value);
        List<BuildInput> many = [.. Enumerable.Range(0, 150).Select(number => File($"src/{number}/a.go"))];
        Assert.That(Of(many.Append(File("src/7/b.go"))).DifferencesFrom(Of(many)), Is.EqualTo(["src changed"]));
        List<BuildInput> most = [.. Enumerable.Range(0, 150).Select(number => File($"{number}/a.go"))];
        Assert.That(Of(most.Append(File("b.go"))).DifferencesFrom(Of(most)), Is.EqualTo(["the files changed"]));
        Assert.That(Of(most).ToString(), Has.Length.LessThan(100));
        Assert.That(Of(many).DifferencesFrom(Of(most))[0], Is.EqualTo("files changed, and are in other folders"));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"Depth":"two"}""")]
    [TestCase("""{"Depth":1,"File":["a"]}""")]
    [TestCase("""{"Depth":1,"File":{"a":1}}""")]
    public void Another_text_is_none(string? text) => Assert.That(InputSummary.Parse(text), Is.Null);

    private static InputSummary Of(IEnumerable<BuildInput> inputs) => InputSummary.Of(new BuildInputs([.. inputs]));
}
