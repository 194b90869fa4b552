using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.DotNet;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>A platform that is named is built for on the machine's own, where the toolchain can.</summary>
public sealed class CrossPlatformTests : FolderFixture
{
    private const string Csproj =
        "<Project "
            + "Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>"
            + "</PropertyGroup></Project>";

    [SetUp]
    public void Fill() => _folder.File("main.go", "package main\n").File("app.csproj", Csproj);

    private ImageProject Go(Action<GoProjectSettings>? configure = null)
    {
        var settings = new GoProjectSettings { Name = "x", ToolchainVersion = "1.24" };
        configure?.Invoke(settings);
        return GoPreset.Describe(_folder.Path, settings);
    }

    private ImageProject DotNet(DotNetDeployment deployment) =>
        DotNetPreset.Describe(_folder.Path, new DotNetProjectSettings { Deployment = deployment });

    private static string Text(ImageProject project, string? target = null) => project.ForPlatform(target).ToDockerfile().ToString();

    [Test]
    public void Go_compiles_for_the_platform_that_the_image_is_for() =>
        Assert.That(Text(Go()), Does.StartWith(
            """
            FROM --platform=$BUILDPLATFORM golang:1.24 AS builder
            WORKDIR /src
            COPY main.go ./
            ARG TARGETOS
            ARG TARGETARCH
            ARG TARGETVARIANT
            RUN --mount=type=cache,target=/root/.cache/go-build GOOS="$TARGETOS" GOARCH="$TARGETARCH" GOARM="$(test "$TARGETARCH" = arm && echo "${TARGETVARIANT#v}")" CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /bin/x main.go

            """));

    [Test]
    public void The_files_of_the_system_are_made_without_emulation() =>
        Assert.That(Text(Go(go => go.CaCertificates = true)), Does.Contain("FROM --platform=$BUILDPLATFORM golang:1.24 AS system-files\n"));

    [Test]
    public void DotNet_restores_and_publishes_for_it() =>
        Assert.That(Text(DotNet(DotNetDeployment.FrameworkDependent)),
            Does.StartWith("FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS builder\n")
            .And.Contain("-p:SelfContained=false -p:UseAppHost=false ${TARGETARCH:+-a $TARGETARCH}\n")
                .And.Match("dotnet publish .*-p:SelfContained=false.* \\$\\{TARGETARCH:\\+-a \\$TARGETARCH\\}\n"));

    [Test]
    public void Without_BuildKit_the_text_builds_as_it_did() =>
        Assert.That(Go().ForPlatform(null).ToDockerfile().ForLegacyBuilder().ToString(),
            Does.StartWith("FROM golang:1.24 AS builder\n").And.Contain("ARG TARGETARCH\n"));

    [Test]
    public void A_variant_runs_on_the_platform_it_is_built_for() =>
        Assert.That(Text(Go(), Variant.Development), Is.EqualTo(Go().ToDockerfile().ToString()));

    [Test]
    public void What_needs_the_target_platform_itself_is_emulated_as_before()
    {
        foreach (var project in (ImageProject[])[Go(go => go.Cgo = true), DotNet(DotNetDeployment.NativeAot),
            Go(go => go.Stages.Add(Cake.MultiStage.Dockerfiles.Stage.From("a").Named("own")))])
        {
            Assert.That(Text(project), Is.EqualTo(project.ToDockerfile().ToString()));
        }
    }
}
