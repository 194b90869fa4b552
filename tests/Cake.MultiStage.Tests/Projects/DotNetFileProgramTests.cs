using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Detection;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Programs of one file, whose project is what their directives say.</summary>
public sealed class DotNetFileProgramTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    private ImageProject Project(string? name = null) =>
        DotNetPreset.Describe(_folder.Path, new DotNetProjectSettings { Project = name });

    [Test]
    public void A_web_service_of_one_file_is_restored_and_published_by_it()
    {
        _folder.File("web.cs", "#!/usr/bin/env dotnet\n#:sdk Microsoft.NET.Sdk.Web\n#:package Dapper@2.1.0\n#:property PublishAot=false\n"
            + "WebApplication.Create().Run();\n").File("notes.cs", "class Notes;");
        var text = Project().ToDockerfile().ToString();
        Assert.That(text, Does.Contain("COPY web.cs ./\n").And.Contain("dotnet restore web.cs -p:UseCurrentRuntimeIdentifier=true")
            .And.Contain("dotnet publish web.cs -c Release --no-restore -o /app")
            .And.Contain("CMD [\"dotnet\", \"watch\", \"run\", \"--file\", \"web.cs\", \"--no-launch-profile\"]")
            .And.Contain("FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra AS final")
            .And.Contain("ENTRYPOINT [\"dotnet\", \"/app/web.dll\"]"));
    }

    [Test]
    public void It_is_a_native_program_unless_it_says_otherwise()
    {
        _folder.File("tool.cs", "#:property InvariantGlobalization=true\nConsole.WriteLine();\n");
        var text = Project().ToDockerfile().ToString();
        Assert.That(text, Does.Contain("FROM mcr.microsoft.com/dotnet/sdk:10.0-noble-aot AS builder")
            .And.Contain("FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled AS final")
            .And.Contain("ENTRYPOINT [\"/app/tool\"]"));
    }

    [TestCase("../lib")]
    [TestCase("../lib/Lib.csproj")]
    public void It_refers_to_projects_by_their_folders_too(string reference)
    {
        _folder.File("lib/Lib.csproj", "<Project Sdk='Microsoft.NET.Sdk' />").File("app/main.cs", $"#:project {reference}\n");
        var project = DotNetPreset.Describe(_folder["app"], new DotNetProjectSettings());
        Assert.That(project.ContextDirectory, Is.EqualTo(_folder.Path));
        Assert.That(project.ToDockerfile().ToString(),
            Does.Contain("COPY lib/Lib.csproj lib/\n").And.Contain("dotnet restore app/main.cs"));
    }

    [Test]
    public void Of_several_one_is_named()
    {
        _folder.File("a.cs", "#:package A@1\n").File("b.cs", "Console.WriteLine();\n").File("c.cs", "#!/usr/bin/dotnet\n");
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("a.cs, c.cs"));
        Assert.That(Project("b.cs").Entrypoint, Is.EqualTo(["/app/b"]));
    }

    [Test]
    public void Beside_a_project_it_is_a_source_unless_it_is_named()
    {
        _folder.File("App.csproj", "<Project Sdk='Microsoft.NET.Sdk.Web'><PropertyGroup><TargetFramework>net10.0</TargetFramework>"
            + "</PropertyGroup></Project>").File("tools/seed.cs", "#:package A@1\n");
        Assert.That(Project().Entrypoint, Is.EqualTo(["dotnet", "/app/App.dll"]));
        Assert.That(Project("tools/seed.cs").Entrypoint, Is.EqualTo(["/app/seed"]));
    }

    [Test]
    public void A_folder_with_one_is_detected() =>
        Assert.That(ProjectDetector.Describe(
            _folder.File("web.cs", "#:sdk Microsoft.NET.Sdk.Web\n").Path, new DetectSettings()).Entrypoint, Is.EqualTo(["/app/web"]));
}
