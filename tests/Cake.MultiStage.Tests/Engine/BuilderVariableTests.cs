using Cake.Core;
using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Tests.Contexts;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

public sealed class BuilderVariableTests
{
    [TestCase(null, null)]
    [TestCase("", null)]
    [TestCase("1", BuilderKind.BuildKit)]
    [TestCase("true", BuilderKind.BuildKit)]
    [TestCase("0", BuilderKind.Legacy)]
    [TestCase("False", BuilderKind.Legacy)]
    public void The_variable_chooses_the_builder_as_for_the_Docker_CLI(string? value, BuilderKind? builder) =>
        Assert.That(BuilderVariable.Read(name => name == "DOCKER_BUILDKIT" ? value : null), Is.EqualTo(builder));

    [TestCase("no")]
    [TestCase(" 0")]
    public void A_value_that_is_neither_true_nor_false_is_told_before_an_engine_is_asked(string value)
    {
        using var folder = new TemporaryFolder().File("main.go");
        var environment = Mock.Of<ICakeEnvironment>(fake => fake.GetEnvironmentVariable("DOCKER_BUILDKIT") == value);
        var context = Mock.Of<ICakeContext>(
            fake => fake.Environment == environment
                && fake.Log == Mock.Of<Cake.Core.Diagnostics.ICakeLog>()
                && fake.ProcessRunner == Mock.Of<IProcessRunner>()
                && fake.FileSystem == new FileSystem());
        var project = GoPreset.Describe(folder.Path, new GoProjectSettings());
        Assert.That(() => context.MultiStageBuild(project),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains($"DOCKER_BUILDKIT is '{value}'"));
    }

    [Test]
    public void The_settings_go_before_the_variable()
    {
        using var folder = new TemporaryFolder().File("main.go");
        var environment = Mock.Of<ICakeEnvironment>(fake =>
            fake.GetEnvironmentVariable("DOCKER_BUILDKIT") == "no" && fake.WorkingDirectory == new DirectoryPath(AppContext.BaseDirectory));
        var context = Mock.Of<ICakeContext>(
            fake => fake.Environment == environment
                && fake.Log == Mock.Of<Cake.Core.Diagnostics.ICakeLog>()
                && fake.ProcessRunner == Mock.Of<IProcessRunner>()
                && fake.FileSystem == new FileSystem());
        var project = GoPreset.Describe(folder.Path, new GoProjectSettings());
        Assert.That(
            () => context.MultiStageBuild(project,
                new MultiStageBuildSettings { Builder = BuilderKind.Legacy, Host = "nonsense://engine" }),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("nonsense"));
    }
}
