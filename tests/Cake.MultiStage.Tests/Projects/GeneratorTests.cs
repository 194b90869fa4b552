using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Sites that generators of Python, Ruby and .NET make.</summary>
public sealed class GeneratorTests : FolderFixture
{
    private const string Blazor =
        """<Project Sdk="Microsoft.NET.Sdk.BlazorWebAssembly"><PropertyGroup><TargetFramework>net10.0</TargetFramework>"""
            + """</PropertyGroup></Project>""";

    private ImageProject Project(Action<SiteProjectSettings>? configure = null)
    {
        var settings = new SiteProjectSettings();
        configure?.Invoke(settings);
        return SitePreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<SiteProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    private string Source => Project().Artifacts[1].Source;

    [Test]
    public void MkDocs_installs_what_its_requirements_name_before_the_pages_come_in()
    {
        _folder.File("mkdocs.yml", "site_name: a\nsite_dir: www\ntheme:\n  language: en\n  name: material\n")
            .File("docs/requirements.txt", "mkdocs-material==9\n")
            .File("docs/index.md");
        Assert.That(Text(), Does.Contain("FROM python:3.14-slim AS builder\n").And.Contain(
            "COPY docs/requirements.txt docs/\nRUN --mount=type=cache,target=/root/.cache/pip pip install -r docs/requirements.txt\nCOPY . "
                + ".\nRUN mkdocs build --site-dir www \\\n"));
        Assert.That(Source, Is.EqualTo("/src/www/"));
        Assert.That(Text(), Does.Contain("^/assets/.+[.][0-9a-f]{8}[.]min[.]").And.Contain("error_page 404 /404.html"));
        Assert.That(Project().Assumptions.Where(assumption => assumption.Doubtful), Is.Empty);
    }

    [TestCase("[dependency-groups]\ndocs = [\"mkdocs>=1\"]\n", "pip install --group docs")]
    [TestCase("[project]\nname = \"a\"\n[project.optional-dependencies]\nsite = [\"mkdocs>=1\"]\n", "pip install \".[site]\"")]
    public void MkDocs_is_found_in_the_groups_of_pyproject(string pyproject, string command)
    {
        _folder.File("mkdocs.yml", "site_name: a\n").File("pyproject.toml", pyproject);
        Assert.That(Text(), Does.Contain(command));
    }

    [Test]
    public void MkDocs_without_a_list_of_packages_takes_those_of_its_theme_and_says_so()
    {
        _folder.File("mkdocs.yml", "site_name: a\ntheme: material\nplugins:\n  - git-revision-date-localized\n")
            .File(".python-version", "3.12");
        Assert.That(Text(), Does.Contain("FROM python:3.12-slim AS builder\n").And.Contain("pip install mkdocs mkdocs-material\n"));
        Assert.That(Project().Assumptions.Where(assumption => assumption.Doubtful).Select(assumption => assumption.Text),
            Has.Some.StartsWith("No file names the packages of MkDocs").And.Some.Contains("site.Include.Add(\".git\")"));
    }

    [Test]
    public void Sphinx_makes_a_site_of_its_folder()
    {
        _folder.File("docs/conf.py", "extensions = ['sphinx.ext.autodoc']\nhtml_theme = 'furo'\n")
            .File("pyproject.toml", "[project]\nname = \"a\"\n");
        Assert.That(Text(),
            Does.Contain("pip install sphinx furo\n").And.Contain("pip install .\n")
                .And.Contain("RUN sphinx-build -b html docs _site \\\n"));
        Assert.That(Source, Is.EqualTo("/src/_site/"));
    }

    [Test]
    public void Jekyll_is_built_by_its_bundle()
    {
        _folder.File("_config.yml", "title: a\nbaseurl: /blog\ndestination: ./www\n")
            .File("Gemfile", "source 'https://rubygems.org'\nruby '3.4.2'\ngem 'jekyll', '~> 4.4'\n")
            .File("Gemfile.lock");
        Assert.That(Text(), Does.Contain("FROM ruby:3.4.2 AS builder\nENV JEKYLL_ENV=production\n")
            .And.Contain(
                "COPY Gemfile Gemfile.lock ./\nRUN bundle install\nCOPY . .\nRUN bundle exec jekyll build --destination www \\\n"));
        Assert.That(Project().Artifacts[1],
            Is.EqualTo(new Artifact("/src/www/", "/usr/share/nginx/html/blog") { Reason = "The finished site is all that ships." }));
    }

    [Test]
    public void Jekyll_without_a_Gemfile_is_built_as_GitHub_does_and_the_gem_of_a_theme_from_its_files()
    {
        _folder.File("_config.yml", "title: a\n").Folder("_posts");
        Assert.That(Text(),
            Does.Contain("FROM ruby:3.3 AS builder\n").And.Contain("gem install github-pages\n").And.Contain("RUN jekyll build"));
        Assert.That(Project().Assumptions.Single(assumption => assumption.Doubtful).Text, Does.StartWith("There is no Gemfile"));
        _folder.File("Gemfile", "gemspec\ngem \"jekyll\"\n");
        Assert.That(Text(), Does.Contain("COPY . .\nRUN bundle install\nRUN bundle exec jekyll build"));
    }

    [Test]
    public void DocFX_is_a_tool_of_dotnet()
    {
        _folder.File("docs/docfx.json", """{ "build": { "output": "../www" } }""").File("docs/index.md");
        Assert.That(Text(),
            Does.Contain("FROM mcr.microsoft.com/dotnet/sdk:10.0 AS builder\n")
                .And.Contain("dotnet tool install --global docfx\nCOPY . .\n").And.Contain("docfx docs/docfx.json \\\n"));
        _folder.File("docs/docfx.json", """{ "build": { "dest": "_out" } }""")
            .File(".config/dotnet-tools.json", """{ "tools": { "docfx": { "version": "2.78.4" } } }""");
        Assert.That(Source, Is.EqualTo("/src/docs/_out/"));
        Assert.That(Text(),
            Does.Contain("COPY .config/dotnet-tools.json .config/\n").And.Contain("dotnet tool restore\n")
                .And.Contain("dotnet docfx docs/docfx.json"));
    }

    [Test]
    public void DocFX_reaches_the_sources_beside_it()
    {
        _folder.File("docs/docfx.json",
            """{ "metadata": [ { "src": [ { "src": "../src", "files": ["**/*.csproj"] } ] } ], "build": { "dest": "_site" } }""")
                .File("src/a.csproj", "<Project />");
        var project = SitePreset.Describe(_folder["docs"], new SiteProjectSettings());
        Assert.That(project.ContextDirectory, Is.EqualTo(_folder.Path));
        Assert.That(project.ToDockerfile().ToString(), Does.Contain("WORKDIR /src/docs\n").And.Contain("COPY src ../src/\n"));
        Assert.That(project.Artifacts[1].Source, Is.EqualTo("/src/docs/_site/"));
    }

    [Test]
    public void Blazor_WebAssembly_alone_is_a_site_that_the_SDK_publishes()
    {
        _folder.File("Shop/Shop.csproj", Blazor).File("Shop/wwwroot/index.html", "<base href=\"/shop/\" />");
        Assert.That(Text(),
            Does.Contain("FROM mcr.microsoft.com/dotnet/sdk:10.0 AS builder\n").And.Contain(
                "dotnet restore Shop/Shop.csproj\nCOPY . .\nRUN dotnet publish Shop/Shop.csproj -c Release --no-restore -o /out")
            .And.Contain("gzip_static on;").And.Contain("try_files $uri $uri.html $uri/ /shop/index.html;"));
        Assert.That(Project().Artifacts[1],
            Is.EqualTo(new Artifact("/out/wwwroot/", "/usr/share/nginx/html/shop") { Reason = "The finished site is all that ships." }));
    }

    [Test]
    public void Several_programs_that_browsers_run_are_asked_about()
    {
        _folder.File("A/A.csproj", Blazor).File("B/B.csproj", Blazor);
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("site.Package = \"A\""));
        Assert.That(Text(site => site.Package = "B"), Does.Contain("dotnet publish B/B.csproj"));
    }

    [TestCase("mkdocs.yml", "site_name: a", "requirements.txt", "mkdocs==1")]
    [TestCase("docfx.json", "{}", "index.md", "")]
    [TestCase("_config.yml", "title: a", "Gemfile", "gem 'jekyll'")]
    [TestCase("App.csproj", Blazor, "Program.cs", "")]
    public void Each_is_detected(string file, string content, string beside, string text)
    {
        _folder.File(file, content).File(beside, text);
        Assert.That(ProjectDetector.Choose(new ProjectFolder(_folder.Path)).Ecosystem, Is.EqualTo(Ecosystem.Site));
    }

    [TestCase("mkdocs.yml", "site_name: a")]
    [TestCase("docfx.json", "{}")]
    public void The_documentation_of_a_program_is_not_the_program(string file, string content)
    {
        _folder.File(file, content).File("go.mod", "module a\n").File("main.go");
        var (chosen, _, assumptions) = ProjectDetector.Choose(new ProjectFolder(_folder.Path));
        Assert.That(chosen, Is.EqualTo(Ecosystem.Go));
        Assert.That(assumptions.Select(assumption => assumption.Text), Has.Some.Contains("taken for the documentation"));
    }
}
