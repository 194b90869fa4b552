using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Aliases;

/// <summary>An image that nothing names is named by its project; what does not ship gets no such name.</summary>
public sealed class ImageNameTests
{
    [TestCase("hello", "hello:latest")]
    [TestCase("Shop.Web", "shop.web:latest")]
    [TestCase("My app (new)", "my-app-new:latest")]
    [TestCase("_x_", "x:latest")]
    [TestCase("日本", null)]
    public void A_project_names_its_image(string project, string? name) =>
        Assert.That(Named(Project(project), new MultiStageBuildSettings()), Is.EqualTo(name));

    [Test]
    public void Given_tags_and_other_stages_are_left_alone()
    {
        var project = Project("hello") with { Variants = [new(Variant.Production), new("test") { Stage = Stage.From("x") }] };
        Assert.That(Named(project, new MultiStageBuildSettings { Target = "builder" }), Is.Null);
        Assert.That(Named(project with { Target = "builder" }, new MultiStageBuildSettings()), Is.Null);
        Assert.That(Named(project, new MultiStageBuildSettings { Variant = "test" }), Is.EqualTo("hello:latest-test"));
        var request = Request with { Tags = [ImageReference.Parse("a:1")] };
        Assert.That(ProjectRequest.Named(request, project, new MultiStageBuildSettings()), Is.EqualTo((request, (ImageReference?)null)));
    }

    private static BuildRequest Request => new() { Dockerfile = new Dockerfile { Stages = [] }, ContextDirectory = "/x" };

    private static ImageProject Project(string name) =>
        new() { Name = name, ContextDirectory = "/x", Builder = Stage.From("golang:1.25").Named("builder") };

    private static string? Named(ImageProject project, MultiStageBuildSettings settings)
    {
        var (request, name) = ProjectRequest.Named(Request, project, settings);
        Assert.That(request.Tags, name is null ? Is.Empty : Is.EqualTo([name]));
        return name?.ToString();
    }
}
