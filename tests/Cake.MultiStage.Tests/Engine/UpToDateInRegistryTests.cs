using System.Net;
using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Cake.MultiStage.Tests.Contexts;
using Cake.MultiStage.Tests.Registries;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>What a registry has is not built again, and the log says what changed since.</summary>
public sealed class UpToDateInRegistryTests : EngineFixture
{
    private const string Repository = "a.example.com/shop/web";

    private TemporaryFolder _store = null!;
    private FakeRegistry _registry = null!;

    [SetUp]
    public void Record_a_build()
    {
        (_store, _registry) = (new TemporaryFolder(), new FakeRegistry());
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        Daemon.On("/v1.41/images/a.example.com", exchange => exchange.AnswerAsync(404, """{"message":"no such image"}"""));
    }

    [TearDown]
    public void Remove_the_store()
    {
        _store.Dispose();
        _registry.Dispose();
    }

    [Test]
    public async Task What_the_registry_has_is_not_built_and_its_tags_are_moved_by_a_push()
    {
        var first = await BuildAsync();
        Assert.That((first.UpToDate, first.Reasons),
            Is.EqualTo((false, (string[])[$"its registry has none of {Repository}:main, {Repository}:1.4"])));
        var pushed = Push("main");

        var image = await BuildAsync();
        Assert.That((image.UpToDate, image.Engine, image.Digest, image.Revision), Is.EqualTo((true, (object?)null, pushed.Digest, "abc")));
        Assert.That(image.InRegistry!.ToString(), Is.EqualTo($"{Repository}:main@{pushed.Digest}"));
        Assert.That(image.Fingerprint, Is.EqualTo(first.Fingerprint));
        Assert.That(Daemon.BuildKit.Solves.Count(solve => !solve.Internal), Is.EqualTo(1));
        Assert.That(_registry.Requests, Has.None.StartsWith("PUT"), "no tag is pushed that nobody asked for");

        await BuildAsync(BuildOutput.Push());
        Assert.That(_registry.Requests.Where(request => request.StartsWith("PUT", StringComparison.Ordinal)),
            Is.EqualTo([$"PUT a.example.com/v2/shop/web/manifests/1.4"]));
        Assert.That(_registry.Find($"{Repository}/manifests/1.4"), Is.EqualTo(pushed.Bytes));
    }

    [Test]
    public async Task What_changed_is_named_by_what_the_image_keeps()
    {
        await BuildAsync();
        Push("main");
        Context.File("hello.txt", "another");
        Assert.That((await BuildAsync()).Reasons, Is.EqualTo(["hello.txt changed"]));
        Assert.That(Observer.Events.OfType<BuildNote>().Select(note => note.Text), Has.One.EqualTo("Builds: hello.txt changed"));
    }

    [Test]
    public async Task What_starts_from_such_an_image_is_another()
    {
        await BuildAsync();
        Push("main", more: """,{"created_by":"COPY more /"}""");
        var image = await BuildAsync();
        Assert.That(image.UpToDate, Is.False);
        Assert.That(image.Reasons.Single(), Does.Contain("starts from an image that was made of the same"));
    }

    [Test]
    public async Task An_image_of_another_hand_says_nothing()
    {
        _registry.Image(Repository, "main", "layer");
        Assert.That((await BuildAsync()).Reasons.Single(), Does.Contain("doesn't say what it was made of"));
    }

    [Test]
    public async Task A_registry_that_refuses_is_told_and_the_image_is_built()
    {
        _registry.Before = _ => new HttpResponseMessage(HttpStatusCode.Forbidden);
        var image = await BuildAsync();
        Assert.That(image.UpToDate, Is.False);
        Assert.That(image.Reasons.Single(), Does.Contain($"what '{Repository}:main' is made of can't be told").And.Contain("403"));
    }

    [Test]
    public async Task An_index_needs_all_platforms_to_be_of_the_same()
    {
        var platforms = new[] { new Platform("linux", "amd64"), new Platform("linux", "arm64") };
        var fingerprint = RegistryClient.DigestOf("made of"u8);
        var (one, two) = (Manifest(null, Configuration(fingerprint.ToString(), "amd64")),
            Manifest(null, Configuration(fingerprint.ToString(), "arm64")));
        var attestation = new RegistryDescriptor(MediaTypes.Manifest, one.Digest, one.Bytes.Length)
            { Platform = new Platform("unknown", "unknown") };
        var index = Index("both", Part(one, "amd64"), Part(two, "arm64"), attestation);
        var look = await LookAsync("both", fingerprint, platforms);
        Assert.That((look.Same!.Reference.Digest, look.Same.Id), Is.EqualTo((index.Digest, index.Digest)));

        Index("one", Part(one, "amd64"));
        Assert.That((await LookAsync("one", fingerprint, platforms)).Same, Is.Null, "a platform is missing");
        var other = Manifest(null, Configuration("sha256:" + new string('7', 64), "arm64"));
        Index("mixed", Part(one, "amd64"), Part(other, "arm64"));
        Assert.That((await LookAsync("mixed", fingerprint, platforms)).Same, Is.Null, "one was made of something else");
    }

    [Test]
    public async Task A_damaged_configuration_is_told()
    {
        Manifest("main", "no json");
        Assert.That((await LookAsync("main", RegistryClient.DigestOf("made of"u8), [])).Problem, Does.Contain("configuration"));
    }

    [Test]
    public async Task What_was_made_in_the_same_run_is_known_by_what_it_was_made_of()
    {
        Daemon.On("/v1.41/images/busybox", exchange => exchange.AnswerAsync(404, """{"message":"no such image"}"""));
        Daemon.On("/v1.41/images/create", exchange => exchange.AnswerAsync(200, ""));
        var made = RegistryClient.DigestOf("made of"u8);
        var there = ImageReference.Parse("a.example.com/base:1").WithDigest(RegistryClient.DigestOf("there"u8));
        Daemon.On($"/v1.41/images/a.example.com/base@{there.Digest}/tag", exchange => exchange.AnswerAsync(201, ""));
        var first = await BuildAsync(made: new MadeImage(made, InRegistry: null), store: "a");
        Push("main");
        var second = await BuildAsync(made: new MadeImage(made, there), store: "b");
        Assert.That((first.Fingerprint, second.UpToDate), Is.EqualTo((second.Fingerprint, true)));

        Context.File("hello.txt", "another");
        var third = await BuildAsync(made: new MadeImage(made, there), store: "c");
        Assert.That(third.Reasons, Is.EqualTo(["hello.txt changed"]));
        Assert.That(Daemon.Requests, Has.One.Contains("fromImage=a.example.com%2Fbase"), "the engine gets what it lacks, before it builds");
        Assert.That(Daemon.Requests, Has.One.Contains("tag?repo=busybox&tag=stable"));
    }

    private static RegistryDescriptor Part(RegistryManifest manifest, string architecture) =>
        new(MediaTypes.Manifest, manifest.Digest, manifest.Bytes.Length) { Platform = new Platform("linux", architecture) };

    private static string Configuration(string fingerprint, string architecture, string inputs = "{}", string more = "") => $$"""
        {"os":"linux","architecture":"{{architecture}}","config":{"Labels":{"{{UpToDateBuilds.Label}}":"{{fingerprint}}",
        "{{InputSummary.Label}}":{{System.Text.Json.JsonSerializer.Serialize(inputs)}},"org.opencontainers.image.revision":"abc"} },
        "history":[{"created_by":"LABEL {{UpToDateBuilds.Label}}={{fingerprint}}"}{{more}}],"rootfs":{"diff_ids":[]} }
        """;

    private RegistryManifest Index(string tag, params RegistryDescriptor[] parts) =>
        _registry.Manifest(Repository, tag, Encoding.UTF8.GetString(RegistryManifest.Index(parts)), MediaTypes.Index);

    private RegistryManifest Manifest(string? tag, string configuration)
    {
        var config = _registry.Blob(Repository, Encoding.UTF8.GetBytes(configuration));
        return _registry.Manifest(Repository, tag, $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.Manifest}}","layers":[],
            "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config.Digest}}","size":{{config.Size}} } }
            """);
    }

    /// <summary>Lays down the image that was just built, as its labels and its history are.</summary>
    private RegistryManifest Push(string tag, string more = "")
    {
        var attributes = Daemon.BuildKit.Solves.Last(solve => !solve.Internal).FrontendAttrs;
        var fingerprint = attributes["label:" + UpToDateBuilds.Label];
        return Manifest(tag, Configuration(fingerprint, "amd64", attributes["label:" + InputSummary.Label], more));
    }

    private async Task<PushedLook> LookAsync(string tag, Digest fingerprint, IReadOnlyList<Platform> platforms)
    {
        using var client = _registry.Client();
        return await new PushedBuilds(client).LookAsync(
            [ImageReference.Parse($"{Repository}:{tag}")], fingerprint, platforms, CancellationToken.None);
    }

    private async Task<BuiltImage> BuildAsync(BuildOutput? output = null, MadeImage? made = null, string store = "builds")
    {
        using var connection = await ConnectAsync();
        using var client = _registry.Client();
        var hashes = new FileHashes(new KeptFiles(_store["hashes"], ".hashes", 1 << 20, 10), FileState.Read, TimeProvider.System);
        var request = Request() with
        {
            StageSizes = false,
            Tags = [ImageReference.Parse($"{Repository}:main"), ImageReference.Parse($"{Repository}:1.4")],
            Outputs = output is null ? [] : [output],
            Made = made is null ? new Dictionary<string, MadeImage>(StringComparer.Ordinal)
                : new Dictionary<string, MadeImage>(StringComparer.Ordinal) { ["busybox:stable"] = made },
        };
        return await new UpToDateBuilds(connection, hashes, new KeptBuilds(_store[store]), client, inEngine: false)
            .BuildAsync(request, isForced: false, Observer, CancellationToken.None);
    }
}
