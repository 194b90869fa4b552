using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Images;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>What steps get beside their network: how it is written, asked for and refused.</summary>
public sealed class StepOptionTests : EngineFixture
{
    private static readonly StepOptions All = new()
    {
        Hosts = new Dictionary<string, string>(StringComparer.Ordinal) { ["web"] = "::1", ["db"] = "10.0.0.5" },
        Limits = [new ResourceLimit("nofile", 1024, 2048), new ResourceLimit("nproc", 5, -1)],
        SharedMemory = new ByteSize(1 << 20),
        Allowed = [StepOptions.HostNetwork, "device=vendor.com/gpu=all"],
    };

    [Test]
    public void It_is_said_in_BuildKits_terms()
    {
        var order = SolveOrder.Of(Request() with { Steps = All, Network = "host" }, "s");
        Assert.That((order.FrontendAttrs["add-hosts"], order.FrontendAttrs["ulimit"], order.FrontendAttrs["shm-size"]),
            Is.EqualTo(("db=10.0.0.5,web=::1", "nofile=1024:2048,nproc=5:-1", "1048576")));
        Assert.That(order.Entitlements, Is.EqualTo(All.Allowed));
        var plain = SolveOrder.Of(Request(), "s");
        Assert.That(plain.FrontendAttrs.Keys, Has.None.AnyOf("add-hosts", "ulimit", "shm-size"));
    }

    [Test]
    public void It_is_said_in_the_legacy_builders_terms()
    {
        var query = Uri.UnescapeDataString(BuildQuery.Of(Request() with { Steps = All }));
        Assert.That(query, Does.Contain("&extrahosts=db:10.0.0.5&extrahosts=web:::1&ulimits=[{\"Name\":\"nofile\",\"Soft\":1024,"
            + "\"Hard\":2048},{\"Name\":\"nproc\",\"Soft\":5,\"Hard\":-1}]&shmsize=1048576"));
        Assert.That(BuildQuery.Of(Request()), Does.Not.Contain("extrahosts").And.Not.Contain("ulimits").And.Not.Contain("shmsize"));
    }

    [Test]
    public void It_is_read_from_the_settings()
    {
        var settings = new MultiStageBuildSettings
        {
            Hosts = { ["db"] = "10.0.0.5", ["here"] = "host-gateway" },
            Ulimits = { ["nproc"] = "5:-1", ["nofile"] = "1024" },
            ShmSize = "1 MiB",
            Allow = ["network.host", "device=vendor.com/gpu=all", "network.host"],
        };
        var options = StepRequest.Of(settings);
        Assert.That(options.Hosts, Is.EqualTo(settings.Hosts));
        Assert.That(options.Limits, Is.EqualTo([new ResourceLimit("nofile", 1024, 1024), new ResourceLimit("nproc", 5, -1)]));
        Assert.That(options.SharedMemory, Is.EqualTo(new ByteSize(1 << 20)));
        Assert.That(options.Allowed, Is.EqualTo(All.Allowed));
        Assert.That(StepRequest.Of(new MultiStageBuildSettings()).IsNone, Is.True);
    }

    [TestCase("a b", "1.2.3.4", "'a b' in Hosts")]
    [TestCase("a=b", "1.2.3.4", "not a valid name of a host")]
    [TestCase("db", "elsewhere", "build.Hosts[\"db\"] = \"10.0.0.5\"")]
    public void A_host_that_is_none_is_refused(string name, string address, string text) =>
        Refused(new() { Hosts = { [name] = address } }, text);

    [TestCase("nofiles", "1", "no limit of processes. Known are core, cpu,")]
    [TestCase("nofile", "", "expected a number")]
    [TestCase("nofile", "2:1", "build.Ulimits[\"nofile\"] = \"1024:2048\"")]
    [TestCase("nofile", "-1:5", "-1 is no limit")]
    [TestCase("nofile", "-2", "not a valid limit")]
    [TestCase("nofile", "1:2:3", "not a valid limit")]
    public void A_limit_that_is_none_is_refused(string name, string value, string text) =>
        Refused(new() { Ulimits = { [name] = value } }, text);

    [TestCase("much", "is not a valid size")]
    [TestCase("0", "ShmSize is 0")]
    public void A_size_that_is_none_is_refused(string size, string text) => Refused(new() { ShmSize = size }, text);

    [TestCase("network")]
    [TestCase("device=")]
    public void What_nobody_can_allow_is_refused(string allowed) =>
        Refused(new() { Allow = [allowed] }, "Known are network.host, security.insecure, device");

    [TestCase("20.10.24", ImageStore.Graphdriver, false)]
    [TestCase("23.0.1", ImageStore.Graphdriver, true)]
    [TestCase("v0.8.3", ImageStore.None, false)]
    [TestCase("v0.9.0", ImageStore.None, true)]
    public void Limits_take_a_builder_that_has_them(string version, object store, bool has)
    {
        var facts = new BuilderFacts(version, (ImageStore)store);
        foreach (var (steps, text) in (IEnumerable<(StepOptions, string)>)
            [(All with { SharedMemory = null }, "Ulimits"), (All with { Limits = [] }, "ShmSize")])
        {
            var request = Request() with { Steps = steps };
            Assert.That(BuilderFacts.AreNeededFor(request), Is.True);
            Assert.That(() => facts.Check(request, Daemon.Endpoint),
                has ? Throws.Nothing : Throws.InstanceOf<EngineException>().With.Message.Contains(text).And.Message.Contains("in silence"));
        }
    }

    [Test]
    public void The_host_of_the_engine_has_the_address_that_the_engine_says()
    {
        var request = Request() with { Steps = Host("host-gateway") };
        Assert.That(() => new BuilderFacts("20.10.24", ImageStore.Graphdriver).Check(request, Daemon.Endpoint),
            Throws.InstanceOf<EngineException>().With.Message.Contains("build.Hosts[\"here\"] = \"172.17.0.1\""));
        var facts = BuilderFacts.Of("28.5.2",
            [new WorkerRecord { Labels = { ["org.mobyproject.buildkit.worker.moby.host-gateway-ip"] = "10.1.1.1" } }]);
        Assert.That(() => facts.Check(request, Daemon.Endpoint), Throws.Nothing);
        Assert.That(facts.WithHostGateway(request).Steps.Hosts["here"], Is.EqualTo("10.1.1.1"));
        var other = Request() with { Steps = Host("10.0.0.5") };
        Assert.That(facts.WithHostGateway(other), Is.SameAs(other));
    }

    [Test]
    public void A_step_that_needs_what_is_not_allowed_is_told_before_the_build()
    {
        (RunInstruction Run, StepOptions Steps, string? Network, string? Needs)[] cases =
        [
            (Run() with { Network = "host" }, StepOptions.None, null, "network.host"),
            (Run() with { Network = "host" }, All, null, null),
            (Run() with { Network = "host" }, StepOptions.None, "host", null),
            (Run() with { Security = "insecure" }, All, null, "security.insecure"),
            (Run() with { Security = "sandbox", Network = "none" }, StepOptions.None, null, null),
            (Run() with { Devices = ["vendor.com/gpu=all,required"] }, StepOptions.None, null, "device=vendor.com/gpu=all"),
            (Run() with { Devices = ["vendor.com/gpu=all,required"] }, All, null, null),
        ];
        foreach (var (run, steps, network, needs) in cases)
        {
            var dockerfile = new Dockerfile { Stages = [Stage.From("busybox").Named("builder") with { Instructions = [run] }] };
            Assert.That(() => StepOrder.Check(Request(dockerfile) with { Steps = steps, Network = network }),
                needs is null ? Throws.Nothing : Throws.InstanceOf<MultiStageException>()
                    .With.Message.Contains($"build.Allow.Add(\"{needs}\")").And.Message.Contains("of stage 'builder'"));
        }
    }

    [TestCase("security.insecure", "\"entitlements\": { \"security-insecure\": true }")]
    [TestCase("device", "daemon.json, if at all")]
    public async Task What_the_engine_does_not_grant_is_told(string entitlement, string remedy)
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages")).BuildKit.Outcome = (_, _) => throw new GrpcException(
            GrpcStatusCode.Unknown, $"granting entitlement {entitlement} is not allowed by build daemon configuration");
        using var connection = await ConnectAsync();
        Assert.That(
            () => new ImageBuildService(connection).BuildAsync(
                Request() with { Steps = new StepOptions { Allowed = [entitlement] } }, Observer, CancellationToken.None),
            Throws.InstanceOf<EngineException>().With.Message.Contains($"does not grant {entitlement}").And.Message.Contains(remedy));
    }

    [Test]
    public async Task The_legacy_builder_allows_nothing()
    {
        using var connection = await ConnectAsync();
        Assert.That(
            () => new ImageBuildService(connection).BuildAsync(
                Request(builder: BuilderKind.Legacy) with { Steps = All }, Observer, CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("'network.host'").And.Message.Contains("build.Network"));
    }

    private static RunInstruction Run() => new(new ShellCommand("make"));

    private static StepOptions Host(string address) =>
        new() { Hosts = new Dictionary<string, string>(StringComparer.Ordinal) { ["here"] = address } };

    private static void Refused(MultiStageBuildSettings settings, string text) =>
        Assert.That(() => StepRequest.Of(settings), Throws.InstanceOf<MultiStageException>().With.Message.Contains(text));
}
