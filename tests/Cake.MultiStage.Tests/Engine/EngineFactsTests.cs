using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Builds;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

public sealed class EngineFactsTests : EngineFixture
{
    private const string Snapshotter = "org.mobyproject.buildkit.worker.snapshotter";
    private const string Executor = "org.mobyproject.buildkit.worker.executor";

    [Test]
    public void The_store_is_told_by_the_labels_of_the_worker()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Facts([]), Is.EqualTo(ImageStore.Graphdriver), "Docker 20.10 and 28 with its own store");
            Assert.That(Facts([(Snapshotter, "overlayfs"), (Executor, "containerd")]), Is.EqualTo(ImageStore.Containerd));
            Assert.That(Facts([(Snapshotter, "overlayfs"), (Executor, "oci")]), Is.EqualTo(ImageStore.None), "a BuildKit of its own");
            Assert.That(EngineFacts.Of("1", []).Store, Is.EqualTo(ImageStore.Graphdriver));
        });
    }

    [TestCase("BUILDKIT_MULTI_PLATFORM", "1", "20.10.24", ImageStore.Graphdriver, "its own image store")]
    [TestCase("BUILDKIT_MULTI_PLATFORM", "true", "28.5.2", ImageStore.Graphdriver, "containerd-snapshotter")]
    [TestCase("BUILDKIT_DOCKERFILE_CHECK", "error=true", "26.1.0", ImageStore.Containerd, "An engine from 27 on")]
    [TestCase("BUILDKIT_DOCKERFILE_CHECK", "skip=all", "20.10.24+dfsg1", ImageStore.Graphdriver, "20.10.24+dfsg1")]
    public void What_an_engine_would_pass_over_is_refused(string argument, string value, string version, object store, string text) =>
        Assert.That(
            () => new EngineFacts(version, (ImageStore)store).Check(With(argument, value), Daemon.Endpoint),
            Throws.InstanceOf<EngineException>().With.Message.Contains(argument).And.Message.Contains(text)
                .And.Message.Contains("in silence"));

    [TestCase("BUILDKIT_MULTI_PLATFORM", "1", "28.5.2", ImageStore.Containerd)]
    [TestCase("BUILDKIT_MULTI_PLATFORM", "0", "20.10.24", ImageStore.Graphdriver)]
    [TestCase("BUILDKIT_DOCKERFILE_CHECK", "error=true", "27.0.1", ImageStore.Graphdriver)]
    [TestCase("BUILDKIT_DOCKERFILE_CHECK", "error=true", "v0.25.0", ImageStore.None)]
    [TestCase("VERSION", "1", "20.10.24", ImageStore.Graphdriver)]
    public void What_an_engine_has_is_let_through(string argument, string value, string version, object store) =>
        Assert.That(() => new EngineFacts(version, (ImageStore)store).Check(With(argument, value), Daemon.Endpoint), Throws.Nothing);

    [Test]
    public async Task A_build_is_refused_before_anything_is_sent()
    {
        using var connection = await ConnectAsync();
        Assert.That(
            () => new ImageBuildService(connection).BuildAsync(With("BUILDKIT_MULTI_PLATFORM", "1"), Observer, CancellationToken.None),
            Throws.InstanceOf<EngineException>().With.Message.StartsWith("The build was not begun: the engine 20.10.24 at "));
        Assert.That(Daemon.BuildKit.Solves, Is.Empty);
        Assert.That(Daemon.Requests, Has.None.EqualTo("POST /v1.41/session"));
    }

    private static ImageStore Facts((string Name, string Value)[] labels) => EngineFacts.Of(
        "28.5.2",
        [new WorkerRecord { Labels = { labels.ToDictionary(label => label.Name, label => label.Value, StringComparer.Ordinal) } }]).Store;

    private Building.BuildRequest With(string argument, string value) => Request() with
    {
        BuildArguments = new Dictionary<string, string>(StringComparer.Ordinal) { [argument] = value },
    };
}
