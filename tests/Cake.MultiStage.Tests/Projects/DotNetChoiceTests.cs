using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Which of a folder's projects ships, what else its build needs, and what can't be had on Linux.</summary>
public sealed class DotNetChoiceTests : FolderFixture
{
    [SetUp]
    public void Fill() => _folder.File(".dockerignore", "**/bin\n**/obj\n");

    [TestCase("host/Shop.AppHost.csproj", "Aspire.AppHost.Sdk/13.0.0", "<OutputType>Exe</OutputType>", "")]
    [TestCase("host/Shop.AppHost.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType><IsAspireHost>true</IsAspireHost>", "")]
    [TestCase("build/_build.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>", "<PackageReference Include='Nuke.Common' />")]
    [TestCase("build/Build.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>", "<PackageReference Include='Cake.Frosting' />")]
    [TestCase("src/Shop.Tests/Shop.Tests.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>",
        "<PackageReference Include='xunit.v3.mtp-v2' />")]
    [TestCase("src/Shop.Specs/Shop.Specs.fsproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>",
        "<PackageReference Include='Expecto' />")]
    [TestCase("src/Shop.IntegrationTests/A.Tests.csproj", "Microsoft.NET.Sdk.Web", "", "")]
    [TestCase("src/App/App.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType><UseMaui>true</UseMaui>", "")]
    [TestCase("src/Desktop/Desktop.csproj", "Microsoft.NET.Sdk",
        "<OutputType>WinExe</OutputType><TargetFramework>net10.0-windows</TargetFramework>", "")]
    [TestCase("src/Old/Old.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType><TargetFramework>net48</TargetFramework>", "")]
    [TestCase("samples/Sample/Sample.csproj", "Microsoft.NET.Sdk.Web", "", "")]
    [TestCase("tools/Seed/Seed.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>", "")]
    [TestCase("src/Shop.Benchmarks/Shop.Benchmarks.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>", "")]
    [TestCase("src/Client/Client.csproj", "Microsoft.NET.Sdk.BlazorWebAssembly", "", "")]
    public void What_does_not_ship_is_no_candidate(string path, string sdk, string properties, string items)
    {
        Project("src/Web/Web.csproj", "Microsoft.NET.Sdk.Web");
        Project(path, sdk, properties, items);
        var project = Described();
        Assert.That(project.Entrypoint, Is.EqualTo(["dotnet", "/app/Web.dll"]));
        Assert.That(project.Assumptions, Is.Empty);
    }

    [Test]
    public void Tests_may_be_told_by_what_is_around_them()
    {
        Project("src/Web/Web.csproj", "Microsoft.NET.Sdk.Web");
        Project("tests/Checks/Checks.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>");
        _folder.File("tests/Directory.Build.props", "<Project><ItemGroup><PackageReference Include='xunit' /></ItemGroup></Project>");
        _folder.File("Directory.Build.props",
            "<Project><ItemGroup Condition=\"'$(IsTest)' == 'true'\"><PackageReference Include='NUnit' /></ItemGroup></Project>");
        Assert.That(Described().Entrypoint, Is.EqualTo(["dotnet", "/app/Web.dll"]));
        Assert.That(Text(), Does.Contain("dotnet test tests/Checks/Checks.csproj"));
    }

    [Test]
    public void A_build_by_FAKE_is_told_by_what_Paket_restores()
    {
        Project("src/Web/Web.csproj", "Microsoft.NET.Sdk.Web");
        Project("Build.fsproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>");
        _folder.File("paket.references", "group Build\n  Fake.Core.Target\n  Fake.IO.FileSystem\n");
        Assert.That(Described().Assumptions, Is.Empty);
        _folder.File("paket.references", "File:helpers.fs\nArgu\n");
        Assert.That(Described().Assumptions.Single().Text, Does.Contain("Build.fsproj"));
    }

    [Test]
    public void The_framework_may_be_named_where_the_versions_of_packages_are()
    {
        _folder.File("Directory.Packages.props",
            "<Project><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        _folder.File("src/Web/Web.csproj", "<Project Sdk='Microsoft.NET.Sdk.Web' />");
        Assert.That(Described().Assumptions, Is.Empty);
    }

    [TestCase("Shop.slnf", "src\\\\Api\\\\Api.csproj", "Shop.slnx")]
    [TestCase("filters/Shop.slnf", "src\\\\Api\\\\Api.csproj", "..\\\\Shop.slnx")]
    public void A_filter_of_a_solution_says_which_programs_are_meant(string filter, string project, string solution)
    {
        Project("src/Web/Web.csproj", "Microsoft.NET.Sdk.Web");
        Project("src/Api/Api.csproj", "Microsoft.NET.Sdk.Web");
        _folder.File("Shop.slnx", "<Solution><Project Path=\"src/Web/Web.csproj\" /><Project Path=\"src/Api/Api.csproj\" /></Solution>");
        _folder.File(filter, $"{{ \"solution\": {{ \"path\": \"{solution}\", \"projects\": [ \"{project}\" ] }} }}");
        Assert.That(Text, Throws.InstanceOf<MultiStageException>().With.Message.Contains("several programs"));
        Assert.That(Described(filter).Entrypoint, Is.EqualTo(["dotnet", "/app/Api.dll"]));
        Assert.That(() => Described("None.slnf"), Throws.InstanceOf<MultiStageException>().With.Message.Contains("has no 'None.slnf'"));
    }

    [Test]
    public void Tests_beside_the_described_folder_count_where_they_test_the_program()
    {
        _folder.File("Directory.Build.props", "<Project />");
        Project("web/src/Web.csproj", "Microsoft.NET.Sdk.Web");
        const string TestSdk = "<PackageReference Include='Microsoft.NET.Test.Sdk' />";
        Project("web/checks/Own.Tests.csproj", "Microsoft.NET.Sdk", items: TestSdk);
        Project("tests/Web.Tests.csproj", "Microsoft.NET.Sdk",
            items: TestSdk + "<ProjectReference Include='../web/src/Web.csproj' />");
        Project("other/Other.Tests.csproj", "Microsoft.NET.Sdk", items: TestSdk);
        var text = DotNetPreset.Describe(_folder["web"], new DotNetProjectSettings()).ToDockerfile().ToString();
        Assert.That(text, Does.Contain("dotnet test web/checks/Own.Tests.csproj").And.Contain("dotnet test tests/Web.Tests.csproj")
            .And.Not.Contain("Other.Tests"));
        Assert.That(Text(dotnet => dotnet.Project = "Web"), Does.Contain("Other.Tests"));
    }

    [Test]
    public void A_program_that_another_one_refers_to_is_a_part_of_it()
    {
        Project("src/Server/Server.csproj", "Microsoft.NET.Sdk.Web", items: "<ProjectReference Include='../Admin/Admin.csproj' />");
        Project("src/Admin/Admin.csproj", "Microsoft.NET.Sdk.Web");
        Assert.That(Described().Entrypoint, Is.EqualTo(["dotnet", "/app/Server.dll"]));
    }

    [Test]
    public void A_tool_that_refers_to_a_web_program_does_not_take_it_in()
    {
        Project("src/Web/Web.csproj", "Microsoft.NET.Sdk.Web");
        Project("src/Packer/Packer.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>",
            "<ProjectReference Include='../Web/Web.csproj' />");
        Assert.That(Described().Entrypoint, Is.EqualTo(["dotnet", "/app/Web.dll"]));
        Assert.That(Described().Assumptions.Single().Text, Does.Contain("dotnet.Project = \"Packer\""));
    }

    [Test]
    public void A_program_below_a_solution_that_does_not_list_it_is_described_with_what_is_above()
    {
        _folder.File("Directory.Build.props", "<Project />")
            .File("Shop.slnx", "<Solution><Project Path=\"src/Web/Web.csproj\" /></Solution>");
        Project("src/Web/Web.csproj", "Microsoft.NET.Sdk.Web");
        Project("examples/Hello/Hello.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>");
        Assert.That(DotNetPreset.Describe(_folder["examples/Hello"], new DotNetProjectSettings()).Entrypoint,
            Is.EqualTo(["dotnet", "/app/Hello.dll"]));
        Assert.That(Described("examples/Hello/Hello.csproj").Entrypoint, Is.EqualTo(["dotnet", "/app/Hello.dll"]));
    }

    [TestCase("../Directory.Build.props")]
    [TestCase("$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '$(MSBuildThisFileDirectory)../'))")]
    public void What_lies_above_may_import_what_lies_above_it(string import)
    {
        _folder.File("Directory.Build.props", "<Project />")
            .File("samples/Directory.Build.props", $"<Project><Import Project=\"{import}\" /></Project>");
        Project("samples/Hello/Hello.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>");
        var project = DotNetPreset.Describe(_folder["samples/Hello"], new DotNetProjectSettings());
        Assert.That(project.ContextDirectory, Is.EqualTo(_folder.Path));
        Assert.That(project.ToDockerfile().ToString(), Does.Contain("dotnet publish samples/Hello/Hello.csproj")
            .And.Contain("COPY samples/Directory.Build.props samples/"));
    }

    [Test]
    public void A_version_may_be_written_without_its_zero()
    {
        Project("src/Web/Web.csproj", "Microsoft.NET.Sdk.Web", "<TargetFramework>net8</TargetFramework>");
        Assert.That(Text(), Does.Contain("FROM mcr.microsoft.com/dotnet/sdk:8.0 AS builder"));
    }

    [Test]
    public void References_by_a_pattern_or_of_what_is_around_are_restored_with_the_program()
    {
        _folder.File("src/Directory.Build.targets", """
            <Project>
              <ItemGroup Condition="$(MSBuildProjectName.EndsWith('Api'))">
                <ProjectReference Include="..\..\modules\**\*.csproj" />
              </ItemGroup>
              <ItemGroup Condition="'$(Never)' == 'true'">
                <ProjectReference Include="$(MSBuildThisFileDirectory)\blocks\Common\*.csproj" />
              </ItemGroup>
            </Project>
            """);
        Project("src/Shop.Api/Shop.Api.csproj", "Microsoft.NET.Sdk.Web");
        Project("modules/Orders/Domain/Orders.csproj", "Microsoft.NET.Sdk");
        Project("src/blocks/Common/Common.csproj", "Microsoft.NET.Sdk");
        Project("other/Other.csproj", "Microsoft.NET.Sdk");
        Assert.That(Text().Split("RUN ")[0], Does.Contain("COPY modules/Orders/Domain/Orders.csproj modules/Orders/Domain/")
            .And.Contain("COPY src/blocks/Common/Common.csproj src/blocks/Common/").And.Not.Contain("Other.csproj"));
    }

    [Test]
    public void One_web_program_among_others_is_taken_and_told()
    {
        Project("src/Web/Web.csproj", "Microsoft.NET.Sdk.Web");
        Project("src/Worker/Worker.csproj", "Microsoft.NET.Sdk.Worker");
        var project = Described();
        Assert.That(project.Entrypoint, Is.EqualTo(["dotnet", "/app/Web.dll"]));
        Assert.That(project.Assumptions.Single(),
            Has.Property("Doubtful").True.And.Property("Text").Contains("dotnet.Project = \"Worker\""));
    }

    [Test]
    public void A_folder_of_samples_is_asked_about()
    {
        Project("samples/A/A.csproj", "Microsoft.NET.Sdk.Web");
        Assert.That(Described().Assumptions.Single().Text, Does.Contain("samples/A/A.csproj is taken, though it is a sample"));
        Project("samples/B/B.csproj", "Microsoft.NET.Sdk.Web");
        Assert.That(Text,
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("samples/A/A.csproj, samples/B/B.csproj. Choose one"));
    }

    [TestCase("netstandard2.0", "<OutputType>Exe</OutputType>", "a library, which nothing can start")]
    [TestCase("net48", "<OutputType>Exe</OutputType>", ".NET Framework, which runs on Windows alone")]
    [TestCase("net10.0-windows", "<OutputType>Exe</OutputType>", "runs on that system alone")]
    [TestCase("netcoreapp3.1", "<OutputType>Exe</OutputType>", "whose support has ended")]
    public void A_program_that_Linux_does_not_run_is_told_when_it_is_named(string framework, string properties, string message)
    {
        Project("a/A.csproj", "Microsoft.NET.Sdk", properties, framework: framework);
        Assert.That(() => Described("A"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(message).And.Message.Contains(framework));
    }

    [Test]
    public void Where_nothing_ships_each_project_is_told_for_what_it_is()
    {
        Project("a/A.csproj", "Microsoft.NET.Sdk");
        Project("b/B.Tests.csproj", "Microsoft.NET.Sdk", items: "<PackageReference Include='MSTest.TestFramework' />");
        Project("c/C.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType>", framework: "net472");
        Assert.That(Text, Throws.InstanceOf<MultiStageException>()
            .With.Message.Contains(
                "a/A.csproj is a library; b/B.Tests.csproj is tests; c/C.csproj is for net472, which Linux does not run"));
        Project("d/D.csproj", "Microsoft.NET.Sdk.BlazorWebAssembly");
        Assert.That(Text,
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "Blazor WebAssembly alone is a site: describe it by MultiStageSite(\".\")"));
    }

    [Test]
    public void A_lock_file_without_the_platform_restores_for_all_and_ships_for_one()
    {
        Project("web.csproj", "Microsoft.NET.Sdk.Web");
        _folder.File("packages.lock.json", "{ \"version\": 1, \"dependencies\": { \"net10.0\": {} } }");
        Assert.That(Text(),
            Does.Contain("--locked-mode -p:SelfContained=false\n").And.Contain("find /app/runtimes")
                .And.Not.Contain("UseCurrentRuntimeIdentifier"));
        Assert.That(Described().Assumptions.Single().Text, Does.Contain("<RuntimeIdentifiers>"));
        _folder.File("packages.lock.json", "{ \"version\": 1, \"dependencies\": { \"net10.0\": {}, \"net10.0/linux-x64\": {} } }");
        Assert.That(Text(), Does.Contain("--locked-mode -p:UseCurrentRuntimeIdentifier=true").And.Not.Contain("/app/runtimes"));
        Assert.That(Described().Assumptions, Is.Empty);
    }

    [Test]
    public void A_native_program_that_is_locked_for_another_system_is_restored_without_the_lock_and_told()
    {
        Project("tool.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType><PublishAot>true</PublishAot>");
        _folder.File("packages.lock.json", "{ \"dependencies\": { \"net10.0\": {}, \"net10.0/win-x64\": {} } }");
        Assert.That(Text(), Does.Contain("dotnet restore tool.csproj\n"));
        Assert.That(Described().Assumptions.Single(),
            Has.Property("Doubtful").True.And.Property("Text").Contains("is not locked for Linux"));
        _folder.File("packages.lock.json", "{ \"dependencies\": { \"net10.0\": {}, \"net10.0/linux-x64\": {} } }");
        Assert.That(Text(), Does.Contain("dotnet restore tool.csproj --locked-mode\n"));
        Assert.That(Described().Assumptions, Is.Empty);
    }

    [Test]
    public void A_platform_of_another_system_is_told()
    {
        Project("web.csproj", "Microsoft.NET.Sdk.Web", "<RuntimeIdentifier>win-x64</RuntimeIdentifier>");
        Assert.That(Described().Assumptions.Single(), Has.Property("Doubtful").True.And.Property("Text").Contains("win-x64"));
    }

    [Test]
    public void One_file_needs_a_host_that_only_programs_with_their_runtime_have()
    {
        Project("tool.csproj", "Microsoft.NET.Sdk", "<OutputType>Exe</OutputType><PublishSingleFile>true</PublishSingleFile>");
        Assert.That(Text(), Does.Contain("-p:PublishSingleFile=false"));
        Project("tool.csproj", "Microsoft.NET.Sdk",
            "<OutputType>Exe</OutputType><PublishSingleFile>true</PublishSingleFile><SelfContained>true</SelfContained>");
        Assert.That(Text(dotnet => dotnet.Flavor = BaseFlavor.Scratch), Does.Contain("ldd /app/tool >").And.Not.Contain("libcoreclr"));
    }

    [TestCase("<Target Name='Pages' BeforeTargets='Build'><Exec WorkingDirectory='ClientApp' Command='npm ci' /></Target>", "", "npm ci")]
    [TestCase("<Target Name='Pages'><Exec Command='cd ClientApp &amp;&amp; npx vite build' /></Target>", "", "npx vite build")]
    [TestCase("", "<ProjectReference Include='../client/client.esproj' />", "client/client.esproj")]
    public void Publishing_that_runs_Node_has_it_in_the_builder(string target, string items, string reason)
    {
        _folder.File("client/client.esproj", "<Project Sdk='Microsoft.VisualStudio.JavaScript.Sdk/1.0.0' />")
            .File("client/package.json", "{ \"engines\": { \"node\": \"22\" } }");
        _folder.File("web/ClientApp/package.json", "{ \"engines\": { \"node\": \"22.x\" } }");
        Project("web/Web.csproj", "Microsoft.NET.Sdk.Web", items: items, targets: target);
        Assert.That(Text(),
            Does.Contain("COPY --from=node:22-slim /usr/local/ /usr/local/")
                .And.Contain("--mount=type=cache,target=/root/.npm dotnet publish"));
        Assert.That(Described().Findings, Has.Some.Contains(reason));
        Assert.That(Text(dotnet => dotnet.BuilderImage = "own/sdk:1"), Does.Not.Contain("node"));
        Assert.That(Text(dotnet => dotnet.Flavor = BaseFlavor.Alpine), Does.Contain("COPY --from=node:22-alpine"));
    }

    [Test]
    public void Node_that_is_linked_to_libatomic_has_it_in_the_builder()
    {
        Project("web.csproj", "Microsoft.NET.Sdk.Web", targets: "<Target Name='T'><Exec Command='npm ci' /></Target>");
        Assert.That(Text(), Does.Contain("libatomic1").And.Contain("COPY --from=node:26-slim"));
    }

    [Test]
    public void Commands_that_only_look_like_Node_bring_none()
    {
        Project("web.csproj", "Microsoft.NET.Sdk.Web", targets: "<Target Name='T'><Exec Command='dotnet nodes --list' /></Target>");
        Assert.That(Text(), Does.Not.Contain("FROM node").And.Not.Contain("from=node"));
    }

    [Test]
    public void Tools_of_the_repository_are_restored_where_targets_run_them()
    {
        _folder.File(".config/dotnet-tools.json",
            "{ \"tools\": { \"swashbuckle.aspnetcore.cli\": { \"version\": \"1.0.0\", \"commands\": [\"swagger\"] } } }");
        Project("web.csproj", "Microsoft.NET.Sdk.Web");
        Assert.That(Text(), Does.Not.Contain("tool restore"));
        Project("web.csproj", "Microsoft.NET.Sdk.Web", targets: "<Target Name='T'><Exec Command='dotnet swagger tofile' /></Target>");
        Assert.That(Text(), Does.Contain("COPY .config/dotnet-tools.json .config/").And.Contain("dotnet tool restore\n"));
    }

    [Test]
    public void Paket_restores_by_its_own_files()
    {
        _folder.File(".config/dotnet-tools.json", "{ \"tools\": { \"paket\": { \"version\": \"9.0.0\", \"commands\": [\"paket\"] } } }");
        _folder.File("paket.dependencies")
            .File("paket.lock")
            .File(".paket/Paket.Restore.targets", "<Project />")
            .File("src/paket.references");
        Project("src/App.fsproj", "Microsoft.NET.Sdk.Web");
        Assert.That(Text(),
            Does.Contain("COPY paket.dependencies paket.lock ./").And.Contain("src/paket.references")
                .And.Contain("COPY .paket .paket/").And.Contain("dotnet tool restore\n"));
    }

    private ImageProject Described(string? project = null) =>
        DotNetPreset.Describe(_folder.Path, new DotNetProjectSettings { Project = project });

    private string Text() => Text(_ => { });

    private string Text(Action<DotNetProjectSettings> configure)
    {
        var settings = new DotNetProjectSettings();
        configure(settings);
        return DotNetPreset.Describe(_folder.Path, settings).ToDockerfile().ToString();
    }

    private void Project(string path, string sdk, string properties = "", string items = "", string targets = "",
        string framework = "net10.0") => _folder.File(
        path,
        "<Project "
            + $"Sdk='{sdk}'><PropertyGroup><TargetFramework>{framework}</TargetFramework>{properties}</PropertyGroup>"
            + $"<ItemGroup>{items}</ItemGroup>{targets}</Project>");
}
