using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Aliases;

/// <summary>What several builders can't do is told before one is reached.</summary>
public sealed class BuildersTests : CakeFixture
{
    private static readonly (Action<MultiStageBuildSettings> Change, string Text)[] Refused =
    [
        (build => build.Host = "tcp://a", "and Host names another"),
        (build => build.Builder = "tcp://a", "and Builder names another"),
        (build => build.Outputs = [], "build.Outputs is to be [BuildOutput.Push()]"),
        (build => build.Outputs.Add(BuildOutput.Archive("a.tar")), "build.Outputs is to be [BuildOutput.Push()]"),
        (build => build.Platforms = [], "build.Platforms = [\"linux/amd64\", \"linux/arm64\"]"),
        (build => build.Tags.Add("other.io/a:1"), "are of two repositories"),
        (build => build.UpToDate = true, "UpToDate looks for an image"),
        (build => build.CacheMounts = "./kept", "CacheMounts keeps the cache mounts of one builder"),
        (build => build.CacheTo.Add(CacheLocation.Registry("r.io/cache:1")), "CacheTo names one place"),
        (build => build.Builders.Add(Builder.FromBuilderKind(BuilderKind.Legacy)!), "One of Builders has no address"),
        (build => build.Builders[0] = build.Builders[0] with { Platforms = ["arm"] }, "arm"),
    ];

    [Test]
    public void It_is_refused([Range(0, 10)] int number)
    {
        var stage = Stage.From("scratch").Copy(".", "/");
        var project = new ImageProject
        {
            Name = "hello",
            ContextDirectory = _folder.Path,
            Given = new GivenDockerfile(new Dockerfile { Stages = [stage] }, "Dockerfile"),
            Builder = stage,
            FinalBase = stage.Base,
        };
        var settings = new MultiStageBuildSettings
        {
            Builders = [Builder.Engine("tcp://127.0.0.1:1")],
            Platforms = ["linux/amd64"],
            Tags = ["r.io/hello:1"],
            Outputs = [BuildOutput.Push()],
            OriginLabels = false,
        };
        Refused[number].Change(settings);
        Assert.That(() => Cake().MultiStageBuild(project, settings),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(Refused[number].Text));
    }

    [Test]
    public void Elsewhere_one_builder_works()
    {
        var stage = Stage.From("scratch").Copy(".", "/");
        Assert.That(() => Cake().MultiStageBuildAll(
            [
                new ImageProject
                {
                    Name = "hello",
                    ContextDirectory = _folder.Path,
                    Given = new GivenDockerfile(new Dockerfile { Stages = [stage] }, "Dockerfile"),
                    Builder = stage,
                    FinalBase = stage.Base,
                },
            ],
            all => all.Build = build => build.Builders.Add(Builder.Engine("tcp://127.0.0.1:1"))),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("one MultiStageBuild among several builders"));
    }
}
