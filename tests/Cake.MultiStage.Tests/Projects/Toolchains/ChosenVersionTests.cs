using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Java;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Projects.Rust;
using Cake.MultiStage.Projects.Sites;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects.Toolchains;

/// <summary>Which images presets take, by what a project asks for and by what the table has.</summary>
internal sealed class ChosenVersionTests : FolderFixture
{
    [TestCase(null, "node:26-slim")]
    [TestCase(">=12", "node:26-slim")]
    [TestCase("<21", "node:20-slim")]
    [TestCase(">=18 <23", "node:22-slim")]
    [TestCase("^22.1.0", "node:22-slim")]
    [TestCase("^20.9.0 || >=22.0.0", "node:26-slim")]
    [TestCase("23.x", "node:23-slim")]
    [TestCase("~20.11.0", "node:20.11-slim")]
    [TestCase("20.11.1", "node:20.11.1-slim")]
    [TestCase(">=20.0 <20.10", "node:20.9-slim")]
    [TestCase(">=24", "node:26-slim")]
    [TestCase("<=24", "node:24-slim")]
    public void Node_is_the_newest_supported_of_the_engines(string? engines, string image)
    {
        _folder.File("index.js").File("package.json", engines is null ? "{}" : $$"""{ "engines": { "node": "{{engines}}" } }""");
        Assert.That(Base(Node()), Is.EqualTo(image));
    }

    [TestCase(".nvmrc", "v20.11.1\n", "node:20.11.1-slim")]
    [TestCase(".nvmrc", "# the team's\n22\n", "node:22-slim")]
    [TestCase(".nvmrc", "lts/*", "node:26-slim")]
    [TestCase(".nvmrc", "lts/-1", "node:24-slim")]
    [TestCase(".nvmrc", "lts/Jod", "node:22-slim")]
    [TestCase(".nvmrc", "lts/iron", "node:20-slim")]
    [TestCase(".nvmrc", "node", "node:26-slim")]
    [TestCase(".node-version", "24.1", "node:24.1-slim")]
    [TestCase(".tool-versions", "python 3.12.1\nnodejs 22.4.0 20.1.0 # two\n", "node:22.4.0-slim")]
    [TestCase("mise.toml", "[tools]\nnode = \"24\"\n", "node:24-slim")]
    [TestCase(".mise.toml", "[tools]\nnode = { version = \"lts\" }\n", "node:26-slim")]
    [TestCase("mise.toml", "[tools]\nnode = [\"22\", \"24\"]\n", "node:22-slim")]
    public void A_pin_of_Node_takes_precedence_as_its_own_tool_reads_it(string file, string text, string image)
    {
        _folder.File("index.js").File("package.json", """{ "engines": { "node": ">=18" } }""").File(file, text);
        Assert.That(Base(Node()), Is.EqualTo(image));
    }

    [Test]
    public void Volta_pins_in_the_package_and_nvm_s_file_comes_first()
    {
        _folder.File("index.js").File("package.json", """{ "volta": { "node": "22.1.0" }, "engines": { "node": ">=18" } }""");
        Assert.That(Base(Node()), Is.EqualTo("node:22.1.0-slim"));
        _folder.File(".nvmrc", "24");
        var project = Node();
        Assert.That(Base(project), Is.EqualTo("node:24-slim"));
        Assert.That(Texts(project), Has.One.Contains(".nvmrc asks for Node.js 24, and package.json for 22.1.0: .nvmrc takes precedence"));
    }

    [Test]
    public void What_has_ended_is_taken_where_it_is_asked_for_and_told()
    {
        _folder.File("index.js").File("package.json", """{ "engines": { "node": "<21" } }""");
        var assumption = Node().Assumptions.Single(assumption => assumption.Text.Contains("2026-04-30", StringComparison.Ordinal));
        Assert.That(assumption.Doubtful);
        Assert.That(assumption.Text,
            Does.Contain("package.json asks for Node.js <21: 20 is taken").And.Contains("Supported on 2026-11-29: 26, 24, 22."));
    }

    [TestCase(">=30")]
    [TestCase("<1")]
    public void What_no_version_satisfies_is_an_error_that_says_what_there_is(string engines)
    {
        _folder.File("index.js").File("package.json", $$"""{ "engines": { "node": "{{engines}}" } }""");
        Assert.That(() => Node(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains($"package.json asks for Node.js {engines}")
                .And.Message.Contains("26, 24, 22").And.Message.Contains("ToolchainVersion"));
        Assert.That(Base(Node(node => node.ToolchainVersion = "30")), Is.EqualTo("node:30-slim"));
        Assert.That(Base(Node(node => (node.BuilderImage, node.FinalBase) = ("own:1", "own:2"))), Is.EqualTo("own:1"));
    }

    [Test]
    public void Distroless_has_the_versions_of_Node_that_the_table_has()
    {
        _folder.File("index.js").File("package.json", """{ "engines": { "node": "18" } }""");
        Assert.That(() => Node(node => node.Flavor = BaseFlavor.Distroless),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("Node.js 18 has no base of flavor Distroless"));
        _folder.File("package.json", """{ "engines": { "node": "24" } }""");
        Assert.That(Final(Node(node => node.Flavor = BaseFlavor.Distroless)), Is.EqualTo("gcr.io/distroless/nodejs24-debian13:nonroot"));
    }

    [TestCase("requires-python = \">=3.11,<3.14\"", "python:3.13-slim")]
    [TestCase("requires-python = \">=3.11\"", "python:3.14-slim")]
    [TestCase("requires-python = \"~=3.12.0\"", "python:3.12-slim")]
    [TestCase("requires-python = \"==3.12.4\"", "python:3.12.4-slim")]
    [TestCase("requires-python = \"<3.10\"", "python:3.9-slim")]
    [TestCase("requires-python = \"!=3.14.*\"", "python:3.13-slim")]
    [TestCase("", "python:3.14-slim")]
    public void Python_is_the_newest_supported_of_the_specifiers(string line, string image)
    {
        _folder.File("main.py").File("pyproject.toml", "[project]\nname = \"a\"\n" + line + "\n");
        Assert.That(Base(Python()), Is.EqualTo(image));
    }

    [TestCase("^3.11", "python:3.14-slim")]
    [TestCase("~3.11", "python:3.11-slim")]
    [TestCase(">=3.11 <3.13", "python:3.12-slim")]
    public void Poetry_s_python_is_read_as_Poetry_does(string range, string image)
    {
        _folder.Files("main.py", "poetry.lock")
            .File("pyproject.toml", $"[tool.poetry]\nname = \"a\"\n[tool.poetry.dependencies]\npython = \"{range}\"\n");
        Assert.That(Base(Python()), Is.EqualTo(image));
    }

    [TestCase(".python-version", "3.12.4\n3.11\n", "python:3.12.4-slim")]
    [TestCase(".python-version", "cpython@3.12\n", "python:3.12-slim")]
    [TestCase(".python-version", ">=3.11,<3.13\n", "python:3.12-slim")]
    [TestCase(".tool-versions", "python 3.13.1\n", "python:3.13.1-slim")]
    [TestCase("mise.toml", "[tools]\npython = \"3.11\"\n", "python:3.11-slim")]
    [TestCase("runtime.txt", "python-3.12.3\n", "python:3.12.3-slim")]
    [TestCase("Pipfile", "[requires]\npython_version = \"3.11\"\n", "python:3.11-slim")]
    public void A_pin_of_Python_takes_precedence(string file, string text, string image)
    {
        _folder.File("main.py").File("pyproject.toml", "[project]\nname = \"a\"\nrequires-python = \">=3.10\"\n").File(file, text);
        Assert.That(Base(Python()), Is.EqualTo(image));
    }

    [Test]
    public void Another_interpreter_and_what_is_no_range_are_errors()
    {
        _folder.File("main.py").File(".python-version", "pypy3.10\n");
        Assert.That(() => Python(), Throws.InstanceOf<MultiStageException>().With.Message.Contains(".python-version asks for 'pypy3.10'"));
        _folder.File(".python-version", "3.12").File("pyproject.toml", "[project]\nname = \"a\"\nrequires-python = \"at least 3\"\n");
        Assert.That(() => Python(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("'at least 3' as requires-python"));
    }

    [TestCase("go 1.25.0", "golang:1.27")]
    [TestCase("go 1.21", "golang:1.27")]
    [TestCase("go 1.24\n\ntoolchain go1.26.3", "golang:1.27")]
    [TestCase("", "golang:1.27")]
    public void What_go_mod_names_is_a_least_version(string lines, string image)
    {
        _folder.File("main.go", "package main\nfunc main() {}\n").File("go.mod", $"module example.com/a\n\n{lines}\n");
        Assert.That(Base(GoPreset.Describe(_folder.Path, new())), Is.EqualTo(image));
    }

    [Test]
    public void A_Go_that_is_newer_than_all_is_an_error_and_an_older_pin_is_told()
    {
        _folder.File("main.go", "package main\nfunc main() {}\n").File("go.mod", "module example.com/a\n\ngo 1.29\n");
        Assert.That(() => GoPreset.Describe(_folder.Path, new()),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("go.mod asks for Go 1.29 or newer")
                .And.Message.Contains("1.27, 1.26"));
        Assert.That(Base(GoPreset.Describe(_folder.Path, new() { BuilderImage = "golang:1.29" })), Is.EqualTo("golang:1.29"));
        _folder.File("go.mod", "module example.com/a\n\ngo 1.26\n").File(".tool-versions", "golang 1.25.3\n");
        var project = GoPreset.Describe(_folder.Path, new());
        Assert.That(Base(project), Is.EqualTo("golang:1.25.3"));
        Assert.That(Texts(project), Has.One.Contains("support ended on 2026-08-19").And.One.Contains(".tool-versions takes precedence"));
    }

    [TestCase("rust-toolchain.toml", "[toolchain]\nchannel = \"1.85\"\n", "rust:1.85")]
    [TestCase("rust-toolchain.toml", "[toolchain]\nchannel = \"stable\"\n", "rust:1.98")]
    [TestCase("rust-toolchain.toml", "[toolchain]\nchannel = \"beta\"\n", "rust:1.98")]
    [TestCase("rust-toolchain", "1.90.0\n", "rust:1.90.0")]
    [TestCase("rust-toolchain", "nightly\n", "rustlang/rust:nightly")]
    [TestCase("rust-toolchain", "nightly-2026-01-02\n", "rust:1.98")]
    [TestCase(".tool-versions", "rust 1.91.0\n", "rust:1.91.0")]
    [TestCase("note.txt", "", "rust:1.98")]
    public void Rust_s_channel_takes_precedence_over_the_least_version(string file, string text, string image)
    {
        _folder.File("Cargo.toml", "[package]\nname = \"a\"\nrust-version = \"1.80\"\n").File("src/main.rs").File(file, text);
        Assert.That(Base(RustPreset.Describe(_folder.Path, new())), Is.EqualTo(image));
    }

    [Test]
    public void A_channel_without_an_image_is_told()
    {
        _folder.File("Cargo.toml", "[package]\nname = \"a\"\n")
            .File("src/main.rs")
            .File("rust-toolchain", "beta")
            .File("rust-toolchain.toml", "[toolchain]\nchannel = \"1.85\"\n");
        Assert.That(Texts(RustPreset.Describe(_folder.Path, new())),
            Has.One.Contains("rust-toolchain asks for the toolchain 'beta', of which there is no image: rustup downloads it"));
    }

    [TestCase("17", "maven:3-eclipse-temurin-17", "gcr.io/distroless/java17-debian13:nonroot")]
    [TestCase("21", "maven:3-eclipse-temurin-21", "gcr.io/distroless/java21-debian13:nonroot")]
    [TestCase("25", "maven:3-eclipse-temurin-25", "gcr.io/distroless/java25-debian13:nonroot")]
    [TestCase("1.8", "maven:3-eclipse-temurin-8", "eclipse-temurin:8-jre")]
    [TestCase("16", "maven:3-eclipse-temurin-17", "gcr.io/distroless/java17-debian13:nonroot")]
    [TestCase("24", "maven:3-eclipse-temurin-25", "gcr.io/distroless/java25-debian13:nonroot")]
    [TestCase("26", "maven:3-eclipse-temurin-26", "eclipse-temurin:26-jre")]
    public void Java_is_the_nearest_supported_that_can_compile_for_the_release(string release, string builder, string final)
    {
        Pom(release);
        var project = Java();
        Assert.That((Base(project), Final(project)), Is.EqualTo((builder, final)));
    }

    [TestCase(".java-version", "temurin-21.0.2\n", "maven:3-eclipse-temurin-21")]
    [TestCase(".java-version", "openjdk64-25.0.1\n", "maven:3-eclipse-temurin-25")]
    [TestCase(".sdkmanrc", "# tools\njava=21.0.5-tem\n", "maven:3-eclipse-temurin-21")]
    [TestCase(".tool-versions", "java temurin-25.0.0+36\n", "maven:3-eclipse-temurin-25")]
    [TestCase("mise.toml", "[tools]\njava = \"21\"\n", "maven:3-eclipse-temurin-21")]
    public void A_pin_of_Java_takes_precedence_over_the_release(string file, string text, string image)
    {
        Pom("17");
        _folder.File(file, text);
        Assert.That(Base(Java()), Is.EqualTo(image));
    }

    [Test]
    public void A_pin_older_than_the_release_is_told_and_one_that_does_not_exist_is_an_error()
    {
        Pom("21");
        _folder.File(".java-version", "17");
        Assert.That(Texts(Java()), Has.One.Contains(".java-version asks for Java (Eclipse Temurin) 17, and pom.xml for 21"));
        _folder.File(".java-version", "31");
        Assert.That(() => Java(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(".java-version asks for Java (Eclipse Temurin) 31"));
    }

    [TestCase("java { toolchain { languageVersion = JavaLanguageVersion.of(25) } }", "gradle:9-jdk25")]
    [TestCase("java { toolchain { languageVersion = JavaLanguageVersion.of(24) } }", "gradle:8-jdk24")]
    [TestCase("kotlin { jvmToolchain(21) }", "gradle:9-jdk21")]
    [TestCase("sourceCompatibility = '11'", "gradle:8-jdk11")]
    [TestCase("sourceCompatibility = '16'", "gradle:9-jdk17")]
    [TestCase("", "gradle:9-jdk25")]
    public void Gradle_is_the_newest_that_has_an_image_with_the_JDK(string script, string image)
    {
        _folder.File("build.gradle", "plugins { id 'application' }\n" + script + "\n")
            .File("src/main/java/Main.java", "class Main { static void main(String[] a) {} }");
        Assert.That(Base(Java()), Is.EqualTo(image));
    }

    [TestCase("net10.0", false, "sdk:10.0", "aspnet:10.0-noble-chiseled-extra")]
    [TestCase("net9.0", false, "sdk:9.0", "aspnet:9.0-noble-chiseled-extra")]
    [TestCase("net8.0", true, "sdk:8.0-noble", "runtime-deps:8.0-noble-chiseled-extra")]
    [TestCase("net9.0", true, "sdk:9.0-noble", "runtime-deps:9.0-noble-chiseled-extra")]
    [TestCase("net10.0", true, "sdk:10.0-noble-aot", "runtime-deps:10.0-noble-chiseled-extra")]
    [TestCase("net11.0", false, "sdk:11.0-preview", "aspnet:11.0-preview-resolute-chiseled-extra")]
    [TestCase("net11.0", true, "sdk:11.0-preview-resolute-aot", "runtime-deps:11.0-preview-resolute-chiseled-extra")]
    [TestCase("net7.0", false, "sdk:7.0", "aspnet:7.0")]
    [TestCase("net5.0", false, "sdk:5.0", "aspnet:5.0")]
    public void DotNet_images_are_those_that_its_release_has(string framework, bool native, string sdk, string final)
    {
        Web(framework, native ? "<PublishAot>true</PublishAot>" : "");
        var project = DotNet();
        Assert.That((Base(project), Final(project)), Is.EqualTo(("mcr.microsoft.com/dotnet/" + sdk, "mcr.microsoft.com/dotnet/" + final)));
        var needsPackages = native && !sdk.EndsWith("-aot", StringComparison.Ordinal);
        Assert.That(project.ToDockerfile().ToString().Contains("clang zlib1g-dev", StringComparison.Ordinal), Is.EqualTo(needsPackages));
    }

    [TestCase("net10.0", false, "aspnet:10.0-alpine-extra")]
    [TestCase("net8.0", false, "aspnet:8.0-alpine-extra")]
    [TestCase("net8.0", true, "runtime-deps:8.0-alpine3.24-extra")]
    [TestCase("net10.0", true, "runtime-deps:10.0-alpine-extra")]
    public void Alpine_with_cultures_is_the_extra_one(string framework, bool native, string final)
    {
        Web(framework, "<InvariantGlobalization>false</InvariantGlobalization>" + (native ? "<PublishAot>true</PublishAot>" : ""));
        var project = DotNet(dotnet => dotnet.Flavor = BaseFlavor.Alpine);
        Assert.That(Final(project), Is.EqualTo("mcr.microsoft.com/dotnet/" + final));
        Assert.That(project.ToDockerfile().ToString().Contains("build-base clang zlib-dev", StringComparison.Ordinal),
            Is.EqualTo(native && framework == "net8.0"));
    }

    [TestCase("10.0.400", null, "10.0.400")]
    [TestCase("10.0.401", null, "10.0.401")]
    [TestCase("10.0.100", null, "10.0.100")]
    [TestCase("10.0.400", "disable", "10.0.400")]
    [TestCase("10.0.100", "latestFeature", "10.0")]
    [TestCase("10.0.100", "minor", "10.0")]
    [TestCase("8.0.100", "latestMajor", "10.0")]
    [TestCase("11.0.100-preview.5.1", null, "11.0.100-preview.5.1")]
    public void Global_json_is_followed_as_its_policy_says(string version, string? policy, string tag)
    {
        Web("net10.0", "");
        _folder.File("global.json",
            $$"""{ "sdk": { "version": "{{version}}"{{(policy is null ? "" : $", \"rollForward\": \"{policy}\"")}} } }""");
        Assert.That(Base(DotNet()), Is.EqualTo("mcr.microsoft.com/dotnet/sdk:" + tag));
    }

    [Test]
    public void What_is_unsound_about_the_version_of_DotNet_is_told()
    {
        Web("net8.0", "");
        Assert.That(Doubtful(DotNet()),
            Has.One.Contains(
                ".NET 8.0, whose support ended on 2026-11-10; nobody mends its faults. The newest with long-term support is 10.0."));
        Web("net11.0", "");
        Assert.That(Doubtful(DotNet()), Has.One.Contains("the tags 11.0-preview are taken"));
        Web("net12.0", "");
        Assert.That(() => DotNet(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("is for .NET 12.0, and no image is known")
                .And.Message.Contains("10.0"));
        Web("net10.0", "");
        _folder.File("global.json", """{ "sdk": { "version": "9.0.100" } }""");
        Assert.That(Texts(DotNet()), Has.One.Contains("the SDK 9.0.100, which can't build for .NET 10.0"));
        _folder.File("global.json", """{ "sdk": { "version": "10.0.100" } }""");
        Assert.That(Texts(DotNet()), Has.One.Contains("exactly the SDK 10.0.100, whose image is no longer rebuilt"));
    }

    [Test]
    public void Hugo_builds_as_root_in_the_folder_of_the_source()
    {
        _folder.File("hugo.toml");
        Assert.That(SitePreset.Describe(_folder.Path, new()).ToDockerfile().ToString(),
            Does.StartWith("FROM ghcr.io/gohugoio/hugo:v0.165.0 AS builder\nUSER root\nRUN printf"));
        Assert.That(Base(SitePreset.Describe(_folder.Path, new() { ToolchainVersion = "0.150.0" })),
            Is.EqualTo("ghcr.io/gohugoio/hugo:v0.150.0"));
    }

    [Test]
    public void Finished_pages_are_sorted_out_by_a_busybox_that_is_still_rebuilt()
    {
        _folder.File("index.html");
        Assert.That(Base(SitePreset.Describe(_folder.Path, new())), Is.EqualTo("busybox:1"));
    }

    private static string Base(ImageProject project) => project.Builder.Base.Text;

    private static string Final(ImageProject project) => project.FinalBase.Text;

    private static IEnumerable<string> Texts(ImageProject project) => project.Assumptions.Select(assumption => assumption.Text);

    private static IEnumerable<string> Doubtful(ImageProject project) =>
        project.Assumptions.Where(assumption => assumption.Doubtful).Select(assumption => assumption.Text);

    private ImageProject Node(Action<NodeProjectSettings>? configure = null)
    {
        NodeProjectSettings settings = new();
        configure?.Invoke(settings);
        return NodePreset.Describe(_folder.Path, settings);
    }

    private ImageProject Python() => PythonPreset.Describe(_folder.Path, new());

    private ImageProject Java() => JavaPreset.Describe(_folder.Path, new());

    private ImageProject DotNet(Action<DotNetProjectSettings>? configure = null)
    {
        DotNetProjectSettings settings = new();
        configure?.Invoke(settings);
        return DotNetPreset.Describe(_folder.Path, settings);
    }

    private void Pom(string release) =>
        _folder.File("pom.xml",
            "<project><artifactId>a</artifactId>"
                + $"<properties><maven.compiler.release>{release}</maven.compiler.release></properties></project>")
        .File("src/main/java/Main.java", "class Main { static void main(String[] a) {} }");

    private void Web(string framework, string properties) => _folder.File(
        "web.csproj",
        "<Project "
            + "Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup>"
            + $"<TargetFramework>{framework}</TargetFramework>{properties}</PropertyGroup></Project>");
}
