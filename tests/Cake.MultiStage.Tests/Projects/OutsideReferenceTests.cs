using Cake.MultiStage.Contexts;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Java;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Projects.Rust;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>A project that refers to what lies outside of its folder gets a build context that holds both, and says so.</summary>
public sealed class OutsideReferenceTests : FolderFixture
{
    private static string Text(ImageProject project) => project.ToDockerfile().ToString();

    private void IsWidened(ImageProject project)
    {
        Assert.That(project.ContextDirectory, Is.EqualTo(_folder.Path));
        Assert.That(project.Assumptions[0].Text, Does.Contain($"the build context is '{_folder.Path}'"));
    }

    private static async Task<string> ContextAsync(ImageProject project)
    {
        string[] sources = [.. project.ToDockerfile().ContextSources().Select(source => source.Pattern)];
        var ignore = IgnoreFile.Empty.WithDefaults(project.Ignored, sources, project.Included);
        var context = await BuildContext.CollectAsync(project.ContextDirectory, ignore, sources, CancellationToken.None);
        return string.Join(' ', context.Files.Where(file => file.Kind == ContextFileKind.File).Select(file => file.Path));
    }

    private ImageProject DotNet(string path) => DotNetPreset.Describe(_folder[path], new DotNetProjectSettings());

    [Test]
    public async Task DotNet_project_references_and_files_that_MSBuild_looks_for_above()
    {
        const string program =
            "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>";
        _folder.File("src/Web/Web.csproj",
            program + "<ItemGroup><ProjectReference Include=\"..\\Lib\\Lib.csproj\" /></ItemGroup></Project>")
            .File("src/Lib/Lib.csproj",
                "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><ProjectReference Include=\"../Deep/Deep.csproj\" /></ItemGroup></Project>")
            .File("src/Deep/Deep.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />").File("Directory.Packages.props", "<Project />")
            .File("src/Web/obj/x").File("src/Web/local/x").File("src/Web/.dockerignore", "local\n");
        var project = DotNet("src/Web");
        IsWidened(project);
        Assert.That(Text(project),
            Does.Contain("COPY Directory.Packages.props ./\n").And.Contain("COPY src/Lib/Lib.csproj src/Lib/\n")
                .And.Contain("dotnet publish src/Web/Web.csproj"));
        Assert.That(await ContextAsync(project),
            Is.EqualTo("Directory.Packages.props src/Deep/Deep.csproj src/Lib/Lib.csproj src/Web/Web.csproj"));
    }

    [Test]
    public void A_repository_is_the_widest_context()
    {
        _folder.Folder("repo/.git")
            .File("Lib/Lib.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />")
            .File("Directory.Build.props", "<Project />")
            .File("repo/Web/Web.csproj",
                "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><ItemGroup><ProjectReference Include=\"../../Lib/Lib.csproj\" "
                    + "/></ItemGroup></Project>");
        Assert.That(
            () => DotNet("repo/Web"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                $"the repository ends at '{_folder["repo"]}'").And.Message.Contains("Web.csproj refers to '../../Lib/Lib.csproj'"));
    }

    [Test]
    public async Task Go_modules_that_are_replaced_by_folders()
    {
        _folder.File("svc/go.mod", "module svc\nreplace example.com/lib => ../lib\n")
            .File("svc/main.go", "package main\n")
            .File("svc/go.sum")
            .File("lib/go.mod", "module lib\n")
            .File("lib/lib.go", "package lib\n")
            .File("other/x")
            .File("svc/.env")
            .File("svc/artifacts/report.json");
        var project = GoPreset.Describe(_folder["svc"], new GoProjectSettings());
        IsWidened(project);
        Assert.That(Text(project), Does.Contain(
            """
            WORKDIR /src/svc
            COPY svc/go.mod svc/go.sum ./
            COPY lib/go.mod ../lib/
            RUN --mount=type=cache,target=/go/pkg/mod go mod download
            COPY svc ./
            COPY lib ../lib/

            """));
        Assert.That(await ContextAsync(project), Is.EqualTo("lib/go.mod lib/lib.go svc/go.mod svc/go.sum svc/main.go"));
    }

    [Test]
    public void Go_packages_of_a_module_and_modules_of_a_workspace()
    {
        _folder.File("go.mod", "module example.com/all\n")
            .File("cmd/server/main.go", "package main\n")
            .File("cmd/tool/main.go", "package main\n");
        var package = GoPreset.Describe(_folder["cmd/server"], new GoProjectSettings());
        IsWidened(package);
        Assert.That(Text(package), Does.Contain("-o /bin/server ./cmd/server\n"));

        File.Delete(_folder["go.mod"]);
        _folder.File("go.work", "use (\n ./cmd/tool\n)\n").File("cmd/tool/go.mod", "module example.com/mytool\n");
        Assert.That(Text(GoPreset.Describe(_folder["cmd/tool"], new GoProjectSettings())),
            Does.Contain("-o /bin/mytool ./cmd/tool\n").And.Contain("COPY go.work ./\n"));
    }

    [Test]
    public void A_go_mod_that_names_a_path_of_the_machine_is_an_error()
    {
        _folder.File("go.mod", "module svc\nreplace example.com/lib => /home/me/lib\n").File("main.go", "package main\n");
        Assert.That(() => GoPreset.Describe(_folder.Path, new GoProjectSettings()),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("'/home/me/lib', a path of this machine"));
    }

    [Test]
    public void Rust_packages_by_their_path()
    {
        _folder.File("tool/Cargo.toml", "[package]\nname = \"tool\"\n[dependencies]\nlib = { path = \"../lib\" }\nserde = \"1\"\n")
            .File("tool/src/main.rs")
            .File("lib/Cargo.toml", "[package]\nname = \"lib\"\n");
        var project = RustPreset.Describe(_folder["tool"], new RustProjectSettings());
        IsWidened(project);
        Assert.That(Text(project),
            Does.Contain("WORKDIR /src/tool\nCOPY tool/Cargo.toml ./\nCOPY lib/Cargo.toml ../lib/\n")
                .And.Contain("COPY tool ./\nCOPY lib ../lib/\n")
            .And.Contain("find . ../lib ").And.Contain("target=/src/tool/target,"));
    }

    [Test]
    public void Rust_members_of_a_workspace()
    {
        _folder.File("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n")
            .File("crates/tool/Cargo.toml", "[package]\nname = \"tool\"\n")
            .File("crates/tool/src/main.rs")
            .File("crates/other/Cargo.toml", "[package]\nname = \"other\"\n").File("crates/other/src/main.rs");
        var project = RustPreset.Describe(_folder["crates/tool"], new RustProjectSettings());
        IsWidened(project);
        Assert.That(Text(project), Does.Contain("--package tool --bin tool"));
    }

    [Test]
    public void Maven_modules_of_a_build_above()
    {
        _folder.File("pom.xml", "<project><artifactId>all</artifactId><modules><module>services</module></modules></project>")
            .File("services/pom.xml", "<project><artifactId>services</artifactId><modules><module>web</module></modules></project>")
            .File("services/web/pom.xml",
                "<project><artifactId>web</artifactId><properties><exec.mainClass>W</exec.mainClass></properties></project>");
        var project = JavaPreset.Describe(_folder["services/web"], new JavaProjectSettings());
        IsWidened(project);
        Assert.That(Text(project), Does.Contain("-pl services/web -am"));
    }

    [Test]
    public void Maven_parents_beside_the_folder()
    {
        _folder.File("parent/pom.xml", "<project><artifactId>parent</artifactId></project>")
            .File("app/pom.xml",
                "<project><parent><artifactId>parent</artifactId><relativePath>../parent</relativePath></parent>"
                    + "<artifactId>app</artifactId><properties><exec.mainClass>W</exec.mainClass></properties></project>");
        var project = JavaPreset.Describe(_folder["app"], new JavaProjectSettings());
        IsWidened(project);
        Assert.That(Text(project),
            Does.Contain("WORKDIR /src/app\nCOPY app/pom.xml ./\nCOPY parent/pom.xml ../parent/\n")
                .And.Contain("COPY app ./\nCOPY parent ../parent/\n"));
    }

    [Test]
    public void Gradle_projects_of_a_build_above()
    {
        _folder.File("settings.gradle.kts", "include(\":services:web\")\n")
            .File("services/web/build.gradle.kts", "application { mainClass = \"W\" }\n");
        var project = JavaPreset.Describe(_folder["services/web"], new JavaProjectSettings());
        IsWidened(project);
        Assert.That(Text(project), Does.Contain(":services:web:jar"));
    }

    [TestCase("requirements.txt", "flask\n-e ../lib\n")]
    [TestCase("pyproject.toml", "[project]\nname = \"app\"\ndependencies = [\"lib @ file:../lib\"]\n")]
    public void Python_packages_by_their_path(string file, string text)
    {
        _folder.File("app/main.py").File("app/" + file, text).File("lib/setup.py");
        var project = PythonPreset.Describe(_folder["app"], new PythonProjectSettings());
        IsWidened(project);
        Assert.That(Text(project),
            Does.Contain("WORKDIR /app/app\n").And.Contain("COPY lib ../lib/\n").And.Contain("COPY --from=program /app/app/ /app/app/\n"));
    }
}
