using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.C;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Java;
using Cake.MultiStage.Projects.Rust;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What ships follows from the base, whoever chose it: the preset, a flavor, or an image of the user's own.</summary>
public sealed class FinalBaseTests
{
    private const string Whole = "COPY --from=shared-libraries /shared-libraries/ /\n";
    private const string Others = "COPY --from=shared-libraries /shared-libraries/ /usr/local/lib/\n";
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TemporaryFolder();
        _folder.File("go.mod", "module m\n\ngo 1.24\n").File("main.go", "package main\n").File("main.c", "int main(void) {}");
        _folder.File("Cargo.toml", "[package]\nname = \"tool\"\n")
            .File("src/main.rs")
            .File("Main.java", "class Main { static void main() { } }");
        _folder.File("app.csproj",
            "<Project "
                + "Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>"
                + "</PropertyGroup></Project>");
    }

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    private ImageProject Project(string kind, Action<PresetSettings> configure) => kind switch
    {
        "go" => GoPreset.Describe(_folder.Path, With(new GoProjectSettings { Cgo = true }, configure)),
        "static go" => GoPreset.Describe(_folder.Path, With(new GoProjectSettings { Cgo = false }, configure)),
        "rust" => RustPreset.Describe(_folder.Path, With(new RustProjectSettings(), configure)),
        "static rust" => RustPreset.Describe(_folder.Path, With(new RustProjectSettings { Musl = true }, configure)),
        "c" => CPreset.Describe(_folder.Path, With(new CProjectSettings { Static = false }, configure)),
        "java" =>
            JavaPreset.Describe(_folder.Path, With(new JavaProjectSettings { Jlink = true, BuildTool = JavaBuildTool.Plain }, configure)),
        _ =>
            DotNetPreset.Describe(_folder.Path, With(new DotNetProjectSettings { Deployment = DotNetDeployment.SelfContained }, configure)),
    };

    private static T With<T>(T settings, Action<PresetSettings> configure)
        where T : PresetSettings
    {
        configure(settings);
        return settings;
    }

    private string Text(string kind, Action<PresetSettings> configure) => Project(kind, configure).ToDockerfile().ToString();

    [Test]
    public void A_named_scratch_base_gets_the_libraries_as_the_flavor_does([Values("go", "rust", "c", "java", "dotnet")] string kind)
    {
        var named = Text(kind, settings => settings.FinalBase = "scratch");
        Assert.That(named, Does.Contain(Whole).And.Contain("FROM scratch AS final\n"));
        Assert.That(named, Is.EqualTo(Text(kind, settings => settings.Flavor = BaseFlavor.Scratch)));
    }

    [Test]
    public void A_base_without_a_C_library_gets_it_with_its_loader(
        [Values("go", "rust", "c", "java", "dotnet")] string kind,
        [Values("gcr.io/distroless/static-debian13:nonroot", "cgr.dev/chainguard/static")] string image) =>
        Assert.That(Text(kind, settings => settings.FinalBase = image), Does.Contain(Whole));

    [Test]
    public void A_stage_counts_as_the_image_that_it_starts_from([Values("go", "rust", "c", "java", "dotnet")] string kind) =>
        Assert.That(
            Text(kind, settings =>
            {
                settings.FinalBase = "runtime";
                settings.Stages.Add(Cake.MultiStage.Dockerfiles.Stage.From(Cake.MultiStage.Dockerfiles.StageBase.Scratch)
                    .Named("runtime")
                    .Label("a", "b"));
            }),
            Does.Contain(Whole));

    [TestCase("go", "debian:trixie-slim")]
    [TestCase("rust", "registry.alpine.example:5000/team/base:1")]
    [TestCase("c", "gcr.io/distroless/cc-debian13")]
    [TestCase("java", "ubuntu:24.04")]
    public void A_base_with_a_C_library_gets_the_others_only(string kind, string image) =>
        Assert.That(Text(kind, settings => settings.FinalBase = image),
            Does.Contain(Others).And.Contain("ENV LD_LIBRARY_PATH=/usr/local/lib\n").And.Contain("nss_"));

    [TestCase("static go")]
    [TestCase("static rust")]
    public void A_static_program_needs_none_on_any_base(string kind)
    {
        foreach (var image in (string[])["scratch", "alpine:3", "debian:trixie-slim"])
        {
            Assert.That(Text(kind, settings => settings.FinalBase = image), Does.Not.Contain("ldd"), image);
        }
    }

    [TestCase("go", "go.BuilderImage = \"golang:1.27-alpine\" and go.BuilderPackages = [\"build-base\"]")]
    [TestCase("rust", "rust.Musl = true")]
    [TestCase("c", "c.Static = true")]
    public void A_program_that_is_linked_to_glibc_is_refused_on_musl_with_the_line_to_write(string kind, string line)
    {
        foreach (var configure in (Action<PresetSettings>[])[settings => settings.FinalBase = "alpine:3.22",
            settings => settings.FinalBase = "example.com/team/node:22-alpine3.20", settings => settings.Flavor = BaseFlavor.Alpine])
        {
            Assert.That(
                () => Text(kind, settings => Fixed(settings, configure)),
                Throws.InstanceOf<MultiStageException>().With.Message.Contains("is linked to glibc")
                    .And.Message.Contains("musl").And.Message.Contains(line));
        }

        static void Fixed(PresetSettings settings, Action<PresetSettings> configure)
        {
            configure(settings);
            if (settings is RustProjectSettings rust)
            {
                rust.Musl = false;
            }
        }
    }

    [Test]
    public void A_program_that_is_linked_to_musl_is_refused_on_glibc() =>
        Assert.That(
            () => Text("c", settings => (settings.BuilderImage, settings.Flavor) = ("alpine:3", BaseFlavor.Slim)),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "is linked to musl, and its base 'debian:trixie-slim' has glibc"));

    [Test]
    public void A_program_that_is_linked_to_musl_runs_on_it() =>
        Assert.That(Text("c", settings => (settings.BuilderImage, settings.FinalBase) = ("alpine:3", "alpine:3")),
            Does.Contain("FROM alpine:3 AS final\n").And.Contain(Others));

    [Test]
    public void A_base_of_Alpines_has_the_builder_follow([Values("java", "dotnet")] string kind) =>
        Assert.That(Text(kind, settings => settings.FinalBase = "alpine:3"), Does.Match("^FROM [^ ]+-alpine AS builder\n"));

    [Test]
    public void Credentials_that_no_step_takes_are_told() =>
        Assert.That(
            () => Text("c", settings => settings.Credentials = Cake.MultiStage.Images.BuildSecret.FromValue("x")),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("takes Credentials"));
}
