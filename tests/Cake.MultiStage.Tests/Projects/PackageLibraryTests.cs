using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Projects.Ruby;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What the packages of an interpreted program are linked to in the builder ships where the base lacks it.</summary>
public sealed class PackageLibraryTests : FolderFixture
{
    private string Python(string requirements, Action<PythonProjectSettings>? configure = null)
    {
        _folder.File("requirements.txt", requirements).File("main.py").File(".python-version", "3.13");
        var settings = new PythonProjectSettings();
        configure?.Invoke(settings);
        return PythonPreset.Describe(_folder.Path, settings).ToDockerfile().ToString();
    }

    [Test]
    public void Compiled_on_the_full_image_they_bring_what_the_slim_one_lacks()
    {
        var text = Python("psycopg2\nother\n");
        Assert.That(text, Does.Contain("FROM builder AS linked-libraries\n").And.Contain("find /venv -type f")
            .And.Contain("FROM runtime AS shared-libraries\n").And.Contain(
                "COPY --from=shared-libraries /shared-libraries/ /usr/local/lib/\n")
            .And.Contain("ENV LD_LIBRARY_PATH=/usr/local/lib\n"));
        // What the base's own packages bring is left to them.
        Assert.That(text, Does.Contain("find /lib /usr/lib /usr/local/lib -name \"${library##*/}\""));
    }

    [Test]
    public void An_image_of_the_settings_is_looked_through_as_well() =>
        Assert.That(Python("other\n", python => python.BuilderImage = "python:3.13"),
            Does.Contain("FROM python:3.13-slim AS shared-libraries\n"));

    [Test]
    public void Installed_on_the_base_itself_there_is_nothing_to_bring() =>
        Assert.That(Python("flask\n"), Does.Not.Contain("shared-libraries"));

    [Test]
    public void A_base_without_a_shell_takes_what_the_builder_finds() =>
        Assert.That(Python("psycopg2\n", python => python.FinalBase = "gcr.io/distroless/python3-debian13"),
            Does.Contain("FROM builder AS shared-libraries\n").And.Not.Contain("linked-libraries"));

    [Test]
    public void A_base_of_which_nothing_is_known_may_have_no_shell()
    {
        Assert.That(Python("psycopg2\n", python => python.FinalBase = "cgr.dev/chainguard/python:latest"),
            Does.Not.Contain("FROM cgr.dev/chainguard/python:latest AS shared-libraries"));
        _folder.File("Gemfile", "source 'https://rubygems.org'\ngem 'unknown'\n").File("main.rb");
        Assert.That(RubyPreset.Describe(_folder.Path, new RubyProjectSettings { FinalBase = "cgr.dev/chainguard/ruby:latest" })
            .ToDockerfile().ToString(), Does.Not.Contain("shared-libraries"));
    }

    [Test]
    public void Gems_bring_what_no_table_knows_of()
    {
        _folder.File("Gemfile", "source 'https://rubygems.org'\ngem 'unknown'\n").File("main.rb");
        var text = RubyPreset.Describe(_folder.Path, new RubyProjectSettings()).ToDockerfile().ToString();
        Assert.That(text, Does.Contain("find /usr/local/bundle -type f").And.Contain("-slim AS shared-libraries\n")
            .And.Contain("ENV LD_LIBRARY_PATH=/usr/local/lib\n"));
    }
}
