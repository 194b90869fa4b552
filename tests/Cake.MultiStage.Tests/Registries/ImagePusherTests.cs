using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Pushing;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Cake.MultiStage.Tests.Engine;
using Cake.MultiStage.Tests.Kit;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Registries;

/// <summary>Pushes to a fake engine, which tells what its registry is supposed to have said.</summary>
[CancelAfter(60_000)]
public sealed class ImagePusherTests : EngineFixture
{
    private const string Digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string Overloaded =
        """{"errorDetail":{"message":"received unexpected HTTP status: 503 Service Unavailable"},"""
            + """ "error":"received unexpected HTTP status: 503 Service Unavailable"}""";
    private const string Denied =
        """{"errorDetail":{"message":"denied: requested access to the resource is denied"},"""
            + """ "error":"denied: requested access to the resource is denied"}""";

    private const string Done = $$$"""{"progressDetail":{},"aux":{"Tag":"1","Digest":"{{{Digest}}}","Size":528}}""";

    private ImpatientTime _time = null!;

    [SetUp]
    public void MakeClock() => _time = new ImpatientTime();

    [Test]
    public async Task A_fault_that_passes_is_tried_again_after_longer_and_longer_pauses()
    {
        Answers(Overloaded, Overloaded, Done);
        Assert.That((await PushAsync()).ToString(), Is.EqualTo("localhost:5000/app:1@" + Digest));
        Assert.That(_time.Waits, Is.EqualTo([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)]));
        Assert.That(Observer.Events.OfType<BuildWarning>().Select(warning => warning.Text),
            Has.Exactly(2).Contains("503 Service Unavailable"));
    }

    [Test]
    public void A_fault_that_does_not_pass_ends_in_an_error_that_counts()
    {
        Answers(Overloaded, Overloaded, Overloaded, Overloaded, Done);
        Assert.That(PushAsync, Throws.InstanceOf<MultiStageException>().With.Message.Contains("503").And.Message.Contains("tried 4 times"));
    }

    [Test]
    public void A_refusal_is_not_tried_again()
    {
        Answers(Denied, Done);
        Assert.That(PushAsync,
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("localhost:5000/app:1")
                .And.Message.Contains("denied").And.Message.Contains("docker login localhost:5000"));
        Assert.That(_time.Waits, Is.Empty);
    }

    [TestCase("unauthorized: authentication required", true)]
    [TestCase("no basic auth credentials", true)]
    [TestCase("pull access denied for app, repository does not exist or may require 'docker login'", true)]
    [TestCase("dial tcp 127.0.0.1:5000: connect: connection refused", false)]
    [TestCase("manifest unknown: manifest unknown", false)]
    [TestCase("no space left on device", false)]
    [TestCase("http: server gave HTTP response to HTTPS client", false)]
    public void A_login_is_advised_where_one_is_what_lacks(string error, bool advised)
    {
        Assert.That(RegistryRefusal.Who(null, "r.example.com", error).Contains("docker login", StringComparison.Ordinal),
            Is.EqualTo(advised));
        Assert.That(RegistryRefusal.Who(new RegistryCredentials("robot", "x"), "r.example.com", error),
            Does.StartWith("as user 'robot'").And.Not.Contain("docker login"));
    }

    [Test]
    public async Task A_digest_that_is_only_said_in_words_is_read()
    {
        Answers($$"""{"status":"1: digest: {{Digest}} size: 528"}""");
        var pushed = await PushAsync();
        Assert.That((pushed.Digest.ToString(), pushed.Size.Bytes), Is.EqualTo((Digest, 528L)));
    }

    [Test]
    public async Task Each_layer_is_told_on_its_way_and_once_in_the_end()
    {
        Answers(string.Join('\n',
            """{"status":"The push refers to repository [localhost:5000/app]"}""",
            """{"status":"Preparing","progressDetail":{},"id":"aaaa"}""",
            """{"status":"Pushing","progressDetail":{"current":512,"total":1024},"progress":"[=>]","id":"aaaa"}""",
            """{"status":"Pushed","progressDetail":{},"id":"aaaa"}""",
            """{"status":"Pushed","progressDetail":{},"id":"aaaa"}""",
            """{"status":"Layer already exists","progressDetail":{},"id":"bbbb"}""",
            """{"status":"Mounted from other","progressDetail":{},"id":"cccc"}""",
            Done));
        await PushAsync();
        Assert.That(Observer.Events.OfType<Transferred>(),
            Has.Some.EqualTo(new Transferred("push localhost:5000/app:1 layer aaaa", 512, 1024)));
        Assert.That(Observer.Events.OfType<LayerPushed>().Select(layer => (layer.Layer, layer.Status)),
            Is.EqualTo([("aaaa", "Pushed"), ("bbbb", "Layer already exists"), ("cccc", "Mounted from other")]));
    }

    private void Answers(params string[] streams)
    {
        var next = 0;
        Daemon.On("/v1.41/images/localhost", async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.StreamAsync(streams[next++] + "\n");
            await exchange.EndAsync();
        });
    }

    private async Task<PushedImage> PushAsync()
    {
        using var connection = await ConnectAsync();
        return await new ImagePusher(connection, _time).PushAsync(ImageReference.Parse("localhost:5000/app:1"), Observer,
            CancellationToken.None);
    }
}
