using System.Globalization;
using System.Text;
using System.Text.Json;
using Cake.MultiStage.EngineTests.Kit;

namespace Cake.MultiStage.EngineTests;

/// <summary>The recipe <c>private-feed</c>: a restore with a token that is found nowhere afterwards.</summary>
[TestFixture(EngineKind.Default)]
[TestFixture(EngineKind.Newer)]
[TestFixture(EngineKind.NewerContainerd)]
public sealed class PrivateFeedTests(EngineKind kind)
{
    private const string Tag = "private-feed:1.0";
    private readonly string _token = "hush-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private PrivateFeed _feed = null!;
    private TestEngine _engine = null!;
    private string _folder = null!;

    [SetUp]
    public async Task Start_the_feed()
    {
        _feed = new PrivateFeed(_token);
        _engine = new TestEngine(await SharedEngines.HostAsync(kind));
        _folder = Directory.CreateTempSubdirectory("multistage-feed-").FullName;
        await Shell.RunAsync("cp", ["-a", Repository.File("recipes", "private-feed") + "/.", _folder]);
    }

    [TearDown]
    public async Task Clean()
    {
        await _engine.UntagAsync(Tag);
        _engine.Dispose();
        await _feed.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task The_token_restores_and_is_found_nowhere()
    {
        var output = await RunAsync(_token);
        Assert.That(await _engine.RunAsync(Tag), Is.EqualTo((0L, "Hello from a private feed!\n")));

        var archive = Path.Combine(_folder, "image.tar");
        await _engine.SaveAsync(Tag, archive);
        Assert.That(await File.ReadAllTextAsync(archive, Encoding.Latin1), Does.Not.Contain(_token));
        Assert.That(JsonSerializer.Serialize(await _engine.InspectAsync(Tag)), Does.Not.Contain(_token));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_folder, "artifacts", "image", "report.json")),
            Does.Contain("busybox").And.Not.Contain(_token));
        Assert.That(output, Does.Contain("Built").And.Not.Contain(_token));
    }

    [Test]
    public async Task A_wrong_token_fails_the_step_and_is_not_told()
    {
        var error = await Fault.OfAsync<InvalidOperationException>(() => RunAsync("wrong-" + _token));
        Assert.That(error.Message, Does.Contain("stage 'builder'").And.Contain("wget").And.Contain("401").And.Not.Contain(_token));
    }

    [Test]
    public async Task Without_a_token_the_error_says_what_to_set()
    {
        var error = await Fault.OfAsync<InvalidOperationException>(() => RunAsync(""));
        Assert.That(error.Message, Does.Contain("FEED_TOKEN"));
    }

    private Task<string> RunAsync(string token) => CakeScript.RunAsync(
        Path.Combine(_folder, "build.cake"),
        ["--target=Image-Measure", "--verbosity=diagnostic", $"--feed={_feed.Address}", $"--report={_folder}/artifacts/image"],
        new Dictionary<string, string>(StringComparer.Ordinal) { ["DOCKER_HOST"] = _engine.Host, ["FEED_TOKEN"] = token });
}
