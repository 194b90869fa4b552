using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Builds;
using NUnit.Framework;
using Platform = Cake.MultiStage.Images.Platform;

namespace Cake.MultiStage.Tests.Engine;

public sealed class BuilderFactsTests : EngineFixture
{
    private const string Snapshotter = "org.mobyproject.buildkit.worker.snapshotter";
    private static readonly Platform Amd64 = new("linux", "amd64");
    private static readonly Platform Arm64 = new("linux", "arm64");

    private const string Executor = "org.mobyproject.buildkit.worker.executor";

    [Test]
    public void The_store_is_told_by_the_labels_of_the_worker()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Facts([]), Is.EqualTo(ImageStore.Graphdriver), "Docker 20.10 and 28 with its own store");
            Assert.That(Facts([(Snapshotter, "overlayfs"), (Executor, "containerd")]), Is.EqualTo(ImageStore.Containerd));
            Assert.That(Facts([(Snapshotter, "overlayfs"), (Executor, "oci")]), Is.EqualTo(ImageStore.None), "a BuildKit of its own");
            Assert.That(BuilderFacts.Of("1", []).Store, Is.EqualTo(ImageStore.Graphdriver));
        });
    }

    [TestCase("BUILDKIT_MULTI_PLATFORM", "1", "20.10.24", ImageStore.Graphdriver, "its own image store")]
    [TestCase("BUILDKIT_MULTI_PLATFORM", "true", "28.5.2", ImageStore.Graphdriver, "containerd-snapshotter")]
    [TestCase("BUILDKIT_DOCKERFILE_CHECK", "error=true", "26.1.0", ImageStore.Containerd, "An engine from 27 on")]
    [TestCase("BUILDKIT_DOCKERFILE_CHECK", "skip=all", "20.10.24+dfsg1", ImageStore.Graphdriver, "20.10.24+dfsg1")]
    public void What_an_engine_would_pass_over_is_refused(string argument, string value, string version, object store, string text) =>
        Assert.That(
            () => new BuilderFacts(version, (ImageStore)store).Check(With(argument, value), Daemon.Endpoint),
            Throws.InstanceOf<EngineException>().With.Message.Contains(argument).And.Message.Contains(text)
                .And.Message.Contains("in silence"));

    [TestCase("BUILDKIT_MULTI_PLATFORM", "1", "28.5.2", ImageStore.Containerd)]
    [TestCase("BUILDKIT_MULTI_PLATFORM", "0", "20.10.24", ImageStore.Graphdriver)]
    [TestCase("BUILDKIT_DOCKERFILE_CHECK", "error=true", "27.0.1", ImageStore.Graphdriver)]
    [TestCase("BUILDKIT_DOCKERFILE_CHECK", "error=true", "v0.25.0", ImageStore.None)]
    [TestCase("VERSION", "1", "20.10.24", ImageStore.Graphdriver)]
    public void What_an_engine_has_is_let_through(string argument, string value, string version, object store) =>
        Assert.That(() => new BuilderFacts(version, (ImageStore)store).Check(With(argument, value), Daemon.Endpoint), Throws.Nothing);

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

    [Test]
    public void An_engine_with_the_store_of_old_is_refused_what_only_others_have()
    {
        (BuildRequest Request, string Text)[] cases =
        [
            (Request() with { Outputs = [new PushOutput()] }, "MultiStagePush does it"),
            (Request() with { Outputs = [new ArchiveOutput("/a.tar")] }, "MultiStageSave does it"),
            (Request() with { Outputs = [new LayoutOutput("/a")] }, "the output BuildOutput.Layout(\"/a\")"),
            (Request() with { Outputs = [new EngineOutput("far") { Endpoint = Daemon.Endpoint }] }, "BuildOutput.Engine(\"far\")"),
            (Request() with { Platforms = [Amd64, Arm64] }, "MultiStageIndex"),
        ];
        Assert.Multiple(() =>
        {
            foreach (var (request, text) in cases)
            {
                Assert.That(BuilderFacts.AreNeededFor(request), Is.True);
                Assert.That(() => new BuilderFacts("28.5.2", ImageStore.Graphdriver).Check(request, Daemon.Endpoint),
                    Throws.InstanceOf<EngineException>().With.Message.Contains(text).And.Message.Contains("28.5.2")
                        .And.Message.Contains("its own image store").And.Message.Contains("build.Builder"));
                Assert.That(() => new BuilderFacts("28.5.2", ImageStore.Containerd).Check(request, Daemon.Endpoint), Throws.Nothing);
            }
        });
    }

    [Test]
    public void An_engine_of_old_has_its_own_store_and_files_of_stages() => Assert.That(
        () => new BuilderFacts("20.10.24", ImageStore.Graphdriver).Check(
            Request() with { Outputs = [new EngineOutput(null), new FilesOutput("/a", "test")] }, Daemon.Endpoint),
        Throws.Nothing);

    [TestCase("25.0.1", ImageStore.Containerd, false)]
    [TestCase("26.0.0", ImageStore.Containerd, true)]
    [TestCase("v0.12.5", ImageStore.None, false)]
    [TestCase("v0.13.0-rc1", ImageStore.None, true)]
    [TestCase("v1.0.0", ImageStore.None, true)]
    [TestCase("v0.0.0+unknown", ImageStore.None, true, Description = "built from a source without a version")]
    [TestCase("", ImageStore.None, false, Description = "older than the question")]
    public void Several_outputs_take_a_builder_that_has_them(string version, object store, bool has)
    {
        var request = Request() with { Outputs = [new PushOutput(), new ArchiveOutput("/a.tar")] };
        Assert.That(() => new BuilderFacts(version, (ImageStore)store).Check(request, Daemon.Endpoint),
            has ? Throws.Nothing : Throws.InstanceOf<EngineException>().With.Message.Contains("several outputs"));
    }

    [Test]
    public void A_step_that_would_have_to_be_emulated_is_told_before_the_build()
    {
        var request = Request(Recorded.TwoStages) with { Platforms = [Amd64, Arm64] };
        var facts = new BuilderFacts("v0.25.1", ImageStore.None) { Platforms = [Amd64] };
        Assert.That(() => facts.Check(request, Daemon.Endpoint),
            Throws.InstanceOf<EngineException>().With.Message.StartsWith("The build was not begun: the step 'RUN ")
                .And.Message.Contains("of stage 'left' runs programs for linux/arm64")
                .And.Message.Contains("runs those for linux/amd64 alone")
                .And.Message.Contains("--platform=$BUILDPLATFORM").And.Message.Contains("--install arm64"));
        Assert.That(() => (facts with { Platforms = [Amd64, Arm64] }).Check(request, Daemon.Endpoint), Throws.Nothing, "it emulates");
        Assert.That(() => (facts with { Platforms = [] }).Check(request, Daemon.Endpoint), Throws.Nothing, "it doesn't say");
    }

    [TestCase("$BUILDPLATFORM", null, true)]
    [TestCase("${BUILDPLATFORM}", null, true)]
    [TestCase("linux/amd64", null, true)]
    [TestCase("$TARGETPLATFORM", null, false)]
    [TestCase("linux/arm64", null, false)]
    [TestCase(null, "$BUILDPLATFORM", true, Description = "the stage that it starts from names it")]
    public void What_cross_compiles_needs_no_emulation(string? platform, string? below, bool runs)
    {
        var dockerfile = new Dockerfile
        {
            Stages =
            [
                Stage.From("golang:1") with { Name = "base", Platform = below },
                Stage.From("base").Named("builder").Run("make") with { Platform = platform },
                Stage.From("scratch").CopyFrom("builder", "/a", "/a"),
            ],
        };
        var step = EmulatedStep.Find(Request(dockerfile) with { Platforms = [Arm64] }, [Amd64]);
        Assert.That(step is null, Is.EqualTo(runs), step?.ToString());
    }

    private static ImageStore Facts((string Name, string Value)[] labels) => BuilderFacts.Of(
        "28.5.2",
        [new WorkerRecord { Labels = { labels.ToDictionary(label => label.Name, label => label.Value, StringComparer.Ordinal) } }]).Store;

    private BuildRequest With(string argument, string value) => Request() with
    {
        BuildArguments = new Dictionary<string, string>(StringComparer.Ordinal) { [argument] = value },
    };
}
