using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Java;
using Cake.MultiStage.Projects.Php;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Projects.Ruby;
using Cake.MultiStage.Projects.Rust;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>A feed beside the public one is told with the line that gives its login as a secret, in the words of its client.</summary>
public sealed class PackageFeedTests : FolderFixture
{
    private static (string Text, bool Doubtful)[] Told(ImageProject project) => [.. project.Assumptions
        .Where(one => one.Text.Contains("the feed", StringComparison.Ordinal)).Select(one => (one.Text, one.Doubtful))];

    private ImageProject Python(Action<PythonProjectSettings>? configure = null)
    {
        _folder.File("main.py");
        var settings = new PythonProjectSettings();
        configure?.Invoke(settings);
        return PythonPreset.Describe(_folder.Path, settings);
    }

    [Test]
    public void Of_requirements()
    {
        _folder.File("requirements.txt", "--extra-index-url https://pypi.example.com/simple/\n--index-url https://pypi.org/simple\nours\n");
        Assert.That(Told(Python()), Is.EqualTo(new[]
        {
            ("requirements.txt names the feed https://pypi.example.com/simple/: where it asks for a login, give the credentials as "
                + "a secret: "
                + "python.Credentials = BuildSecret.FromValue(\"[global]\\nextra-index-url = https://USER:\" + "
                + "EnvironmentVariable(\"FEED_TOKEN\") + \"@pypi.example.com/simple/\\n\");", false),
        }));
        Assert.That(Told(Python(python => python.Credentials = BuildSecret.FromValue("x"))), Is.Empty);
    }

    [TestCase("https://me:${FEED_TOKEN}@pypi.example.com/simple/", "its login is to come from variables, which the build has not.")]
    [TestCase("https://me:hunter2@pypi.example.com/simple/", "a login stands there, and travels to the builder.")]
    public void A_login_in_the_address_is_a_warning_that_does_not_repeat_it(string address, string text)
    {
        _folder.File("requirements.txt", $"--index-url {address}\nours\n");
        var told = Told(Python());
        Assert.That(told, Has.Length.EqualTo(1));
        Assert.That(told[0].Text, Does.Contain("the feed https://pypi.example.com/simple/: " + text).And.Not.Contain("hunter2"));
        Assert.That(told[0].Doubtful, Is.True);
    }

    [TestCase("[[tool.poetry.source]]\nname = \"own\"\nurl = \"https://pypi.example.com/simple\"\npriority = \"primary\"\n")]
    [TestCase("[[tool.pdm.source]]\nurl = \"https://pypi.example.com/simple\"\nname = \"own\"\n")]
    [TestCase("[[tool.uv.index]]\nname = \"own\"\nurl = \"https://pypi.example.com/simple\"\n")]
    public void Of_a_project(string table)
    {
        _folder.File("pyproject.toml", "[project]\nname = \"a\"\nversion = \"1\"\ndependencies = [\"ours\"]\n" + table);
        Assert.That(Told(Python()).Select(one => one.Text), Has.One.StartsWith(
            "pyproject.toml names the feed https://pypi.example.com/simple: where it asks for a login,"));
    }

    [Test]
    public void Of_uv_in_the_words_of_uv()
    {
        _folder.File("pyproject.toml", "[project]\nname = \"a\"\nversion = \"1\"\ndependencies = [\"ours\"]\n"
            + "[[tool.uv.index]]\nname = \"own\"\nurl = \"https://pypi.example.com/simple\"\n").File("uv.lock", "version = 1\n");
        Assert.That(Told(Python()).Select(one => one.Text), Has.One.Contains(
            "BuildSecret.FromValue(\"[[index]]\\nurl = \\\"https://USER:\" + EnvironmentVariable(\"FEED_TOKEN\") + "
                + "\"@pypi.example.com/simple\\\"\\n\")"));
    }

    [Test]
    public void Of_gems()
    {
        _folder.File("Gemfile", "source 'https://rubygems.org'\nsource \"https://gems.ex-ample.com\" do\n  gem 'ours'\nend\n")
            .File("main.rb");
        Assert.That(Told(RubyPreset.Describe(_folder.Path, new RubyProjectSettings())).Select(one => one.Text), Is.EqualTo(new[]
        {
            "Gemfile names the feed https://gems.ex-ample.com: where it asks for a login, give the credentials as a secret: "
                + "ruby.Credentials = "
                + "BuildSecret.FromValue(\"BUNDLE_GEMS__EX___AMPLE__COM: \\\"USER:\" + EnvironmentVariable(\"GEM_TOKEN\") + \"\\\"\\n\");",
        }));
    }

    [Test]
    public void Of_Composer()
    {
        _folder.File("composer.json", """
            { "require": { "our/thing": "1" }, "repositories": [ { "type": "composer", "url": "https://php.example.com" },
              { "type": "composer", "url": "https://wpackagist.org" } ] }
            """).File("public/index.php", "<?php\n");
        Assert.That(Told(PhpPreset.Describe(_folder.Path, new PhpProjectSettings())).Select(one => one.Text), Is.EqualTo(new[]
        {
            "composer.json names the feed https://php.example.com: where it asks for a login, give the credentials as a secret: "
                + "php.Credentials = BuildSecret.FromValue(\"{\\\"http-basic\\\":{\\\"php.example.com\\\":{\\\"username\\\":\\\"USER\\\","
                + "\\\"password\\\":\\\"\" + EnvironmentVariable(\"COMPOSER_TOKEN\") + \"\\\"}}}\");",
        }));
    }

    [Test]
    public void Of_Cargo_whose_tokens_need_a_provider()
    {
        _folder.File("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"1.0.0\"\n").File("src/main.rs", "fn main() {}\n")
            .File(".cargo/config.toml", "[registries.own]\nindex = \"sparse+https://crates.example.com/index/\"\n");
        var told = RustPreset.Describe(_folder.Path, new RustProjectSettings());
        Assert.That(Told(told).Select(one => one.Text), Is.EqualTo(new[]
        {
            ".cargo/config.toml names the feed sparse+https://crates.example.com/index/: where it asks for a login, give the "
                + "credentials as a "
                + "secret: rust.Credentials = BuildSecret.FromValue(\"[registries.own]\\ntoken = \\\"\" + "
                + "EnvironmentVariable(\"CARGO_TOKEN\") "
                + "+ \"\\\"\\n\");",
        }));
        Assert.That(told.ToDockerfile().ToString(), Does.Not.Contain("CREDENTIAL_PROVIDERS"));
        Assert.That(RustPreset.Describe(_folder.Path, new RustProjectSettings { Credentials = BuildSecret.FromValue("x") }).ToDockerfile()
            .ToString(),
            Does.Contain("ENV CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS=cargo:token\n"));
    }

    [Test]
    public void Of_Maven()
    {
        _folder.File("pom.xml", "<project><groupId>g</groupId><artifactId>a</artifactId><repositories><repository><id>own</id>"
            + "<url>https://maven.example.com/releases</url></repository><repository><id>spring</id>"
            + "<url>https://repo.spring.io/milestone</url>"
            + "</repository></repositories><distributionManagement><repository><id>to</id><url>https://to.example.com</url></repository>"
            + "</distributionManagement></project>").File("src/main/java/App.java",
                "class App { public static void main(String[] a) { } }\n");
        Assert.That(Told(JavaPreset.Describe(_folder.Path, new JavaProjectSettings())).Select(one => one.Text), Is.EqualTo(new[]
        {
            "pom.xml names the feed https://maven.example.com/releases: where it asks for a login, give the credentials as a secret: "
                + "java.Credentials = BuildSecret.FromValue(\"<settings><servers><server><id>own</id><username>USER</username>"
                + "<password>\" + "
                + "EnvironmentVariable(\"MAVEN_TOKEN\") + \"</password></server></servers></settings>\");",
        }));
    }

    [Test]
    public void Of_Gradle_whose_properties_its_script_names()
    {
        _folder.File("build.gradle",
            "plugins { id 'application' }\nrepositories { maven { url = 'https://maven.example.com'\n credentials {\n"
            + " username = findProperty('repoUser')\n password = findProperty('repoToken')\n } } }\n")
            .File("src/main/java/App.java", "class App { public static void main(String[] a) { } }\n");
        Assert.That(Told(JavaPreset.Describe(_folder.Path, new JavaProjectSettings())).Select(one => one.Text), Is.EqualTo(new[]
        {
            "build.gradle names the feed https://maven.example.com: its login is to come from properties, which the build has not;"
                + " give the credentials as a secret: java.Credentials = BuildSecret.FromValue(\"repoUser=USER\\nrepoToken=\" + "
                + "EnvironmentVariable(\"MAVEN_TOKEN\") + \"\\n\");",
        }));
    }
}
