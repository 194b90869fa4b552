using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>The images that one description yields.</summary>
public sealed class VariantTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() =>
        _folder = new TemporaryFolder()
            .File("go.mod", "module a\n\ngo 1.24\n")
            .File("main.go", "package main\n")
            .File("main_test.go", "package main\n");

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    private ImageProject Project(Action<GoProjectSettings>? configure = null)
    {
        var settings = new GoProjectSettings();
        configure?.Invoke(settings);
        return GoPreset.Describe(_folder.Path, settings);
    }

    [Test]
    public void A_preset_yields_development_test_and_production()
    {
        var project = Project();
        Assert.That(project.Variants.Select(variant => (variant.Name, variant.Target)),
            Is.EqualTo([("development", "development"), ("test", "test"), ("production", "final")]));
        Assert.That(project.VariantNamed("Test").Results, Is.EqualTo(new StageFolder("test-run", "/test-results")));
        Assert.That(project.ToDockerfile().Stages.Select(stage => stage.Name),
            Is.SupersetOf(new[] { "builder", "development", "test-run", "test", "final" }));
        Assert.That(project.ToDockerfile().FinalStage.Name, Is.EqualTo("final"));
    }

    [Test]
    public void A_users_own_is_added_or_takes_a_presets_place()
    {
        var own = Stage.From("busybox:stable");
        var project = Project(go =>
        {
            go.Variants.Add(new Variant("debug", own));
            go.Variants.Add(new Variant(Variant.Development, own));
        });
        Assert.That(project.Variants.Select(variant => variant.Name), Is.EqualTo(["test", "debug", "development", "production"]));
        Assert.That(project.ToDockerfile().ToString(),
            Does.Contain("FROM busybox:stable AS debug").And.Contain("FROM busybox:stable AS development"));
    }

    [Test]
    public void An_unknown_variant_lists_those_there_are()
    {
        Assert.That(() => Project().VariantNamed("staging"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("development, test, production"));
        File.Delete(_folder["main_test.go"]);
        Assert.That(() => Project().VariantNamed("test"), Throws.InstanceOf<MultiStageException>().With.Message.Contains("TestCommand"));
    }

    [Test]
    public void Settings_say_how_to_test_and_to_develop()
    {
        var text = Project(go => (go.TestCommand, go.DevelopmentCommand) = ("make check", ["air"])).ToDockerfile().ToString();
        Assert.That(text, Does.Contain("(make check); echo $?").And.Contain("CMD [\"air\"]"));
    }

    [Test]
    public void Every_ecosystem_has_a_preset([Values] Ecosystem ecosystem)
    {
        using var empty = new TemporaryFolder();
        Assert.That(() => EcosystemPresets.Describe(ecosystem, empty.Path, new DetectSettings()),
            Throws.InstanceOf<MultiStageException>().With.Message.Not.Contain("no preset"));
    }
}
