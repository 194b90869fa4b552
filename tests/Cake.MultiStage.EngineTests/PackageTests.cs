using System.IO.Compression;
using System.Xml.Linq;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// The package as its users get it: small, complete, and no obstacle to other versions of the libraries that it is made with.
/// </summary>
public sealed class PackageTests
{
    private const int Largest = 2 * 1024 * 1024;

    private static readonly string OtherDocker =
        Path.Combine(PackedAddin.Restored, "docker.dotnet", "3.125.15", "lib", "netstandard2.1", "Docker.DotNet.dll");

    private PackedAddin _package = null!;

    [OneTimeSetUp]
    public async Task Pack() => _package = await PackedAddin.MakeAsync();

    [OneTimeTearDown]
    public ValueTask Delete() => _package.DisposeAsync();

    [Test]
    public void It_is_small_and_all_that_it_brings_has_a_name_of_its_own()
    {
        using var archive = ZipFile.OpenRead(_package.File);
        var names = archive.Entries.Select(entry => entry.FullName).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new FileInfo(_package.File).Length, Is.AtMost(Largest));
            Assert.That(
                names.Where(name => name.EndsWith(".dll", StringComparison.Ordinal)), Is.All.StartsWith("lib/net10.0/Cake.MultiStage."));
            Assert.That(names, Is.SupersetOf(
                ["LICENSE", "THIRD-PARTY-NOTICES.txt", "README.md", "icon.png", "lib/net10.0/Cake.MultiStage.xml", "content/tasks.cake"]));
            Assert.That(File.Exists(Path.ChangeExtension(_package.File, ".snupkg")), Is.True);
        }
    }

    [Test]
    public void Its_page_says_what_it_is_for_whom_and_what_changed()
    {
        using var archive = ZipFile.OpenRead(_package.File);
        using var file = archive.GetEntry("Cake.MultiStage.nuspec")!.Open();
        var about = XDocument.Load(file).Root!.Elements().Single().Elements()
            .ToDictionary(element => element.Name.LocalName, element => element.Value, StringComparer.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(about["title"], Does.StartWith("Cake.MultiStage: "));
            Assert.That(about["description"], Does.Contain("Made for Cake 7.0.0."));
            Assert.That((about["license"], about["readme"], about["icon"]), Is.EqualTo(("MIT", "README.md", "icon.png")));
            Assert.That(about["tags"].Split(' '), Does.Contain("cake-addin"));
            Assert.That(about["releaseNotes"], Does.StartWith("### ").And.Not.Contain("\n## "));
            Assert.That(about["dependencies"], Is.Empty);
        }
    }

    [Test]
    public void Its_documentation_is_of_what_a_script_can_name()
    {
        using var archive = ZipFile.OpenRead(_package.File);
        using var file = archive.GetEntry("lib/net10.0/Cake.MultiStage.xml")!.Open();
        var members = XDocument.Load(file).Descendants("member").Select(member => (string)member.Attribute("name")!).ToList();
        Assert.That(members, Has.Some.StartsWith("M:Cake.MultiStage.Aliases.MultiStageAliases.MultiStageBuild(")
            .And.None.Contains("Cake.MultiStage.Engine.EngineConnection").And.None.Contains("GeneratedRegex").And.None.Contains("<"));
    }

    [Test]
    public async Task A_script_that_has_other_versions_of_its_libraries_builds_measures_and_saves()
    {
        await using var work = new Workspace();
        work.Write("Cargo.toml", "[package]\nname = \"tool\"\nversion = \"0.1.0\"\n");
        work.Write("src/main.rs", "fn main() {}\n");
        var script = work.Write("build.cake", $$"""
            #r "{{OtherDocker}}"
            #r "{{Path.Combine(PackedAddin.Restored, "google.protobuf", "3.30.2", "lib", "net5.0", "Google.Protobuf.dll")}}"
            #addin nuget:?package=Cake.MultiStage&prerelease

            using (var client = new Docker.DotNet.DockerClientConfiguration(new Uri("unix:///nothing.sock")).CreateClient())
            {
                Information("{0}", client.GetType().Assembly.GetName().Version);
            }

            Information("{0}", new Google.Protobuf.WellKnownTypes.StringValue { Value = "other" });
            Information("{0}", MultiStageRust("."));

            var project = MultiStageProject(".", project =>
            {
                (project.BuilderImage, project.FinalBase) = ("{{Workspace.Busybox}}", "{{Workspace.Busybox}}");
                project.Tags.Add("{{work.Tag}}");
                project.Labels["{{work.Label.Name}}"] = "{{work.Label.Value}}";
                project.Commands.Add("echo made > /made");
                project.Artifacts.Add("/made");
                project.Entrypoint = new[] { "/bin/cat", "/made" };
            });
            var image = MultiStageBuild(project);
            MultiStageVerify(image, verify => (verify.Check.FailOn, verify.Check.Start) = (null, new MultiStageStartSettings()));
            MultiStageSave(image, "./image.tar.gz");
            """);

        var output = await _package.RunAsync(
            script, [], new Dictionary<string, string>(StringComparer.Ordinal) { ["DOCKER_HOST"] = work.Engine.Host });

        Assert.That(output, Does.Contain("3.125.0.0").And.Contain("tool (").And.Contain("ended with exit code 0").And.Contain("| made")
            .And.Contain("Saved "));
    }

    [Test]
    public async Task A_program_that_has_another_Protobuf_compiles_and_describes()
    {
        await using var work = new Workspace();
        var cake = Path.Combine(PackedAddin.Restored, "cake.tool", "7.0.0", "tools", "net10.0", "any");
        work.Write("nuget.config", $"""
            <configuration><packageSources><add key="packed" value="{_package.Feed}" /></packageSources></configuration>
            """);
        work.Write("Host.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Cake.MultiStage" Version="{_package.Version}" />
                <PackageReference Include="Google.Protobuf" Version="3.30.2" />
                <Reference Include="{cake}/Cake.Core.dll;{cake}/Cake.Common.dll;{cake}/Spectre.Console.dll" />
                <Reference Include="{cake}/Spectre.Console.Ansi.dll;{cake}/Microsoft.Extensions.Logging.Abstractions.dll" />
              </ItemGroup>
            </Project>
            """);
        work.Write("Cargo.toml", "[package]\nname = \"tool\"\nversion = \"0.1.0\"\n");
        work.Write("src/main.rs", "fn main() {}\n");
        work.Write("Program.cs", """
            using Cake.Core;
            using Cake.Core.Configuration;
            using Cake.Core.Diagnostics;
            using Cake.Core.IO;
            using Cake.Core.Tooling;
            using Cake.MultiStage.Aliases;
            using Google.Protobuf;

            IMessage message = new Google.Protobuf.WellKnownTypes.StringValue { Value = "other" };
            Console.WriteLine(message.GetType().Assembly.GetName().Version);
            var context = new Context(new CakeEnvironment(new CakePlatform(), new CakeRuntime()));
            Console.WriteLine(context.MultiStageDockerfile(context.MultiStageRust(args[0])));

            sealed record Context(ICakeEnvironment Environment) : ICakeContext
            {
                public IFileSystem FileSystem { get; } = new FileSystem();
                public ICakeLog Log { get; } = new NullLog();
                public IGlobber Globber => throw new NotSupportedException();
                public ICakeArguments Arguments => throw new NotSupportedException();
                public IProcessRunner ProcessRunner => throw new NotSupportedException();
                public IRegistry Registry => throw new NotSupportedException();
                public IToolLocator Tools => throw new NotSupportedException();
                public ICakeDataResolver Data => throw new NotSupportedException();
                public ICakeConfiguration Configuration => throw new NotSupportedException();
            }
            """);

        var output = await Shell.RunAsync("dotnet", ["run", "--project", Path.Combine(work.Folder, "Host.csproj"), "--", work.Folder]);

        Assert.That(output, Does.Contain("3.30.2.0").And.Contain("FROM rust:"));
    }
}
