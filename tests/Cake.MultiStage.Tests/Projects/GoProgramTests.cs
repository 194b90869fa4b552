using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Which program of a module is meant, and what it needs.</summary>
public sealed class GoProgramTests : FolderFixture
{
    private const string Main = "package main\n\nfunc main() {}\n";

    [SetUp]
    public void Fill() => _folder.File("go.mod", "module example.com/team/shop\n\ngo 1.24\n");

    private ImageProject Project(Action<GoProjectSettings>? configure = null)
    {
        var settings = new GoProjectSettings();
        configure?.Invoke(settings);
        return GoPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<GoProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    private TemporaryFolder Programs(params string[] folders)
    {
        foreach (var folder in folders)
        {
            _folder.File(folder + "/main.go", Main);
        }

        return _folder;
    }

    [TestCase("examples/hello")]
    [TestCase("hack/gen")]
    [TestCase("tools/check")]
    [TestCase("internal/tool")]
    [TestCase("test/e2e")]
    public void Examples_and_tools_are_not_what_a_module_is_for(string aside)
    {
        Programs("cmd/server", aside);
        Assert.That(Text(), Does.Contain("-o /bin/shop ./cmd/server\n"));
        Assert.That(Text(go => go.Package = "./" + aside), Does.Contain($"-o /bin/shop ./{aside}\n"));
    }

    [Test]
    public void What_Go_leaves_out_is_left_out()
    {
        Programs("cmd/server", "lib/testdata/x", "_old", "sub/nested")
            .File("sub/go.mod", "module example.com/other\n")
            .File("gen.go", "//go:build ignore\n\n" + Main)
            .File("win/main_windows.go", Main).File("only/main.go", "//go:build tools\n\n" + Main);
        Assert.That(Text(), Does.Contain("-o /bin/shop ./cmd/server\n"));
        Assert.That(Project().Assumptions, Is.Empty);
    }

    [Test]
    public void The_program_that_is_called_as_the_module_is_taken_and_the_others_are_told()
    {
        Programs("cmd/shop", "cmd/migrate");
        Assert.That(Text(), Does.Contain(" ./cmd/shop\n"));
        Assert.That(Project().Assumptions.Select(one => one.Text),
            Is.EqualTo(
                ["the program is taken to be ./cmd/shop, which is called as the module; there are others: ./cmd/migrate. Set go.Package "
                    + "for one of them."]));
        Assert.That(Project(go => go.Package = "./cmd/migrate").Assumptions, Is.Empty);
    }

    [Test]
    public void Several_programs_are_asked_about_those_of_cmd_first()
    {
        Programs("cmd/a", "cmd/b", "agent", "examples/c");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "several programs: ./cmd/a, ./cmd/b, ./agent. Choose one, as in go.Package = \"./cmd/a\""));
    }

    [Test]
    public void A_library_with_examples_is_told_as_one()
    {
        Programs("examples/hello").File("shop.go", "package shop\n");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "holds a library, which ships in no image: its only programs are examples or tools, ./examples/hello"));
    }

    [Test]
    public void Modules_of_a_workspace_are_searched_and_others_are_not()
    {
        File.Delete(_folder["go.mod"]);
        _folder.File("go.work", "go 1.24\n\nuse ./app\n")
            .File("app/go.mod", "module example.com/app\n")
            .File("app/main.go", Main)
            .File("other/go.mod", "module example.com/other\n")
            .File("other/main.go", Main);
        Assert.That(Text(), Does.Contain(" ./app\n"));
    }

    [TestCase("github.com/mattn/go-sqlite3", null)]
    [TestCase("gorm.io/driver/sqlite", null)]
    [TestCase("github.com/h2non/bimg", "libvips-dev pkg-config")]
    [TestCase("gopkg.in/gographics/imagick.v3/imagick", "libmagickwand-dev pkg-config")]
    public void A_module_with_code_in_C_turns_cgo_on(string package, string? packages)
    {
        _folder.File("main.go", $"package main\n\nimport (\n\t_ \"{package}\"\n)\n\nfunc main() {{}}\n");
        Assert.That(Text(), Does.Contain("CGO_ENABLED=1").And.Contain("AS shared-libraries"));
        Assert.That(Text().Contains("--no-install-recommends " + packages + ";", StringComparison.Ordinal),
            Is.EqualTo(packages is not null));
        Assert.That(Project().Findings, Has.Some.Contains("which has code in C: the program is linked dynamically"));
        Assert.That(Project(go => go.Cgo = false).Assumptions,
            Has.Some.Matches<Assumption>(
                one => one!.Doubtful && one.Text.Contains("without cgo it does not work", StringComparison.Ordinal)));
    }

    [Test]
    public void A_test_that_needs_C_turns_nothing_on()
    {
        _folder.File("main.go", Main).File("main_test.go", "package main\n\nimport _ \"github.com/mattn/go-sqlite3\"\n");
        Assert.That(Text(), Does.Contain("CGO_ENABLED=0"));
    }

    [Test]
    public void What_is_embedded_and_missing_is_told()
    {
        _folder.File("main.go",
            "package main\n\nimport \"embed\"\n\n//go:embed all:web/dist templates/*.html\nvar files embed.FS\n\nfunc main() {}\n")
                .File("templates/a.html");
        Assert.That(Project().Assumptions.Select(one => (one.Doubtful, one.Text.Split(':')[0])),
            Is.EqualTo([(true, "main.go embeds 'web/dist', which doesn't exist")]));
        _folder.File("web/dist/index.html");
        Assert.That(Project().Assumptions, Is.Empty);
    }

    [Test]
    public void Versions_that_the_projects_own_build_sets_come_as_arguments()
    {
        _folder.File("main.go", Main)
            .File("Makefile",
                "LDFLAGS := -X main.version=$(VERSION) -X 'example.com/team/shop/build.Commit=$(SHA)' -X $(PKG).Other=x -X "
                    + "main.goVersion=1\n");
        Assert.That(Text(), Does.Contain("ARG SOURCE_VERSION=unknown\nARG SOURCE_COMMIT=unknown\nRUN ")
            .And.Contain("-ldflags=\"-s -w -X main.version=$SOURCE_VERSION -X example.com/team/shop/build.Commit=$SOURCE_COMMIT\" -o"));
        Assert.That(Text(go => go.LinkerFlags = "-w"), Does.Contain("-ldflags=\"-w -X main.version=$SOURCE_VERSION"));
    }
}
