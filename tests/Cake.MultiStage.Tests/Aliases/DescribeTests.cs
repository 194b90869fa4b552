using Cake.Core.Diagnostics;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Projects;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Aliases;

/// <summary>What the aliases that describe a project tell beside the description.</summary>
public sealed class DescribeTests : CakeFixture
{
    private static IEnumerable<(LogLevel Level, string Text)> Lines(ImageProject project) =>
        project.Assumptions.Select(
            assumption => (assumption.Doubtful ? LogLevel.Warning : LogLevel.Information, $"'{project.Name}': {assumption.Text}"));

    [Test]
    public void An_assumption_is_information_and_one_that_makes_the_result_doubtful_a_warning()
    {
        _folder.File("package.json", """{ "scripts": { "build": "make" } }""")
            .File("app/main.go", "package main\n\nfunc main() {}\n")
            .File("go.mod", "module example.com/hello\n");
        var project = Cake().MultiStageSite(".");
        Assert.That(project.Assumptions, Has.One.Property("Doubtful").True);
        Assert.That(_log.Written.Select(line => (line.Level, line.Text)), Is.EqualTo(Lines(project)));
        _log.Written.Clear();
        project = Cake().MultiStageGo("./app");
        Assert.That(project.Assumptions, Has.Some.Property("Doubtful").False);
        Assert.That(_log.Written.Select(line => (line.Level, line.Text)), Is.EqualTo(Lines(project)));
    }

    [Test]
    public void Detection_says_what_it_found_before_what_was_assumed()
    {
        _folder.File("main.go", "package main\n");
        var project = Cake().MultiStageDetect(".");
        Assert.That(project.Assumptions, Has.Some.Property("Doubtful").True);
        Assert.That(_log.Written[0].Text, Does.StartWith($"Detected '{project.Name}'").And.Contain("Go"));
        Assert.That(_log.Written.Skip(1).Select(line => (line.Level, line.Text)), Is.EqualTo(Lines(project)));
    }
}
