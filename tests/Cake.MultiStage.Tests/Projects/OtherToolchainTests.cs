using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What has no preset is called by its name, with the lines that would describe it.</summary>
public sealed class OtherToolchainTests : FolderFixture
{
    private ImageProject Detected() => ProjectDetector.Describe(_folder.Path, new DetectSettings());

    [TestCase("Elixir", "mix.exs")]
    [TestCase("Erlang", "rebar.config")]
    [TestCase("Gleam", "gleam.toml")]
    [TestCase("Dart", "pubspec.yaml")]
    [TestCase("Swift", "Package.swift")]
    [TestCase("Haskell", "app.cabal")]
    [TestCase("Zig", "build.zig")]
    [TestCase("Scala (sbt)", "build.sbt")]
    [TestCase("Clojure", "deps.edn")]
    [TestCase("Crystal", "shard.yml")]
    [TestCase("Nim", "app.nimble")]
    [TestCase("OCaml", "dune-project")]
    [TestCase("D", "dub.json")]
    [TestCase("Julia", "Project.toml")]
    [TestCase("Perl", "cpanfile")]
    [TestCase("R", "renv.lock")]
    [TestCase("Bazel", "MODULE.bazel")]
    public void It_is_named(string name, string file)
    {
        _folder.File(file);
        Assert.That(() => Detected(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains($"is a project of {name}, by {file}, which has no preset")
            .And.Message.Contains("var app = MultiStageProject(\".\", project =>")
                .And.Message.Contains("project.BuilderImage = \"").And.Message.Contains("project.FinalBase = \""));
    }

    [Test]
    public void Its_lines_carry_its_own_name()
    {
        _folder.File("mix.exs", "def project do\n  [app: :shop, version: \"0.1\"]\nend");
        Assert.That(() => Detected(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "project.Entrypoint = [\"/app/bin/shop\", \"start\"];").And.Message.Contains("_build/prod/rel/shop/"));
        Directory.Delete(_folder.Path, recursive: true);
        _folder.Folder("").File("pubspec.yaml", "dependencies:\n  flutter:\n    sdk: flutter\n");
        Assert.That(() => Detected(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("is a project of Flutter")
                .And.Message.Contains("flutter build web"));
    }

    [TestCase("Makefile", "main.c")]
    [TestCase("index.html", "app.js")]
    public void A_Makefile_or_a_page_beside_it_makes_it_nothing_else(string file, string source)
    {
        _folder.File("Package.swift").File(file, "all: x\n").File(source);
        Assert.That(() => Detected(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is a project of Swift"));
    }

    [Test]
    public void Beside_a_manifest_that_has_a_preset_it_is_assumed_to_be_a_part()
    {
        _folder.File("go.mod", "module a\n").File("main.go", "package main\n").File("WORKSPACE");
        Assert.That(Detected().Assumptions,
            Has.Some.Matches<Assumption>(
                one => one!.Doubtful && one.Text.StartsWith("WORKSPACE is there, too, and would be of Bazel", StringComparison.Ordinal)));
    }
}
