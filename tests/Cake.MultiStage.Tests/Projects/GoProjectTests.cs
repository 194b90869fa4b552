using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class GoProjectTests : FolderFixture
{
    private ImageProject Project(Action<GoProjectSettings>? configure = null)
    {
        var settings = new GoProjectSettings();
        configure?.Invoke(settings);
        return GoPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<GoProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    [Test]
    public void The_sample_gives_the_text_that_the_guide_shows()
    {
        _folder.File("main.go");
        var guide = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Documents", "recipes", "guides", "stages.md"));
        var shown = guide.Split("```dockerfile\n")[1].Split("```")[0];
        Assert.That(Text(go => (go.Name, go.BuilderImage) = ("hello", "golang:1.21")), Is.EqualTo(shown));
    }

    [Test]
    public void With_a_go_mod_and_sums_modules_are_downloaded_before_the_source_comes_in()
    {
        _folder.File("go.mod", "module example.com/team/server\n\ngo 1.22.3\n").File("go.sum").File("main.go", "package main\n");
        Assert.That(Text(), Is.EqualTo(
            """
            FROM golang:1.27 AS builder
            WORKDIR /src
            COPY go.mod go.sum ./
            RUN --mount=type=cache,target=/go/pkg/mod go mod download
            COPY . .
            RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -trimpath ↩
            -ldflags="-s -w" -o /bin/server .

            FROM builder AS development
            EXPOSE 2345
            CMD ["go", "run", "."]

            FROM scratch AS final
            COPY --from=builder /bin/server /bin/server
            USER 65532:65532
            ENTRYPOINT ["/bin/server"]

            """.Unfolded()));
    }

    [Test]
    public void Without_sums_there_is_nothing_to_download()
    {
        _folder.File("go.mod", "module server\n").File("main.go", "package main\n");
        Assert.That(Text(),
            Does.Contain("COPY go.mod ./\nCOPY . .\n").And.Not.Contain("go mod download").And.StartWith("FROM golang:1.27 AS builder\n"));
    }

    [TestCase("module example.com/server/v2\n", "server")]
    [TestCase("module \"example.com/server\"\r\ngo 1.21\r\n", "server")]
    [TestCase("// first\nmodule example.com/server // last\n", "server")]
    [TestCase("module example.com/My_Server.go\n", "my-server-go")]
    [TestCase("module example.com/v2/server\n", "server")]
    public void The_program_is_called_as_the_module(string module, string name)
    {
        _folder.File("go.mod", module).File("main.go", "package main\n");
        Assert.That(Project().Name, Is.EqualTo(name));
    }

    [TestCase("go 1.21\n", "golang:1.27")]
    [TestCase("go 1.21.0\ntoolchain go1.22.1\n", "golang:1.27")]
    [TestCase("go 1.23rc1\n", "golang:1.27")]
    [TestCase("require example.com/go 1.5\n", "golang:1.27")]
    public void The_builder_has_the_newest_version_that_the_go_mod_allows(string line, string image)
    {
        _folder.File("go.mod", "module m\n" + line).File("main.go", "package main\n");
        Assert.That(Project().Builder.Base, Is.EqualTo(StageBase.Image(image)));
    }

    [Test]
    public void The_package_is_named_to_the_compiler()
    {
        _folder.File("go.mod", "module m\n").File("cmd/the server/main.go", "package main\n");
        Assert.That(Text(go => go.Package = "./cmd/the server"), Does.Contain("-o /bin/m \"./cmd/the server\"\n"));
    }

    [Test]
    public void Linker_flags_and_the_name_are_quoted_for_the_shell()
    {
        _folder.File("main.go");
        Assert.That(Text(go => (go.Name, go.LinkerFlags) = ("my app", "-X main.v=$(x)")),
            Does.Contain("-ldflags=\"-X main.v=\\$(x)\" -o \"/bin/my app\" main.go"));
    }

    [Test]
    public void Without_a_go_mod_all_files_but_tests_are_named_in_order()
    {
        _folder.Files("b.go", "a.go", "a_test.go", "notes.txt", "sub/c.go");
        Assert.That(Text(), Does.Contain("COPY a.go b.go ./\n").And.Contain(" a.go b.go\n").And.Not.Contain("a_test.go"));
    }

    [Test]
    public void Odd_file_names_are_quoted()
    {
        _folder.Files("a b.go", "c$d.go");
        Assert.That(Text(), Does.Contain("\"a b.go\"").And.Contain("\"c\\$d.go\"\n"));
    }

    [TestCase("notes.txt")]
    [TestCase("only_test.go")]
    public void A_folder_without_Go_source_is_told(string file)
    {
        _folder.File(file);
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains($"'{_folder.Path}' is not a Go "
            + "project"));
    }

    [Test]
    public void A_folder_that_is_missing_is_told() =>
        Assert.That(() => GoPreset.Describe(_folder["missing"], new GoProjectSettings()),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(_folder["missing"]).And.Message.Contains("does not exist"));

    [Test]
    public void What_the_settings_take_over_comes_after_the_program_and_an_entrypoint_of_theirs_wins()
    {
        _folder.File("main.go");
        var text = Text(go =>
        {
            go.Name = "x";
            go.Artifacts.Add("/etc/ssl/certs/ca-certificates.crt");
            go.Entrypoint.Add("/bin/x");
            go.Entrypoint.Add("serve");
        });
        Assert.That(text,
            Does.Contain(
                "COPY --from=builder /bin/x /bin/x\nCOPY --from=builder /etc/ssl/certs/ca-certificates.crt "
                    + "/etc/ssl/certs/ca-certificates.crt\n").And.Contain("ENTRYPOINT [\"/bin/x\", \"serve\"]"));
    }
}
