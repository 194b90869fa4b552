using System.Net;
using System.Text.Json;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>Two engines, of different versions and stores, that share the platforms of one image. Both are of one processor.</summary>
[Category("NewerEngine")]
public sealed class SeveralBuildersTests
{
    private Workspace _old = null!;
    private Workspace _new = null!;
    private TestRegistry _registry = null!;

    private string Tag => $"{_registry.Address}/{_new.Repository}:1.0";

    [SetUp]
    public async Task Open()
    {
        (_old, _new) = (new Workspace(), new Workspace(await SharedEngines.HostAsync(EngineKind.NewerContainerd)));
        _registry = await TestRegistry.StartAsync();
        // Two layers: each is packed by itself where the engine can't push by digest.
        _new.Write("app/Dockerfile", $"FROM scratch\nLABEL {_new.Label.Name}={_new.Label.Value}\nARG TARGETARCH\nCOPY $TARGETARCH /\n"
            + "COPY $TARGETARCH /again/\n");
        _new.Write("app/amd64/text", "one");
        _new.Write("app/386/text", "another");
    }

    [TearDown]
    public async Task Close()
    {
        await _registry.DisposeAsync();
        await _old.DisposeAsync();
        await _new.DisposeAsync();
    }

    [Test]
    public async Task Each_builds_its_platform_and_one_index_has_both()
    {
        var image = await BuildAsync(Builder.Engine("tcp://127.0.0.1:1"));
        Assert.That(_new.Log.Lines, Has.Some.Contains("The builder tcp://127.0.0.1:1 is passed over"));
        Assert.That(image.Platforms.Select(platform => platform.ToString()), Is.EqualTo(["linux/amd64", "linux/386"]));
        Assert.That(await DigestAsync(), Is.EqualTo(image.Digest!.ToString()));
        foreach (var (platform, size) in (IEnumerable<(string, long)>)[("linux/amd64", 6L), ("linux/386", 14L)])
        {
            var part = await _new.Cake.MultiStageMeasureAsync(image, new MultiStageMeasureSettings { Platform = platform });
            Assert.That((part.Image.Platform.ToString(), part.Size.Bytes), Is.EqualTo((platform, size)));
        }

        Assert.That(await _old.Engine.LabelledAsync($"{_new.Label.Name}={_new.Label.Value}"), Is.Empty, "nothing stays");
        Assert.That(await _new.InEngineAsync(), Is.Empty, "no store has it");
    }

    [Test]
    public async Task Where_a_part_fails_the_tag_is_where_it_was()
    {
        await BuildAsync();
        var before = await DigestAsync();
        Directory.Delete(Path.Combine(_new.Folder, "app", "386"), recursive: true);
        _new.Write("app/amd64/text", "changed");
        var failure = await Fault.OfAsync<BuildFailedException>(() => BuildAsync());
        Assert.That(failure.Message, Does.Contain("386"));
        Assert.That(await DigestAsync(), Is.EqualTo(before));
        Assert.That(await TagsAsync(), Is.EqualTo(["1.0"]), "the parts have no tags");
    }

    private Task<BuiltImage> BuildAsync(params Builder[] others) => _new.Cake.MultiStageBuildAsync(
        _new.Cake.MultiStageFromDockerfile("app"),
        new MultiStageBuildSettings
        {
            Builders =
            [
                .. others, Builder.Engine(_old.Engine.Host) with { Platforms = ["linux/386"] }, Builder.Engine(_new.Engine.Host),
            ],
            Platforms = ["linux/amd64", "linux/386"],
            Tags = [Tag],
            Outputs = [BuildOutput.Push()],
        });

    private async Task<string> DigestAsync()
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Accept", "application/vnd.oci.image.index.v1+json");
        using var answer = await client.GetAsync(new Uri($"http://{_registry.Address}/v2/{_new.Repository}/manifests/1.0"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return answer.Headers.GetValues("Docker-Content-Digest").Single();
    }

    private async Task<IEnumerable<string?>> TagsAsync()
    {
        using var client = new HttpClient();
        var list = new Uri($"http://{_registry.Address}/v2/{_new.Repository}/tags/list");
        using var tags = JsonDocument.Parse(await client.GetStringAsync(list));
        return [.. tags.RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString())];
    }
}
