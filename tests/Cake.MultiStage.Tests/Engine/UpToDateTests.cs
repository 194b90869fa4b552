using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Images;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>What the engine has is not built again, and what is built says why.</summary>
public sealed class UpToDateTests : EngineFixture
{
    private const string Id = "sha256:00000000000000000000000000000000000000000000000000000000000000ff";

    private TemporaryFolder _store = null!;
    private string[] _held = [];

    private static BuildRequest Tagged(BuildRequest request) => request with { Tags = [ImageReference.Parse("shop/web:1.0")] };

    [SetUp]
    public void Record_a_build()
    {
        _held = [];
        _store = new TemporaryFolder();
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        Daemon.On("/v1.41/images/shop/web", exchange => exchange.AnswerAsync(404, """{"message":"no such image"}"""));
    }

    [TearDown]
    public void Remove_the_store() => _store.Dispose();

    [Test]
    public async Task What_the_engine_lacks_is_built_with_its_fingerprint()
    {
        var image = await BuildAsync(Request());
        Assert.That((image.UpToDate, image.Reasons), Is.EqualTo((false, (string[])["no earlier build of it is known here"])));
        Assert.That(Fingerprint(), Does.StartWith("sha256:"));
        Assert.That(Notes(), Has.One.EqualTo("Builds: no earlier build of it is known here"));
    }

    [Test]
    public async Task What_the_engine_has_is_tagged_and_nothing_is_sent()
    {
        var built = await BuildAsync(Request());
        Holds(built.Id.ToString());
        var image = await BuildAsync(Tagged(Request()));
        Assert.That((image.UpToDate, image.Id, image.Steps.Count, image.Reasons.Count), Is.EqualTo((true, built.Id, 0, 0)));
        Assert.That(Daemon.BuildKit.Solves.Count(solve => !solve.Internal), Is.EqualTo(1));
        Assert.That(Daemon.Requests, Has.One.Contains($"POST /v1.41/images/{built.Id}/tag?repo=shop%2Fweb&tag=1.0")
            .Or.One.Contains("tag=1.0"));
        Assert.That(image.Record!.Stages.Select(stage => stage.Name), Is.EqualTo(["left", "right", "stage-2"]));
    }

    [Test]
    public async Task What_starts_from_an_image_has_its_label_and_is_another()
    {
        var built = await BuildAsync(Request());
        Holds($"sha256:{new string('7', 64)}", built.Id.ToString());
        Assert.That((await BuildAsync(Request())).Id, Is.EqualTo(built.Id));
        Holds($"sha256:{new string('7', 64)}");
        Assert.That((await BuildAsync(Request())).UpToDate, Is.False);
    }

    [Test]
    public async Task A_default_that_looks_like_a_secret_is_kept_nowhere()
    {
        var request = Request();
        var file = request.Dockerfile;
        file = file with { Arguments = [.. file.Arguments, new ArgInstruction("NPM_TOKEN", "0123456789")] };
        var image = await BuildAsync(request with { Dockerfile = file });
        Assert.That(image.Reasons.Single(), Does.Contain("NPM_TOKEN").And.Not.Contain("0123456789"));
        Assert.That(Directory.EnumerateFiles(_store.Path, "*", SearchOption.AllDirectories).Select(File.ReadAllText),
            Has.None.Contains("0123456789"));
    }

    [Test]
    public async Task A_change_is_named_and_the_next_build_compares_with_it()
    {
        await BuildAsync(Request());
        Context.File("hello.txt", "another");
        Assert.That((await BuildAsync(Request())).Reasons, Is.EqualTo(["hello.txt changed"]));
        Assert.That((await BuildAsync(Request())).Reasons, Is.EqualTo(["nothing changed, but the engine no longer has the image"]));
    }

    [Test]
    public async Task A_base_that_moved_is_named()
    {
        await BuildAsync(Request());
        Daemon.On("/v1.41/images/busybox", exchange => exchange.AnswerAsync(200,
            $$"""
            {"Id":"{{Id}}","Os":"linux","Architecture":"amd64",
            "RepoDigests":["other@sha256:{{new string('3', 64)}}","busybox@sha256:{{new string('4', 64)}}"]}
            """));
        Assert.That((await BuildAsync(Request())).Reasons, Is.EqualTo(["base busybox:stable moved"]));
    }

    [Test]
    public async Task A_base_that_is_not_there_is_asked_of_its_registry()
    {
        Daemon.On("/v1.41/images/busybox", exchange => exchange.AnswerAsync(404, """{"message":"no such image"}"""));
        Daemon.On("/v1.41/images/create", exchange => exchange.AnswerAsync(200, ""));
        Daemon.On("/v1.41/distribution/busybox:stable/json",
            exchange => exchange.AnswerAsync(200, $$"""{"Descriptor":{"digest":"sha256:{{new string('5', 64)}}" } }"""));
        Holds((await BuildAsync(Request())).Id.ToString());
        Assert.That((await BuildAsync(Request())).UpToDate, Is.True);

        Daemon.On("/v1.41/distribution/", exchange => exchange.AnswerAsync(500, """{"message":"unreachable"}"""));
        Daemon.On("/v1.41/distribution/busybox:stable/json", exchange => exchange.AnswerAsync(500, """{"message":"unreachable"}"""));
        var image = await BuildAsync(Request());
        Assert.That(image.UpToDate, Is.False);
        Assert.That(image.Reasons.Single(), Does.Contain("busybox:stable"));
    }

    [Test]
    public async Task Force_builds_and_says_so()
    {
        await BuildAsync(Request());
        Holds(Id);
        var image = await BuildAsync(Request(), isForced: true);
        Assert.That(image.Reasons, Is.EqualTo(["it is asked for; nothing changed"]));
        Assert.That(Daemon.BuildKit.Solves.Count(solve => !solve.Internal), Is.EqualTo(2));
    }

    [Test]
    public async Task A_secret_in_an_argument_is_never_taken_for_unchanged()
    {
        Holds(Id);
        var image = await BuildAsync(Request() with
        {
            BuildArguments = new Dictionary<string, string>(StringComparer.Ordinal) { ["NPM_TOKEN"] = "0123456789" },
        });
        Assert.That(image.UpToDate, Is.False);
        Assert.That(image.Reasons.Single(), Does.Contain("NPM_TOKEN").And.Not.Contain("0123456789"));
        Assert.That(Daemon.BuildKit.Solves.First(solve => !solve.Internal).FrontendAttrs.Keys,
            Has.None.EqualTo("label:" + UpToDateBuilds.Label));
    }

    [Test]
    public async Task A_file_that_changes_while_it_is_built_leaves_no_fingerprint()
    {
        var outcome = Daemon.BuildKit.Outcome;
        Daemon.BuildKit.Outcome = (solve, call) =>
        {
            if (!solve.Internal)
            {
                Context.File("hello.txt", "changed meanwhile");
            }

            return outcome(solve, call);
        };
        var image = await BuildAsync(Request() with { StageSizes = false });
        Assert.That(image.Reasons, Is.EqualTo(["hello.txt changed while the image was built"]));
        Assert.That(Daemon.BuildKit.Solves.Last(solve => !solve.Internal).FrontendAttrs.Keys,
            Has.None.EqualTo("label:" + UpToDateBuilds.Label));
        Assert.That(Observer.Events.OfType<BuildWarning>().Select(warning => warning.Text), Has.One.Contains("hello.txt"));
    }

    private void Holds(params string[] ids)
    {
        Daemon.On("/v1.41/images/json",
            exchange => exchange.AnswerAsync(200, Uri.UnescapeDataString(exchange.Request).Contains(UpToDateBuilds.Label,
                StringComparison.Ordinal) ? $"[{string.Join(',', ids.Select(id => $$"""{"Id":"{{id}}","Created":1}"""))}]" : "[]"));
        // What is not held any more comes back as a build makes it, without what tells that nothing changed.
        _held = [.. _held.Union(ids, StringComparer.Ordinal)];
        foreach (var id in _held)
        {
            var label = ids.Contains(id) ? $"\"{UpToDateBuilds.Label}\":\"{Fingerprint()}\"" : "";
            Daemon.On($"/v1.41/images/{id}/json", exchange => exchange.AnswerAsync(200,
                $$"""{"Id":"{{id}}","Os":"linux","Architecture":"amd64","Config":{"Labels":{ {{label}} } } }"""));
        }
    }

    private string Fingerprint() => Daemon.BuildKit.Solves.FirstOrDefault(solve => !solve.Internal)?.FrontendAttrs
        .GetValueOrDefault("label:" + UpToDateBuilds.Label) ?? "";

    private IEnumerable<string> Notes() => Observer.Events.OfType<BuildNote>().Select(note => note.Text);

    private async Task<BuiltImage> BuildAsync(BuildRequest request, bool isForced = false)
    {
        using var connection = await ConnectAsync();
        var hashes = new FileHashes(new KeptFiles(_store["hashes"], ".hashes", 1 << 20, 10), FileState.Read, TimeProvider.System);
        return await new UpToDateBuilds(connection, hashes, new KeptBuilds(_store["builds"]))
            .BuildAsync(request, isForced, Observer, CancellationToken.None);
    }
}
