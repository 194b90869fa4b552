using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Tests.Contexts;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class DetectionTests : FolderFixture
{
    private const string Csproj =
        "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>";

    private (Ecosystem Ecosystem, IReadOnlyList<string> Findings, IReadOnlyList<Assumption> Assumptions) Chosen() =>
        ProjectDetector.Choose(new ProjectFolder(_folder.Path));

    [TestCase(Ecosystem.Go, "go.mod", "main.go")]
    [TestCase(Ecosystem.Go, "go.work", "a/main.go")]
    [TestCase(Ecosystem.DotNet, "app.csproj", "Program.cs")]
    [TestCase(Ecosystem.DotNet, "all.slnx", "src/a/a.csproj")]
    [TestCase(Ecosystem.DotNet, "src/a/a.csproj")]
    [TestCase(Ecosystem.Rust, "Cargo.toml", "src/main.rs")]
    [TestCase(Ecosystem.Java, "pom.xml", "src/main/java/App.java")]
    [TestCase(Ecosystem.Java, "build.gradle.kts", "settings.gradle.kts")]
    [TestCase(Ecosystem.Python, "requirements.txt", "app.py")]
    [TestCase(Ecosystem.Python, "setup.py")]
    [TestCase(Ecosystem.Php, "composer.json", "public/index.php", "artisan")]
    [TestCase(Ecosystem.Ruby, "Gemfile", "config.ru", "app.rb")]
    [TestCase(Ecosystem.Ruby, "words.gemspec", "lib/words.rb")]
    [TestCase(Ecosystem.C, "CMakeLists.txt", "main.cpp")]
    [TestCase(Ecosystem.C, "Makefile", "main.c")]
    [TestCase(Ecosystem.C, "Makefile", "src/main.c")]
    [TestCase(Ecosystem.Site, "hugo.toml", "content/a.md")]
    public void An_ecosystem_is_known_by_its_manifest(Ecosystem ecosystem, params string[] files)
    {
        _folder.Files(files);
        var (chosen, findings, assumptions) = Chosen();
        Assert.That(chosen, Is.EqualTo(ecosystem));
        Assert.That(findings, Is.EqualTo(new[] { $"{files[0]} makes it a project of {ecosystem}" }));
        Assert.That(assumptions, Is.Empty);
    }

    [TestCase("config.toml", "content/a.md", "layouts/index.html")]
    [TestCase("config/_default/hugo.yaml", "content/a.md")]
    public void Hugo_is_known_by_its_older_files_too(params string[] files)
    {
        _folder.Files(files);
        Assert.That(Chosen().Ecosystem, Is.EqualTo(Ecosystem.Site));
        Assert.That(Chosen().Assumptions, Is.Empty);
    }

    [TestCase("requirements.txt", "Makefile", "_tools/check.py")]
    [TestCase("requirements.txt")]
    [TestCase("index.md")]
    public void A_folder_of_Sphinx_alone_is_a_site(params string[] files)
    {
        _folder.Files(files).File("conf.py", "extensions = []\n").File("index.rst");
        Assert.That(Chosen().Ecosystem, Is.EqualTo(Ecosystem.Site));
        _folder.File("pyproject.toml", "[project]\nname = \"a\"\n");
        Assert.That(Chosen().Ecosystem, Is.EqualTo(Ecosystem.Python));
    }

    [Test]
    public void Pages_beside_a_solution_in_a_folder_below_are_asked_about()
    {
        _folder.File("src/Shop.sln").File("src/Web/Web.csproj", Csproj).File("index.html")
            .File("package.json", """{ "scripts": { "build": "vite build" }, "devDependencies": { "vite": "7" } }""");
        Assert.That(Chosen, Throws.InstanceOf<MultiStageException>().With.Message.Contains("DotNet (src/Web/Web.csproj) and Site")
            .And.Message.Contains("detect.Ecosystem = Ecosystem.DotNet"));
    }

    [TestCase(Ecosystem.Go, "main.go")]
    [TestCase(Ecosystem.Node, "server.js")]
    [TestCase(Ecosystem.Python, "main.py")]
    [TestCase(Ecosystem.Php, "index.php")]
    [TestCase(Ecosystem.Php, "public/index.php")]
    [TestCase(Ecosystem.Ruby, "app.rb")]
    [TestCase(Ecosystem.C, "main.c")]
    [TestCase(Ecosystem.Java, "Main.java")]
    [TestCase(Ecosystem.Java, "src/com/example/Main.java")]
    [TestCase(Ecosystem.Site, "public/index.html")]
    [TestCase(Ecosystem.Site, "index.html")]
    public void Source_alone_is_taken_with_an_assumption(Ecosystem ecosystem, string file)
    {
        _folder.File(file);
        var (chosen, _, assumptions) = Chosen();
        Assert.That(chosen, Is.EqualTo(ecosystem));
        Assert.That(assumptions,
            Is.EqualTo(
                new[] { new Assumption(
                    $"no manifest says that it is a project of {ecosystem}: {file} alone does. Set detect.Ecosystem where that is wrong.",
                    Doubtful: true) }));
    }

    [TestCase("{ \"scripts\": { \"start\": \"node .\" }, \"dependencies\": { \"express\": \"5\" } }", Ecosystem.Node)]
    [TestCase("{ \"bin\": \"cli.js\" }", Ecosystem.Node)]
    [TestCase("{ \"scripts\": { \"start\": \"vite\" }, \"devDependencies\": { \"vite\": \"7\" } }", Ecosystem.Site)]
    [TestCase("{ \"dependencies\": { \"astro\": \"5\" } }", Ecosystem.Site)]
    [TestCase("{ \"dependencies\": { \"astro\": \"5\", \"@astrojs/node\": \"9\" } }", Ecosystem.Node)]
    [TestCase("{ \"dependencies\": { \"next\": \"15\" } }", Ecosystem.Node)]
    public void A_package_json_with_a_generator_of_sites_and_no_server_is_a_site(string json, Ecosystem ecosystem)
    {
        _folder.File("package.json", json).File("index.html");
        Assert.That(Chosen().Ecosystem, Is.EqualTo(ecosystem));
    }

    [TestCase(Ecosystem.Php, "composer.json", "public/index.php")]
    [TestCase(Ecosystem.Ruby, "Gemfile", "config.ru")]
    public void What_makes_assets_beside_a_server_of_another_ecosystem_is_no_site(Ecosystem ecosystem, string manifest, string source)
    {
        _folder.File(manifest, ecosystem == Ecosystem.Php ? "{}" : "").File(source)
            .File("package.json", """{ "scripts": { "build": "vite build" }, "devDependencies": { "vite": "7" } }""");
        Assert.That(Chosen().Ecosystem, Is.EqualTo(ecosystem));
        Assert.That(Chosen().Assumptions.Select(assumption => assumption.Text), Has.Some.Contains("taken for assets"));
    }

    [Test]
    public void The_Gemfile_of_a_generator_of_sites_makes_no_program()
    {
        _folder.File("Gemfile", "gem 'jekyll'\n").File("_config.yml").File("index.html");
        Assert.That(Chosen().Ecosystem, Is.EqualTo(Ecosystem.Site));
    }

    [TestCase(Ecosystem.DotNet, "app.csproj", "package.json", "assets")]
    [TestCase(Ecosystem.Go, "go.mod", "Makefile", "commands")]
    [TestCase(Ecosystem.Go, "go.mod", "index.html", "a part of it")]
    [TestCase(Ecosystem.Go, "go.mod", "native.c", "a part of it")]
    [TestCase(Ecosystem.Rust, "Cargo.toml", "requirements.txt", "the packages of tools")]
    [TestCase(Ecosystem.Go, "go.mod", "Gemfile", "the gems of tools, as there is no Ruby source")]
    [TestCase(Ecosystem.Go, "go.mod", "composer.json", "the packages of tools, as there is no PHP source")]
    [TestCase(Ecosystem.Java, "pom.xml", "pyproject.toml", "the configuration of tools")]
    public void What_helps_a_project_of_another_ecosystem_is_assumed_not_chosen(Ecosystem ecosystem, string manifest, string helper,
        string reading)
    {
        _folder.Files(manifest, "main.go")
            .File(helper,
                helper == "package.json" ? "{ \"devDependencies\": { \"vite\": \"7\" }, \"scripts\": { \"start\": \"vite\" } }" : "");
        var (chosen, _, assumptions) = Chosen();
        Assert.That(chosen, Is.EqualTo(ecosystem));
        Assert.That(assumptions.Select(assumption => assumption.Text),
            Has.Some.Contains($"{helper} is there, too").And.Some.Contains($"taken for {reading}"));
        Assert.That(assumptions.Where(assumption => assumption.Text.StartsWith(helper, StringComparison.Ordinal)),
            Has.All.Matches<Assumption>(assumption => !assumption!.Doubtful));
    }

    [Test]
    public void A_go_mod_with_the_themes_of_a_site_is_no_program()
    {
        _folder.Files("hugo.toml", "go.mod");
        Assert.That(Chosen().Ecosystem, Is.EqualTo(Ecosystem.Site));
    }

    [Test]
    public void Where_two_fit_equally_both_are_listed_and_how_to_choose()
    {
        _folder.Files("go.mod", "main.go").File("app.csproj", Csproj);
        Assert.That(() => Chosen(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                $"'{_folder.Path}' fits Go (go.mod) and DotNet (app.csproj) equally. Choose one, as in detect.Ecosystem = Ecosystem.Go"));
        Assert.That(ProjectDetector.Describe(_folder.Path, new DetectSettings { Ecosystem = Ecosystem.DotNet }).Builder.Base,
            Is.EqualTo(StageBase.Image("mcr.microsoft.com/dotnet/sdk:10.0")));
    }

    [Test]
    public void A_server_of_Node_beside_another_manifest_fits_equally()
    {
        _folder.Files("go.mod", "main.go").File("package.json", "{ \"dependencies\": { \"express\": \"5\" }, \"main\": \"server.js\" }");
        Assert.That(() => Chosen(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("Go (go.mod) and Node (package.json)"));
    }

    [Test]
    public void Where_nothing_fits_the_error_lists_what_was_looked_for_and_what_is_below()
    {
        _folder.Files("notes.txt", "Makefile", "service/go.mod");
        Assert.That(() => Chosen(), Throws.InstanceOf<MultiStageException>()
            .With.Message.Contains($"No ecosystem fits '{_folder.Path}'. Makefile was taken for commands, as there is no C source")
            .And.Message.Contains("In folders below there are: service/go.mod.")
            .And.Message.Contains("\n  Rust: Cargo.toml\n"));
    }

    [Test]
    public void A_package_json_that_is_no_JSON_is_told()
    {
        _folder.File("package.json", "{");
        Assert.That(() => Chosen(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("'package.json' in"));
    }

    [Test]
    public void The_settings_reach_the_preset_and_its_own_findings_follow()
    {
        _folder.File("app.csproj", Csproj);
        var project = ProjectDetector.Describe(_folder.Path,
            new DetectSettings { Name = "service", Tags = ["service:1"], Configure = settings => settings.Flavor = BaseFlavor.Slim });
        Assert.That((project.Name, project.Tags[0].ToString(), project.FinalBase.Text),
            Is.EqualTo(("service", "docker.io/library/service:1", "mcr.microsoft.com/dotnet/aspnet:10.0")).Or.EqualTo(("service",
                "service:1", "mcr.microsoft.com/dotnet/aspnet:10.0")));
        Assert.That(project.Findings, Has.Count.GreaterThan(1));
        Assert.That(project.Findings[0], Is.EqualTo("app.csproj makes it a project of DotNet"));
    }

    [Test]
    public void The_log_says_what_was_chosen_and_what_is_unsure()
    {
        _folder.File("main.go");
        var log = new Mock<ICakeLog>();
        log.SetupGet(fake => fake.Verbosity).Returns(Verbosity.Normal);
        var environment = Mock.Of<ICakeEnvironment>(fake => fake.WorkingDirectory == new Cake.Core.IO.DirectoryPath(_folder.Path));
        Mock.Of<ICakeContext>(fake => fake.Log == log.Object && fake.Environment == environment).MultiStageDetect(_folder.Path);
        var written = log.Invocations.Where(call => call.Method.Name == "Write")
            .Select(
                call => (Level: (LogLevel)call.Arguments[1]!,
                    Text: string.Join(' ', ((object[])call.Arguments[3]!).Append(call.Arguments[2]!))))
            .ToList();
        Assert.That(written.Single(line => line.Level == LogLevel.Information).Text, Does.Contain("main.go makes it a project of Go"));
        Assert.That(written.Single(line => line.Level == LogLevel.Warning).Text, Does.Contain("no manifest says"));
    }
}
