using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class DotNetProjectTests : FolderFixture
{
    [SetUp]
    public void Fill() => _folder.File(".dockerignore", "**/bin\n**/obj\n");

    private ImageProject Project(Action<DotNetProjectSettings>? configure = null)
    {
        var settings = new DotNetProjectSettings();
        configure?.Invoke(settings);
        return DotNetPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<DotNetProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    private TemporaryFolder Csproj(string path, string properties = "", string items = "", string sdk = "Microsoft.NET.Sdk",
        string framework = "net10.0") =>
        _folder.File(path,
            "<Project "
                + $"Sdk=\"{sdk}\"><PropertyGroup><TargetFramework>{framework}</TargetFramework>{properties}</PropertyGroup>"
                + $"<ItemGroup>{items}</ItemGroup></Project>");

    private TemporaryFolder Console(string properties = "", string framework = "net10.0") =>
        Csproj("tool.csproj", "<OutputType>Exe</OutputType>" + properties, framework: framework);

    private TemporaryFolder Web(string path = "web.csproj", string items = "") => Csproj(path, items: items, sdk: "Microsoft.NET.Sdk.Web");

    [Test]
    public void A_web_service_ships_on_the_chiseled_runtime_of_ASP_NET_Core()
    {
        Web();
        Assert.That(Text(), Is.EqualTo(
            """
            FROM mcr.microsoft.com/dotnet/sdk:10.0 AS builder
            WORKDIR /src
            COPY web.csproj ./
            RUN --mount=type=cache,target=/root/.local/share/NuGet/http-cache dotnet restore web.csproj ↩
            -p:UseCurrentRuntimeIdentifier=true -p:SelfContained=false
            COPY . .
            RUN dotnet publish web.csproj -c Release --no-restore -o /app -p:UseCurrentRuntimeIdentifier=true -p:SelfContained=false ↩
            -p:UseAppHost=false -p:DebugType=none -p:ContinuousIntegrationBuild=true -p:Deterministic=true -p:PathMap=/src=/_

            FROM builder AS development
            EXPOSE 8080
            ENV ASPNETCORE_HTTP_PORTS=8080
            ENV DOTNET_ENVIRONMENT=Development
            CMD ["dotnet", "watch", "run", "--project", "web.csproj", "--no-launch-profile"]

            FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra AS final
            WORKDIR /app
            COPY --from=builder /app/ /app/
            EXPOSE 8080
            USER 1654:1654
            ENTRYPOINT ["dotnet", "/app/web.dll"]

            """.Unfolded()));
    }

    [Test]
    public void A_console_program_and_a_worker_ship_on_the_runtime()
    {
        Console();
        Assert.That(Text(),
            Does.Contain("FROM mcr.microsoft.com/dotnet/runtime:10.0-noble-chiseled-extra AS final").And.Not.Contain("EXPOSE"));
        Csproj("tool.csproj", sdk: "Microsoft.NET.Sdk.Worker", framework: "net8.0");
        Assert.That(Text(),
            Does.Contain("FROM mcr.microsoft.com/dotnet/sdk:8.0 AS builder")
                .And.Contain("FROM mcr.microsoft.com/dotnet/runtime:8.0-noble-chiseled-extra AS final"));
    }

    [TestCase("SelfContained", "-o /app -p:UseCurrentRuntimeIdentifier=true -p:DebugType=none")]
    [TestCase("PublishTrimmed", "-o /app -p:SelfContained=true -p:UseCurrentRuntimeIdentifier=true -p:DebugType=none")]
    public void A_program_that_brings_its_runtime_needs_only_the_libraries(string property, string publish)
    {
        Console($"<{property}>true</{property}>");
        Assert.That(Text(),
            Does.Contain(publish).And.Contain("FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled-extra AS final")
                .And.Contain("ENTRYPOINT [\"/app/tool\"]"));
    }

    [Test]
    public void A_native_program_is_built_by_the_image_with_the_native_toolchain()
    {
        Console("<PublishAot>true</PublishAot>");
        Assert.That(Text(),
            Does.StartWith("FROM mcr.microsoft.com/dotnet/sdk:10.0-noble-aot AS builder").And.Contain(
                "PathMap=/src=/_ \\\n && rm -f /app/*.dbg\n").And.Contain("runtime-deps:10.0-noble-chiseled-extra").And.Contain(
                    "ENTRYPOINT [\"/app/tool\"]"));
    }

    [Test]
    public void The_settings_have_the_last_word_over_what_the_project_file_says()
    {
        Console("<PublishAot>true</PublishAot>");
        Assert.That(Text(dotnet => dotnet.Deployment = DotNetDeployment.FrameworkDependent),
            Does.Contain(
                "dotnet restore tool.csproj -p:UseCurrentRuntimeIdentifier=true -p:SelfContained=false -p:PublishAot=false\n").And.Contain(
                    "UseAppHost=false").And.Contain("runtime:10.0-noble-chiseled-extra"));
        Assert.That(Text(dotnet => dotnet.Deployment = DotNetDeployment.Trimmed),
            Does.Contain(
                "restore tool.csproj -p:SelfContained=true -p:UseCurrentRuntimeIdentifier=true -p:PublishTrimmed=true "
                    + "-p:PublishAot=false\n"));
    }

    [Test]
    public void On_scratch_a_native_program_brings_its_libraries_and_the_environment_that_images_set()
    {
        Csproj("web.csproj", "<PublishAot>true</PublishAot>", sdk: "Microsoft.NET.Sdk.Web");
        Assert.That(Text(dotnet => dotnet.Flavor = BaseFlavor.Scratch),
            Does.Contain("ldd /app/web >").And.Contain("FROM scratch AS final").And.Contain("ENV ASPNETCORE_HTTP_PORTS=8080")
                .And.Contain("ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true"));
    }

    [TestCase(BaseFlavor.Slim, "runtime:10.0")]
    [TestCase(BaseFlavor.Alpine, "runtime:10.0-alpine-extra")]
    public void The_flavor_chooses_the_base(BaseFlavor flavor, string image)
    {
        Console();
        Assert.That(Text(dotnet => dotnet.Flavor = flavor),
            Does.Contain($"FROM mcr.microsoft.com/dotnet/{image} AS final")
                .And.StartWith($"FROM mcr.microsoft.com/dotnet/sdk:10.0{(flavor == BaseFlavor.Alpine ? "-alpine" : "")} AS"));
    }

    [TestCase(BaseFlavor.Scratch)]
    [TestCase(BaseFlavor.Distroless)]
    public void A_flavor_without_a_base_for_the_program_is_told_with_those_there_are(BaseFlavor flavor)
    {
        Console();
        Assert.That(() => Project(dotnet => dotnet.Flavor = flavor),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                $".NET has no base of flavor {flavor}. There are: Chiseled (mcr.microsoft.com/dotnet/runtime:10.0-noble-chiseled-extra)"));
    }

    [Test]
    public void A_program_that_brings_its_runtime_is_built_with_the_C_library_of_Alpine_where_it_ships_there()
    {
        Console();
        Assert.That(Text(dotnet => (dotnet.Flavor, dotnet.Deployment) = (BaseFlavor.Alpine, DotNetDeployment.SelfContained)),
            Does.StartWith("FROM mcr.microsoft.com/dotnet/sdk:10.0-alpine AS").And.Contain("runtime-deps:10.0-alpine-extra AS final"));
    }

    [TestCase("", "runtime:10.0-noble-chiseled-extra")]
    [TestCase("<InvariantGlobalization>false</InvariantGlobalization>", "runtime:10.0-noble-chiseled-extra")]
    [TestCase("<InvariantGlobalization>true</InvariantGlobalization>", "runtime:10.0-noble-chiseled")]
    public void Cultures_and_time_zones_are_there_unless_the_project_does_without(string property, string image)
    {
        Console(property);
        Assert.That(Text(), Does.Contain($"FROM mcr.microsoft.com/dotnet/{image} AS final"));
        Assert.That(Project().Assumptions, Is.Empty);
    }

    [Test]
    public void The_runtimes_own_settings_count_too()
    {
        Console().File("runtimeconfig.template.json", "{ \"configProperties\": { \"System.Globalization.Invariant\": true } }");
        Assert.That(Text(), Does.Contain("runtime:10.0-noble-chiseled AS final"));
    }

    [Test]
    public void An_empty_base_has_no_cultures_which_is_told_unless_the_project_does_without()
    {
        Console("<PublishAot>true</PublishAot>");
        Assert.That(Project(dotnet => dotnet.Flavor = BaseFlavor.Scratch).Assumptions.Single(),
            Has.Property("Doubtful").True.And.Property("Text").Contains("InvariantGlobalization"));
        Console("<PublishAot>true</PublishAot><InvariantGlobalization>true</InvariantGlobalization>");
        Assert.That(Project(dotnet => dotnet.Flavor = BaseFlavor.Scratch).Assumptions, Is.Empty);
    }

    [Test]
    public void All_that_a_restore_reads_is_copied_at_its_path_before_the_source()
    {
        Web("src/Web/Web.csproj", "<ProjectReference Include=\"..\\Words\\Words.csproj\" />");
        Csproj("src/Words/Words.csproj").File("src/Words/packages.lock.json").File("src/Web/packages.lock.json");
        Csproj("other/Other.csproj");
        _folder.File("Directory.Packages.props", "<Project />")
            .File("global.json", "{ \"sdk\": { \"version\": \"10.0.100\", \"rollForward\": \"latestFeature\" } }")
            .File("feed/a.nupkg")
            .File("nuget.config",
                "<configuration><packageSources><add key=\"own\" value=\"./feed\" /><add key=\"org\" value=\"https://api.example.com/\" "
                    + "/></packageSources></configuration>")
            .File("src/Directory.Build.props",
                "<Project><Import Project=\"$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '$(MSBuildThisFileDirectory)../'))\" "
                    + "/></Project>")
            .File("Directory.Build.props", "<Project><Import Project=\"$(MSBuildThisFileDirectory)eng/versions.props\" /></Project>")
            .File("eng/versions.props", "<Project />");
        Assert.That(Text(), Does.Contain(
            """
            WORKDIR /src
            COPY Directory.Build.props Directory.Packages.props global.json nuget.config ./
            COPY eng/versions.props eng/
            COPY src/Directory.Build.props src/
            COPY src/Web/Web.csproj src/Web/packages.lock.json src/Web/
            COPY src/Words/Words.csproj src/Words/packages.lock.json src/Words/
            COPY feed feed/
            RUN --mount=type=cache,target=/root/.local/share/NuGet/http-cache dotnet restore src/Web/Web.csproj --locked-mode ↩
            -p:SelfContained=false
            COPY . .

            """.Unfolded()));
    }

    [Test]
    public void Properties_come_from_the_nearest_Directory_Build_props_and_the_project_wins()
    {
        _folder.File("Directory.Build.props",
            "<Project><PropertyGroup><TargetFramework>net8.0</TargetFramework><Base>net9</Base>"
                + "<OutputType>Exe</OutputType></PropertyGroup></Project>");
        _folder.File("a.csproj",
            "<Project "
                + "Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>$(Base).0</TargetFramework>"
                + "<AssemblyName>$(MSBuildProjectName)-tool</AssemblyName></PropertyGroup></Project>");
        Assert.That(Text(), Does.StartWith("FROM mcr.microsoft.com/dotnet/sdk:9.0 AS").And.Contain("[\"dotnet\", \"/app/a-tool.dll\"]"));
    }

    [TestCase("{ \"sdk\": { \"version\": \"10.0.100\" } }", "sdk:10.0.100")]
    [TestCase("{ \"sdk\": { \"version\": \"11.0.100\", \"rollForward\": \"latestMinor\" } } // newer", "sdk:11.0.100")]
    [TestCase("{ \"sdk\": { \"version\": \"8.0.100\", \"rollForward\": \"latestMajor\" } }", "sdk:10.0")]
    [TestCase("{ }", "sdk:10.0")]
    public void The_builder_has_the_SDK_that_global_json_accepts(string json, string image)
    {
        Console().File("global.json", json);
        Assert.That(Text(), Does.StartWith($"FROM mcr.microsoft.com/dotnet/{image} AS builder\n"));
    }

    [Test]
    public void Of_several_frameworks_the_newest_is_taken_and_named()
    {
        _folder.File("a.csproj",
            "<Project "
                + "Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFrameworks>net8.0;net10.0;net9.0-windows</TargetFrameworks>"
                + "</PropertyGroup></Project>");
        Assert.That(Text(), Does.Contain("publish a.csproj -c Release -f net10.0 --no-restore"));
        Assert.That(Project().Assumptions.Select(assumption => assumption.Text), Has.Some.Contains("net10.0, net8.0"));
        Assert.That(Text(dotnet => dotnet.Framework = "net8.0"),
            Does.StartWith("FROM mcr.microsoft.com/dotnet/sdk:8.0 AS").And.Contain("-f net8.0").And.Contain("aspnet:8.0-noble-chiseled"));
    }

    [Test]
    public void Several_programs_are_told_and_one_is_chosen_by_file_or_name()
    {
        Web("src/Web/Web.csproj");
        Csproj("src/Tool/Tool.csproj", "<OutputType>Exe</OutputType>");
        Csproj("src/Library/Library.csproj");
        Csproj("src/Other/Other.csproj", "<OutputType>Exe</OutputType>");
        Web("src/Admin/Admin.csproj");
        Assert.That(() => Project(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "several programs. The programs are: src/Admin/Admin.csproj, src/Web/Web.csproj. Choose one, as in dotnet.Project = "
                    + "\"Admin\""));
        Assert.That(Text(dotnet => dotnet.Project = "web"), Does.Contain("/app/Web.dll"));
        Assert.That(Text(dotnet => dotnet.Project = "./src/Tool/Tool.csproj"), Does.Contain("/app/Tool.dll"));
        Assert.That(() => Project(dotnet => dotnet.Project = "none"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("has no project 'none'"));
    }

    [TestCase("all.sln", "Project(\"{9A19103F-16F7-4668-BE54-9A1E7A4F7556}\") = \"Web\", \"src\\Web\\Web.csproj\", \"{C0}\"\nEndProject\n")]
    [TestCase("all.slnx", "<Solution><Project Path=\"src/Web/Web.csproj\" /></Solution>")]
    public void A_solution_says_which_projects_belong_to_it(string file, string text)
    {
        Web("src/Web/Web.csproj");
        Csproj("samples/Sample/Sample.csproj", "<OutputType>Exe</OutputType>").File(file, text);
        Assert.That(Text(), Does.Contain("/app/Web.dll"));
    }

    [Test]
    public void Test_projects_make_the_variant_test()
    {
        Web("src/Web/Web.csproj");
        Csproj("tests/A/A.csproj", "<OutputType>Exe</OutputType>", "<PackageReference Include=\"NUnit\" />");
        Assert.That(Text(), Does.Contain("dotnet test tests/A/A.csproj --logger trx --results-directory /test-results"));
        Csproj("tests/B/B.csproj", items: "<PackageReference Include=\"TUnit\" />").File("global.json",
            "{ \"test\": { \"runner\": \"Microsoft.Testing.Platform\" } }");
        Assert.That(Text(),
            Does.Contain(
                "(failed=0; dotnet test --project tests/A/A.csproj --results-directory /test-results --report-trx || failed=1; dotnet test "
                    + "--project tests/B/B.csproj").And.Contain("exit $failed)"));
    }

    [Test]
    public void Credentials_are_mounted_where_packages_are_restored()
    {
        Console();
        var text = Text(dotnet => dotnet.Credentials = BuildSecret.FromValue("<configuration />"));
        Assert.That(text,
            Does.Contain(
                "--mount=type=secret,id=nuget-config,target=/root/.nuget/NuGet/NuGet.Config,required=true dotnet restore").Or.Contain(
                    "--mount=type=secret,id=nuget-config,required=true,target=/root/.nuget/NuGet/NuGet.Config dotnet restore").Or.Contain(
                        "target=/root/.nuget/NuGet/NuGet.Config"));
        Assert.That(Project(dotnet => dotnet.Credentials = BuildSecret.FromValue("<configuration />")).Secrets,
            Contains.Key("nuget-config"));
    }

    [Test]
    public void What_a_build_on_the_host_left_never_travels()
    {
        Console().File(".dockerignore", "# obj\nbin\n").File("obj/project.assets.json").File("Bin/x");
        Assert.That(Text(), Does.Contain("--no-restore"));
        Assert.That(Project().Ignored, Does.Contain("**/[Oo]bj").And.Contain("**/[Bb]in"));
    }

    [TestCase("../Words/Words.csproj", "which is")]
    [TestCase("Words/Words.csproj", "refers to 'Words/Words.csproj', which does not exist")]
    public void A_reference_to_nothing_is_an_error(string reference, string message)
    {
        Web(items: $"<ProjectReference Include=\"{reference}\" />");
        Assert.That(() => Project(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(message).And.Message.Contains("does not exist"));
    }

    [TestCase("notes.txt", "", "is not a .NET project")]
    [TestCase("a.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />", "No project in")]
    [TestCase("a.csproj", "<Project", "'a.csproj' in")]
    public void A_folder_without_a_program_is_told(string file, string text, string message)
    {
        _folder.File(file, text);
        Assert.That(() => Project(), Throws.InstanceOf<MultiStageException>().With.Message.Contains(message));
    }
}
