using System.Globalization;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>A repository with more projects than an image can have layers: their files come as one tree.</summary>
public sealed class ManifestStageTests : FolderFixture
{
    private const int Many = 130;

    private static IEnumerable<string> Names(string prefix) =>
        Enumerable.Range(1, Many).Select(number => prefix + number.ToString("000", CultureInfo.InvariantCulture));

    private static string Text(ImageProject project)
    {
        var dockerfile = project.ToDockerfile();
        dockerfile.Validate();
        Assert.That(dockerfile.Stages, Has.All.Matches<Cake.MultiStage.Dockerfiles.Stage>(stage => stage!.Instructions.Count < 30));
        return dockerfile.ToString();
    }

    [Test]
    public void Project_files_of_a_large_solution()
    {
        var references = string.Concat(Names("Lib").Select(name => $"<ProjectReference Include=\"../{name}/{name}.csproj\" />"));
        _folder.File("Directory.Build.props", "<Project />")
            .File("src/Web/Web.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFramework>net10.0</TargetFramework>"
                + $"</PropertyGroup><ItemGroup>{references}</ItemGroup></Project>")
            .File("src/Web/Program.cs", "WebApplication.Create(args).Run();");
        foreach (var name in Names("Lib"))
        {
            _folder.File($"src/{name}/{name}.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        }

        Assert.That(Text(DotNetPreset.Describe(_folder.Path, new DotNetProjectSettings())), Does.StartWith(
            """
            FROM mcr.microsoft.com/dotnet/sdk:10.0 AS project-files
            WORKDIR /context
            COPY . .
            RUN mkdir /project-files \
             && find . -type f \( -name Directory.Build.props -o -name "*.csproj" \) -exec cp --parents {} /project-files/ \;

            FROM mcr.microsoft.com/dotnet/sdk:10.0 AS builder
            WORKDIR /src
            COPY --from=project-files /project-files/ ./
            RUN 
            """));
    }

    [Test]
    public void Packages_of_a_large_workspace_in_each_stage_that_installs()
    {
        _folder.File("package.json", """{ "workspaces": ["packages/*"] }""").File("package-lock.json")
            .File("packages/api/package.json", """{ "name": "api", "scripts": { "start": "node main.js" } }""")
            .File("packages/api/main.js");
        foreach (var name in Names("p"))
        {
            _folder.File($"packages/{name}/package.json", $$"""{ "name": "{{name}}" }""");
        }

        var text = Text(NodePreset.Describe(_folder.Path, new NodeProjectSettings()));
        Assert.That(text, Does.Contain("find . -type f \\( -name package-lock.json -o -name package.json \\) -exec cp"));
        Assert.That(text, Does.Contain("COPY --from=project-files /project-files/ ./\n").And.Not.Contain("COPY packages/p001"));
    }

    [Test]
    public void Modules_outside_of_the_folder_that_was_described()
    {
        var replaced = string.Concat(Names("m").Select(name => $"replace example.com/{name} => ../../lib/{name}\n"));
        _folder.File("services/api/go.mod", "module example.com/api\n" + replaced).File("services/api/main.go", "package main\n")
            .File("services/api/go.sum");
        foreach (var name in Names("m"))
        {
            _folder.File($"lib/{name}/go.mod", $"module example.com/{name}\n").File($"lib/{name}/lib.go", $"package {name}\n");
        }

        Assert.That(Text(GoPreset.Describe(_folder["services/api"], new GoProjectSettings())), Does.Contain(
            """
            WORKDIR /src/services/api
            COPY --from=project-files /project-files/ ../../
            RUN --mount=type=cache,target=/go/pkg/mod go mod download
            COPY . ../../

            """));
    }
}
