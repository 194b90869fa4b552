using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class SiteProjectTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    private ImageProject Project(Action<SiteProjectSettings>? configure = null)
    {
        var settings = new SiteProjectSettings();
        configure?.Invoke(settings);
        return SitePreset.Describe(_folder.Path, settings);
    }

    [Test]
    public void Hugo_makes_a_site_that_nginx_serves()
    {
        _folder.Files("hugo.toml", "content/_index.md");
        Assert.That(Project(site => site.Variants.Add(new Variant(Variant.Development, Cake.MultiStage.Dockerfiles.Stage.From("busybox:1")))).ToDockerfile().ToString(), Is.EqualTo(
            """
            FROM ghcr.io/gohugoio/hugo:latest AS builder
            USER root
            WORKDIR /src
            COPY . .
            RUN --mount=type=cache,target=/cache hugo --minify --destination public

            FROM busybox:1 AS development

            FROM nginxinc/nginx-unprivileged:stable AS final
            COPY --from=builder /src/public/ /usr/share/nginx/html
            EXPOSE 8080
            USER 101:101

            """));
    }

    [TestCase("@11ty/eleventy", "/src/_site/")]
    [TestCase("vite", "/src/dist/")]
    public void A_tool_of_Nodes_puts_its_output_where_it_always_does(string package, string output)
    {
        _folder.File("package.json", $$"""{ "scripts": { "build": "x" }, "devDependencies": { "{{package}}": "1" } }""").File("package-lock.json");
        Assert.That(Project().Artifacts[0].Source, Is.EqualTo(output));
        Assert.That(Project().ToDockerfile().ToString(), Does.Contain("npm ci").And.Contain("npm run build"));
    }

    [Test]
    public void Finished_pages_are_taken_as_they_are()
    {
        _folder.File("public/index.html");
        Assert.That(Project().Artifacts[0].Source, Is.EqualTo("/src/public/"));
        Assert.That(Project().ToDockerfile().ToString(), Does.Contain("COPY public public/"));
    }

    [Test]
    public void A_folder_without_pages_is_told() =>
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("no index.html"));
}
