using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Nodes;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Engine.Outputs;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Platform = Cake.MultiStage.Images.Platform;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>How platforms are shared among several builders, and what is told of those that don't answer.</summary>
public sealed class BuilderNodeTests : EngineFixture
{
    private static readonly Platform Amd64 = new("linux", "amd64");
    private static readonly Platform Arm64 = new("linux", "arm64");
    private static readonly Platform S390x = new("linux", "s390x");

    // What runs a program needs a builder that can.
    private static readonly Dockerfile Running = new()
    {
        Stages = [Stage.From("busybox:1").Named("builder").Run("make"), Stage.From("scratch").CopyFrom("builder", "/a", "/a")],
    };

    private static readonly Dockerfile Crossing = new()
    {
        Stages =
        [
            Stage.From("busybox:1").Named("builder").Run("make") with { Platform = "$BUILDPLATFORM" },
            Stage.From("scratch").CopyFrom("builder", "/a", "/a"),
        ],
    };

    [Test]
    public async Task A_platform_goes_to_who_names_it_then_to_whose_it_is_then_to_who_emulates_it()
    {
        using var connection = await ConnectAsync();
        var intel = new BuilderNode(connection, [], [Amd64, Arm64]);
        var arm = new BuilderNode(connection, [], [Arm64]);
        var named = new BuilderNode(connection, [Arm64], [Amd64, Arm64]);
        Assert.That(Shares([Amd64, Arm64], intel, arm), Is.EqualTo([(intel, "linux/amd64"), (arm, "linux/arm64")]), "its own");
        Assert.That(Shares([Amd64, Arm64], intel, arm, named), Is.EqualTo([(intel, "linux/amd64"), (named, "linux/arm64")]), "named");
        Assert.That(Shares([Arm64, Amd64], intel), Is.EqualTo([(intel, "linux/arm64 linux/amd64")]), "emulated");
        Assert.That(Shares([Amd64], arm, intel), Is.EqualTo([(intel, "linux/amd64")]), "who has nothing to do isn't there");
    }

    [Test]
    public async Task What_cross_compiles_is_built_by_anyone()
    {
        using var connection = await ConnectAsync();
        var node = new BuilderNode(connection, [], [Amd64]);
        Assert.That(BuilderShare.Of(Request(Crossing) with { Platforms = [S390x] }, [node]).Single().Platforms, Is.EqualTo([S390x]));
        Assert.That(() => Shares([S390x], node), Throws.InstanceOf<MultiStageException>()
            .With.Message.Contains("no builder that answers builds for linux/s390x").And.Message.Contains("runs linux/amd64")
            .And.Message.Contains("Platforms = [\"linux/s390x\"]"));
    }

    [Test]
    public async Task A_builder_of_another_architecture_than_it_says_is_an_error()
    {
        using var connection = await ConnectAsync();
        Assert.That(() => Shares([Amd64], new BuilderNode(connection, [Arm64], [Amd64])), Throws.InstanceOf<MultiStageException>()
            .With.Message.Contains("is said to build for linux/arm64, and it runs programs for linux/amd64 alone"));
    }

    [Test]
    public async Task One_that_does_not_answer_is_passed_over_with_a_warning()
    {
        Daemon.BuildKit.Processors = ["arm64"];
        using var nodes = await OpenAsync(Named("tcp://127.0.0.1:1"), new NamedBuilder(Daemon.Endpoint, IsEngine: true, []));
        Assert.That(Observer.Events.OfType<BuildWarning>().Single().Text,
            Does.StartWith("The builder tcp://127.0.0.1:1 is passed over: ").And.Contain("no Docker engine answers"));
    }

    [Test]
    public void Where_none_answers_each_is_told() => Assert.That(
        () => OpenAsync(Named("tcp://127.0.0.1:1"), Named("unix:///nowhere/buildkit.sock", isEngine: false)),
        Throws.InstanceOf<EngineException>().With.Message.Contains("of 2 builders none answers").And.Message.Contains("tcp://127.0.0.1:1")
            .And.Message.Contains("unix:///nowhere/buildkit.sock"));

    [Test]
    public void A_part_is_pushed_by_its_digest_and_lies_there()
    {
        var digest = Digest.Parse("sha256:" + new string('a', 64));
        var request = Request() with { Outputs = [new DigestOutput(ImageReference.Parse("r.io/hello"))] };
        var exporter = ImageExporters.Of(request).Single().Exporter;
        Assert.That(exporter.Type, Is.EqualTo("image"));
        Assert.That(
            exporter.Attrs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"),
            Is.EqualTo(["name=r.io/hello", "oci-mediatypes=true", "push=true", "push-by-digest=true", "store=false"]));
        Assert.That(ImagePlaces.Of(request, digest), Is.EqualTo($"registry://r.io/hello@{digest}"));
        Assert.That(request.Outputs[0].ToString(), Is.EqualTo("a push to r.io/hello by digest"));
    }

    private IReadOnlyList<(BuilderNode Node, string Platforms)> Shares(IReadOnlyList<Platform> platforms, params BuilderNode[] nodes) =>
    [
        .. BuilderShare.Of(Request(Running) with { Platforms = platforms }, nodes)
            .Select(share => (share.Node, string.Join(' ', share.Platforms))),
    ];

    private static NamedBuilder Named(string address, bool isEngine = true) =>
        new(new EngineEndpoint(new Uri(address), "the settings"), isEngine, []);

    private Task<BuilderNodes> OpenAsync(params NamedBuilder[] builders) => BuilderNodes.OpenAsync(
        builders, new Operation("The test", NullLogger.Instance, CancellationToken.None), RegistryKeyring.None, routes: null, Observer);
}
