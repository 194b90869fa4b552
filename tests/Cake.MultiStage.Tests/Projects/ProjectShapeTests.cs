using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.C;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Shapes of projects in which several ecosystems meet, or which are no programs.</summary>
public sealed class ProjectShapeTests : FolderFixture
{
    private const string Vite = "{\"scripts\":{\"build\":\"vite build\"},\"devDependencies\":{\"vite\":\"8.0.0\"}}";

    private ImageProject Detected() => ProjectDetector.Describe(_folder.Path, new DetectSettings());

    private string Text() => Detected().ToDockerfile().ToString();

    private static Exception Refused(Func<ImageProject> describe) =>
        Assert.Throws(Is.InstanceOf<MultiStageException>(), () => describe())!;

    [TestCase("theme.toml", "name = \"x\"\n")]
    [TestCase("go.mod", "module github.com/x/theme\n\ngo 1.16\n")]
    public void A_theme_of_Hugo_is_no_program_and_no_site(string file, string text)
    {
        _folder.File(file, text).File("layouts/index.html").File("exampleSite/hugo.toml", "title = 'x'\n");
        Assert.That(Refused(Detected).Message, Does.Contain("is a theme of Hugo").And.Contain("MultiStageSite(\"exampleSite\")"));
        Assert.That(Refused(() => SitePreset.Describe(_folder.Path, new SiteProjectSettings())).Message,
            Does.Contain("is a theme of Hugo"));
    }

    [Test]
    public void A_go_mod_without_Go_is_refused()
    {
        _folder.File("go.mod", "module example.com/x\n\ngo 1.24\n");
        Assert.That(Refused(() => GoPreset.Describe(_folder.Path, new GoProjectSettings())).Message,
            Does.Contain("has a go.mod and no Go source"));
        _folder.File("tool.go", "package main\n\n//go:generate tool\n").File("cmd/x/main.go", "package main\n\nfunc main() {}\n");
        Assert.That(GoPreset.Describe(_folder.Path, new GoProjectSettings()).ToDockerfile().ToString(), Does.Contain(" ./cmd/x\n"));
    }

    [Test]
    public void An_example_with_a_server_makes_no_server_of_a_workspace()
    {
        _folder.File("package.json", "{\"private\":true,\"workspaces\":[\"web\",\"examples/*\"]}").File("package-lock.json", "{}")
            .File("web/package.json", Vite.Replace("{\"scripts", "{\"name\":\"web\",\"scripts", StringComparison.Ordinal))
            .File("web/index.html")
            .File("examples/next/package.json", "{\"name\":\"next-example\",\"dependencies\":{\"next\":\"16.0.0\"}}");
        Assert.That(Text(), Does.Contain("COPY --from=builder /app/web/dist/ /usr/share/nginx/html"));
    }

    [Test]
    public void A_workspace_of_uv_beside_one_of_Node_is_no_configuration_of_tools()
    {
        _folder.File("package.json", "{\"private\":true,\"workspaces\":[\"web\"]}").File("web/package.json", Vite).File("web/index.html")
            .File("pyproject.toml", "[tool.uv.workspace]\nmembers = [\"backend\"]\n").File("uv.lock", "version = 1\n")
            .File("backend/pyproject.toml", "[project]\nname = \"backend\"\nversion = \"1\"\n").File("backend/main.py");
        Assert.That(Refused(Detected).Message, Does.Contain("MultiStagePython(\"./backend\")"));
    }

    [Test]
    public void The_gem_of_a_theme_of_Jekyll_is_a_site()
    {
        _folder.File("theme.gemspec", "Gem::Specification.new do |s|\n  s.name = 'x'\n  s.add_runtime_dependency 'jekyll', '>= 4'\nend\n")
            .File("Gemfile", "source 'https://rubygems.org'\ngemspec\n").File("_config.yml", "title: x\n").File("_layouts/default.html")
            .File("bin/theme", "#!/usr/bin/env ruby\n").File("lib/theme.rb");
        Assert.That(Text(), Does.Contain("jekyll build").And.Contain("nginx"));
    }

    [Test]
    public void Pages_of_a_Python_program_are_made_by_Node()
    {
        _folder.File("requirements.txt", "flask==3.1\ngunicorn==23.0\n").File("app.py", "from flask import Flask\napp = Flask(__name__)\n")
            .File("package.json", "{\"scripts\":{\"build\":\"rollup -c\"},\"devDependencies\":{\"rollup\":\"4.0.0\"}}")
            .File("package-lock.json", "{}");
        var text = Text();
        Assert.That(text, Does.Contain("COPY --from=node:"));
        int[] order = [text.IndexOf("npm ci", StringComparison.Ordinal), text.IndexOf("COPY . .", StringComparison.Ordinal),
            text.IndexOf("npm run build", StringComparison.Ordinal)];
        Assert.That(order, Is.Ordered.Ascending.And.All.GreaterThan(0));
        Assert.That(text, Does.Contain("rm -rf package-lock.json package.json"));
    }

    [TestCase("<?php return ['default' => env('DB_CONNECTION', 'mysql')];", "pdo_mysql")]
    [TestCase("<?php return ['default' => 'pgsql'];", "pdo_pgsql")]
    public void The_database_of_Laravel_is_what_its_settings_have_by_default(string settings, string extension)
    {
        _folder.File("composer.json", "{\"require\":{\"php\":\"^8.4\",\"laravel/framework\":\"^12.0\"}}").File("artisan")
            .File("public/index.php", "<?php").File(".env.example", "APP_KEY=\n").File("app/Config/database.php", settings);
        Assert.That(Text(), Does.Contain(extension));
    }

    [Test]
    public void Where_a_preset_can_not_the_error_names_what_else_the_folder_could_be()
    {
        _folder.File("pyproject.toml", "[project]\nname = \"theme\"\nversion = \"1\"\n").File("theme/__init__.py")
            .File("mkdocs.yml", "site_name: x\n").File("docs/index.md");
        Assert.That(Refused(Detected).Message, Does.Contain("does not show what to run")
            .And.Contain("mkdocs.yml is there, too, and would be of Site")
            .And.Contain("Set detect.Ecosystem"));
    }

    [Test]
    public void Pages_that_are_made_into_a_source_of_the_program_are_taken_as_they_are()
    {
        _folder.File("Makefile", "shop: src/main.c\n\tcc\n").File("src/main.c").File("src/pages.h")
            .File("html/package.json", Vite).File("html/index.html")
            .File("html/gulpfile.js", "task('default', () => src('dist/index.html').pipe(rename('pages.h')).pipe(dest('../src/')))");
        var project = CPreset.Describe(_folder.Path, new CProjectSettings());
        Assert.That(project.Assumptions, Has.One.Property("Text").Contains(
            "'html' has pages that Vite makes, and that the program takes in by way of src/pages.h"));
        Assert.That(project.Assumptions.Where(one => one.Doubtful), Is.Empty);
    }

    [Test]
    public void Pages_that_the_packages_of_the_root_make_are_told_too()
    {
        _folder.File("src/Server/Server.fsproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFramework>net10.0"
            + "</TargetFramework></PropertyGroup></Project>").File("package.json", """{ "devDependencies": { "vite": "7" } }""")
            .File("src/Client/vite.config.mts", "export default {}").File("src/Client/index.html");
        Assert.That(DotNetPreset.Describe(_folder.Path, new DotNetProjectSettings()).Assumptions,
            Has.One.Property("Text").Contains("'src/Client' has pages that Vite makes, and no step here does"));
    }

    [Test]
    public void Pages_beside_a_program_that_nothing_builds_are_told()
    {
        _folder.File("Web.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFramework>net10.0</TargetFramework>"
            + "</PropertyGroup></Project>").File("UI/package.json", Vite).File("UI/index.html");
        var project = DotNetPreset.Describe(_folder.Path, new DotNetProjectSettings());
        Assert.That(project.Assumptions, Has.One.Property("Text").Contains("'UI' has pages that Vite makes, and no step here does")
            .And.One.Property("Doubtful").True);
    }
}
