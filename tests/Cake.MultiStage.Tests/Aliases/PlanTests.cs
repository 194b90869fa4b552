using Cake.Core;
using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Projects;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Aliases;

/// <summary>A script shows what would be built and why, without an engine.</summary>
public sealed class PlanTests : CakeFixture
{
    [Test]
    public async Task The_plan_has_the_order_and_why_each_is_built()
    {
        _folder.File("platform/Dockerfile", "FROM alpine:3.20\n").File("orders/Dockerfile", "FROM shop/platform:1\nCOPY . /\n");
        var cake = Context();
        ImageProject[] projects = [Described(cake, "orders"), Described(cake, "platform")];
        const string Fresh = "no earlier build of it is known here";

        var plan = await cake.MultiStagePlanAsync(projects, new() { Build = build => build.UpToDate = true });

        Assert.That(plan.ToString(), Is.EqualTo(
            $"""
            1. platform → shop/platform:1: {Fresh}
            2. orders → shop/orders:1 (after platform for shop/platform:1): {Fresh}

            """));
        Assert.That(cake.MultiStagePlan(projects).Builds.Select(build => build.Reasons),
            Is.All.EqualTo((string[])["UpToDate is off"]));
    }

    private static ImageProject Described(ICakeContext cake, string name) =>
        cake.MultiStageFromDockerfile($"{name}/Dockerfile", docker => docker.Tags.Add($"shop/{name}:1"));

    private ICakeContext Context()
    {
        var cache = _folder["cache"];
        var environment = new Mock<ICakeEnvironment>();
        environment.SetupProperty(cake => cake.WorkingDirectory, new DirectoryPath(_folder.Path));
        environment.Setup(cake => cake.GetEnvironmentVariable(It.IsAny<string>()))
            .Returns<string>(name => name == "CAKE_MULTISTAGE_CACHE" ? cache : null!);
        return Mock.Of<ICakeContext>(cake => cake.Environment == environment.Object && cake.Log == _log
            && cake.FileSystem == new FileSystem() && cake.ProcessRunner == Mock.Of<IProcessRunner>());
    }
}
