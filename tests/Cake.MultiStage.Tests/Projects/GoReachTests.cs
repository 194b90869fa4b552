using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Whether a Go program needs C is said by the packages that it is made of, and by the project's own build.</summary>
public sealed class GoReachTests : FolderFixture
{
    private const string WithC = "package main\n\n// int x;\nimport \"C\"\n\nfunc main() {}\n";

    [SetUp]
    public void Fill() => _folder.File("go.mod", "module example.com/team/shop/v2\n\ngo 1.24\n")
        .File("cmd/shop/main.go",
            "package main\n\nimport (\n\t\"fmt\"\n\t\"example.com/team/shop/v2/store\"\n)\n\nfunc main() { fmt.Println(store.X) }\n")
        .File("store/store.go", "package store\n\nvar X = 1\n");

    private ImageProject Project(Action<GoProjectSettings>? configure = null)
    {
        var settings = new GoProjectSettings();
        configure?.Invoke(settings);
        return GoPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<GoProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    [Test]
    public void Code_in_C_of_another_program_is_no_need_of_this_one()
    {
        _folder.File("cmd/plugin/main.go", WithC);
        Assert.That(Text(), Does.Contain("CGO_ENABLED=0 go build"));
        Assert.That(Text(go => go.Package = "./cmd/plugin"), Does.Contain("CGO_ENABLED=1 go build"));
    }

    [Test]
    public void Nor_is_that_for_another_system()
    {
        _folder.File("store/store_windows.go", WithC.Replace("main", "store", StringComparison.Ordinal))
            .File("store/mac.go", "//go:build darwin\n\n" + WithC.Replace("main", "store", StringComparison.Ordinal));
        Assert.That(Text(), Does.Contain("CGO_ENABLED=0 go build"));
    }

    [Test]
    public void A_module_with_C_that_a_package_of_its_own_imports_is()
    {
        _folder.File("store/store.go", "package store\n\nimport _ \"github.com/mattn/go-sqlite3\"\n\nvar X = 1\n");
        Assert.That(Text(), Does.Contain("CGO_ENABLED=1 go build"));
    }

    [TestCase("FROM golang:1.24 AS b\nENV CGO_ENABLED=0\nRUN make\nFROM scratch\n", "0")]
    [TestCase("FROM golang:1.24 AS b\nRUN CGO_ENABLED=0 go build -o /x ./cmd/shop\nFROM scratch\nCOPY --from=b /x /x\n", "0")]
    [TestCase("FROM golang:1.24 AS b\nRUN go build -o /x ./cmd/shop\nFROM scratch\nCOPY --from=b /x /x\n", "1")]
    public void What_the_projects_own_build_says_counts(string dockerfile, string cgo)
    {
        _folder.File("store/store.go", "package store\n\nimport _ \"gorm.io/driver/sqlite\"\n\nvar X = 1\n").File("Dockerfile",
            dockerfile.Replace("FROM scratch\n", "FROM scratch\nCOPY --from=b /x /x\n", StringComparison.Ordinal));
        Assert.That(Text(), Does.Contain($"CGO_ENABLED={cgo} go build"));
        Assert.That(Project().Assumptions.Select(one => one.Text), cgo == "1" ? Has.None.Contains("CGO_ENABLED")
            : Has.One.EqualTo("Dockerfile builds with CGO_ENABLED=0: so does this image. Set go.Cgo for the other."));
        Assert.That(Text(go => go.Cgo = true), Does.Contain("CGO_ENABLED=1 go build"));
    }

    [TestCase(".promu.yml", "ldflags: |\n  -X example.com/team/shop/v2/store.Version={{.Version}}\n")]
    [TestCase("Makefile", "build:\n\tgo build -ldflags \"-X $(PKG)/store.Version=$(VERSION)\"\n")]
    [TestCase("docker/Dockerfile", "FROM golang:1.24\nRUN go build -ldflags \"-X ${PKG}/store.Version=${V}\" ./cmd/shop\n")]
    public void The_version_is_set_where_the_projects_own_build_sets_it(string file, string text)
    {
        _folder.File(file, text);
        Assert.That(Text(), Does.Contain("-X example.com/team/shop/v2/store.Version=$SOURCE_VERSION"));
    }

    [Test]
    public void A_path_that_is_no_folder_of_the_project_is_not_set()
    {
        _folder.File("Makefile", "build:\n\tgo build -ldflags \"-X $(OTHER)/elsewhere.Version=$(VERSION)\"\n");
        Assert.That(Text(), Does.Not.Contain("-X "));
    }

    [Test]
    public void What_it_says_of_another_program_does_not()
    {
        _folder.File("cmd/plugin/main.go", WithC).File("Dockerfile", "FROM golang:1.24 AS b\nRUN go build -o /shop ./cmd/shop\n"
            + "RUN mkdir /p && CGO_ENABLED=1 go build -buildmode=c-archive -o /p/p.a ./cmd/plugin\nFROM scratch\n"
            + "COPY --from=b /shop /shop\nENTRYPOINT [\"/shop\"]\n");
        Assert.That(Text(), Does.Contain("CGO_ENABLED=0 go build"));
    }

    [Test]
    public void Tags_are_those_of_the_line_that_builds_the_program()
    {
        _folder.File("store/full.go", "//go:build full\n\npackage store\n").File("cmd/plugin/main.go",
            "//go:build plugin\n\npackage main\n\nfunc main() {}\n")
            .File("Dockerfile",
                "FROM golang:1.24 AS b\nRUN go build -tags full -o /shop ./cmd/shop && go build -tags plugin -o /p ./cmd/plugin\n"
                + "FROM scratch\nCOPY --from=b /shop /shop\nCOPY --from=b /p /p\nENTRYPOINT [\"/shop\"]\n");
        Assert.That(Text(), Does.Contain("-tags=full ").And.Not.Contain("plugin "));
    }
}
