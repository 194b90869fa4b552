using System.Text.Json;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Images;
using Cake.MultiStage.Origins;
using Google.Protobuf.WellKnownTypes;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>Caches outside the engine: how they are named, asked for and told of.</summary>
public sealed class OutsideCacheTests : EngineFixture
{
    private static readonly Platform Amd64 = new("linux", "amd64");
    private static readonly string[] Read = ["r.io/c:hello-final-linux-amd64-feature-x", "r.io/c:hello-final-linux-amd64-main"];

    private static readonly Dictionary<string, string> OnGitHub = new(StringComparer.Ordinal)
    {
        ["GITHUB_ACTIONS"] = "true",
        ["ACTIONS_RUNTIME_TOKEN"] = "a-token-of-a-run",
        ["ACTIONS_CACHE_URL"] = "https://old.example.com/",
        ["ACTIONS_RESULTS_URL"] = "https://new.example.com/",
        ["ACTIONS_CACHE_SERVICE_V2"] = "true",
    };

    [Test]
    public void What_is_read_and_written_is_said_in_BuildKits_terms()
    {
        var order = Order([CacheLocation.Registry("r.io/hello:cache"), CacheLocation.Registry("busybox")],
            [CacheLocation.Registry("r.io/hello"), CacheLocation.Registry("r.io/small:1") with { FinalStageOnly = true },
                CacheLocation.InImage()]);
        Assert.That(order.FrontendAttrs["cache-imports"], Is.EqualTo(
            """[{"Type":"registry","Attrs":{"ref":"r.io/hello:cache"}},"""
                + """{"Type":"registry","Attrs":{"ref":"docker.io/library/busybox:latest"}}]"""));
        Assert.That(order.Cache.Exports.Select(entry => (entry.Type, Text(entry.Attrs))), Is.EqualTo(
        [
            ("registry", "ignore-error=true image-manifest=true mode=max oci-mediatypes=true ref=r.io/hello:latest"),
            ("registry", "ignore-error=true image-manifest=true mode=min oci-mediatypes=true ref=r.io/small:1"),
            ("inline", ""),
        ]));
    }

    [Test]
    public void The_cache_of_GitHub_Actions_is_reached_by_its_variables()
    {
        var cache = new GitHubCache("hello") { Runtime = GitHubRuntime.Read(OnGitHub.GetValueOrDefault) };
        var order = Order([cache], [cache]);
        using var imports = JsonDocument.Parse(order.FrontendAttrs["cache-imports"]);
        Assert.That(imports.RootElement[0].GetProperty("Attrs").GetProperty("url_v2").GetString(), Is.EqualTo("https://new.example.com/"));
        Assert.That(order.Cache.Exports.Select(entry => (entry.Type, Text(entry.Attrs))), Is.EqualTo(
        [
            ("gha", "ignore-error=true mode=max scope=hello token=a-token-of-a-run url=https://old.example.com/ "
                + "url_v2=https://new.example.com/ version=2"),
        ]));
    }

    [TestCase("ACTIONS_RUNTIME_TOKEN", "core.exportVariable('ACTIONS_RUNTIME_TOKEN'", true)]
    [TestCase("GITHUB_ACTIONS", null, false)]
    public void What_is_missing_of_the_variables_is_told(string missing, string? text, bool isWarned)
    {
        var variables = OnGitHub.Where(pair => pair.Key != missing).ToDictionary(StringComparer.Ordinal);
        var runtime = GitHubRuntime.Read(variables.GetValueOrDefault);
        var shared = new SharedCache(new GitHubBuildCache { Runtime = runtime }, new CacheNaming("hello", "final", "main"));
        var settled = OutsideCaches.Settle(Request() with { SharedCache = shared }, BuilderKind.BuildKit, Amd64, Observer);
        Assert.That(settled.HasOutsideCache, Is.EqualTo(text is null));
        Assert.That(Observer.Events.OfType<BuildWarning>().Count(), Is.EqualTo(isWarned ? 1 : 0));
        Assert.That(Observer.Events.OfType<BuildWarning>().Select(warning => warning.Text), Has.All.Contains(text ?? ""));
    }

    [Test]
    public void Outside_of_GitHub_its_cache_is_passed_over_with_a_note()
    {
        var cache = new GitHubCache("hello") { Runtime = GitHubRuntime.Read(_ => null) };
        var settled = OutsideCaches.Settle(Request() with { CacheFrom = [cache], CacheTo = [cache] }, BuilderKind.BuildKit, Amd64,
            Observer);
        Assert.That(settled.HasOutsideCache, Is.False);
        Assert.That(Observer.Events.OfType<BuildNote>().Single().Text, Does.Contain("not a run of GitHub Actions"));
    }

    [Test]
    public void A_branch_reads_its_own_cache_and_then_the_main_branchs()
    {
        var named = Named(BuildCache.Registry("r.io/c"), "feature-x");
        Assert.That(named.CacheFrom.Select(cache => cache.ToString()), Is.EqualTo(Read));
        Assert.That(named.CacheTo.Single().ToString(), Is.EqualTo(Read[0]));
        var main = Named(BuildCache.Registry("r.io/c"), "main");
        Assert.That((main.CacheFrom.Single().ToString(), main.CacheTo.Single().ToString()), Is.EqualTo((Read[1], Read[1])));
    }

    [Test]
    public void A_platform_that_is_asked_for_is_in_the_name() => Assert.That(
        (Request() with
        {
            Platforms = [Platform.Parse("linux/arm/v7")],
            SharedCache = new SharedCache(BuildCache.Registry("r.io/c"), new CacheNaming("hello", "test", "main")),
        }).WithSharedCacheNamed(Amd64).CacheTo.Single().ToString(), Is.EqualTo("r.io/c:hello-test-linux-arm-v7-main"));

    [TestCase(true, "main", 1)]
    [TestCase(false, null, 1)]
    public void A_cache_that_is_only_read_or_of_an_unknown_branch_is_not_written(bool readOnly, string? branch, int read)
    {
        var settled = OutsideCaches.Settle(
            Request() with { SharedCache = new SharedCache(BuildCache.Registry("r.io/c") with { ReadOnly = readOnly },
                new CacheNaming("hello", "final", branch)) },
            BuilderKind.BuildKit, Amd64, Observer);
        Assert.That((settled.CacheFrom.Count, settled.CacheTo.Count), Is.EqualTo((read, 0)));
        Assert.That(Observer.Events.OfType<BuildNote>().Any(note => note.Text.Contains("which branch", StringComparison.Ordinal)),
            Is.EqualTo(branch is null));
    }

    [TestCase("feature/x", "feature-x")]
    [TestCase("übung", "bung")]
    public void Names_that_lose_something_are_kept_apart(string branch, string like)
    {
        var naming = new CacheNaming("hello", "final", branch);
        var name = naming.Name("linux/amd64", branch);
        Assert.That(ImageReference.TryParse("r.io/c:" + name, out _), Is.True, name);
        Assert.That(name, Is.Not.EqualTo(naming.Name("linux/amd64", like)));
    }

    [Test]
    public void A_long_name_is_cut_and_stays_its_own()
    {
        var branch = new string('b', 300);
        var naming = new CacheNaming("hello", "final", branch);
        Assert.That(naming.Name("linux/amd64", branch), Has.Length.EqualTo(128).And.Not.EqualTo(naming.Name("linux/amd64", branch + "b")));
    }

    [Test]
    public void A_repository_with_a_tag_is_refused_with_what_to_do() => Assert.That(
        () => BuildCache.Registry("r.io/c:1"), Throws.InstanceOf<MultiStageException>().With.Message.Contains("build.CacheTo"));

    [TestCase(null, null, "main", Description = "no repository and no CI provider")]
    [TestCase("feature-x", null, "feature-x")]
    [TestCase(null, "refs/pull/5/merge", "pull-5")]
    [TestCase(null, "refs/tags/v1", null)]
    public void The_branch_is_that_of_the_source(string? branch, string? reference, string? expected)
    {
        var origin = branch is null && reference is null ? null
            : new SourceOrigin { Branch = branch, PullRequest = SourceOrigin.ReadPullRequest(reference) };
        var request = Request() with { SharedCache = new SharedCache(BuildCache.Registry("r.io/c"), new CacheNaming("a", "b", null)) };
        Assert.That(CacheRequest.OnBranch(request, origin).SharedCache!.Naming.Branch, Is.EqualTo(expected));
    }

    [Test]
    public void The_legacy_builder_goes_without_and_says_so()
    {
        var settled = OutsideCaches.Settle(
            Request() with { CacheFrom = [CacheLocation.Registry("a")] }, BuilderKind.Legacy, Amd64, Observer);
        Assert.That(settled.HasOutsideCache, Is.False);
        Assert.That(Observer.Events.OfType<BuildWarning>().Single().Text, Does.Contain("the legacy builder has none"));
    }

    [Test]
    public void An_engine_that_can_not_write_a_cache_goes_without_and_says_what_would()
    {
        var request = Request() with { CacheTo = [CacheLocation.Registry("r.io/c:1"), CacheLocation.InImage()] };
        var possible = new BuilderFacts("20.10.24", ImageStore.Graphdriver).WithPossibleCaches(request, Daemon.Endpoint, Observer);
        Assert.That(possible.CacheTo, Is.EqualTo([CacheLocation.InImage()]));
        Assert.That(Observer.Events.OfType<BuildWarning>().Single().Text,
            Does.Contain("r.io/c:1").And.Contain("20.10.24").And.Contain("containerd-snapshotter"));
        Assert.That(new BuilderFacts("28.5.2", ImageStore.Containerd).WithPossibleCaches(request, Daemon.Endpoint, Observer).CacheTo,
            Is.EqualTo(request.CacheTo));
    }

    [Test]
    public async Task Base_images_are_left_to_BuildKit_where_a_cache_may_answer_for_them()
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"))
            .On("/v1.41/images/busybox", exchange => exchange.AnswerAsync(404, """{"message":"No such image"}"""));
        using var connection = await ConnectAsync();
        var image = await new ImageBuildService(connection).BuildAsync(
            Request() with
            {
                CacheFrom = [CacheLocation.Registry("r.io/c:1")],
                CacheTo = [CacheLocation.Registry("r.io/c:1")],
                Pull = true,
            },
            Observer, CancellationToken.None);
        var order = Daemon.BuildKit.Solves.First(solve => !solve.Internal);
        Assert.That(order.FrontendAttrs["image-resolve-mode"], Is.EqualTo("pull"));
        Assert.That(order.Cache.Exports, Is.Empty, "the engine's own store writes none");
        Assert.That(Daemon.Requests, Has.None.Contains("/images/create"));
        Assert.That(image.Record!.Stages.Select(stage => stage.Layers is null), Is.EqualTo([false, false, false]), "their steps ran");
    }

    [Test]
    public async Task Stages_that_a_cache_answered_for_are_not_looked_at()
    {
        Daemon.Builds(Recorded.Stream("buildkit-cached"));
        using var connection = await ConnectAsync();
        var image = await new ImageBuildService(connection).BuildAsync(
            Request() with { CacheFrom = [CacheLocation.Registry("r.io/c:1")] }, Observer, CancellationToken.None);
        Assert.That(Daemon.BuildKit.Solves, Has.Count.EqualTo(1));
        Assert.That(image.Record!.Stages.Select(stage => stage.Layers is null), Is.EqualTo([true, true, false]));
        Assert.That(Observer.Events.OfType<BuildNote>().Select(note => note.Text), Has.Some.Contains("'left', 'right'"));
    }

    [TestCase("importing cache manifest from r.io/c:1", "r.io/c:1: not found", false, "There is no cache at r.io/c:1 yet.")]
    [TestCase("importing cache manifest from r.io/c:1", "unauthorized", true, "The cache at r.io/c:1 can't be read: unauthorized")]
    [TestCase("exporting cache to registry", "401 Unauthorized", true, "The cache was not written (exporting cache to registry): 401 Una")]
    public void A_cache_that_can_not_be_read_or_written_is_no_failed_step(string name, string error, bool isWarned, string text)
    {
        var steps = new StepRecorder(Observer, new Cake.MultiStage.Engine.Sessions.SecretMask([]));
        var progress = new SolveProgress(steps, Observer);
        var now = Timestamp.FromDateTime(DateTime.UtcNow);
        var vertex = new Vertex { Digest = "d", Name = name, Error = error, Started = now, Completed = now };
        progress.Read(new StatusResponse { Vertexes = { vertex } });
        Assert.That(steps.Failed, Is.Null);
        var said = Observer.Events.Select(happened => happened switch
        {
            BuildWarning warning when isWarned => warning.Text,
            BuildNote note when !isWarned => note.Text,
            _ => null,
        });
        Assert.That(said, Has.Some.StartsWith(text));
    }

    [TestCase("failed to copy: could not fetch content descriptor sha256:aa from remote: not found", 2)]
    [TestCase("exit code: 3", 1)]
    public async Task A_cache_that_lacks_a_layer_that_it_lists_is_left_aside(string error, int builds)
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"));
        var outcome = Daemon.BuildKit.Outcome;
        Daemon.BuildKit.Outcome = (request, call) => request.FrontendAttrs.ContainsKey("cache-imports")
            ? throw new Cake.MultiStage.Engine.Grpc.GrpcException(Cake.MultiStage.Engine.Grpc.GrpcStatusCode.Unknown, error)
            : outcome(request, call);
        using var connection = await ConnectAsync();
        var build = new ImageBuildService(connection).BuildAsync(
            Request() with { CacheFrom = [CacheLocation.Registry("r.io/c:1")], StageSizes = false }, Observer, CancellationToken.None);
        if (builds == 1)
        {
            Assert.That(() => build, Throws.InstanceOf<BuildFailedException>());
        }
        else
        {
            await build;
            Assert.That(Observer.Events.OfType<BuildWarning>().Single().Text, Does.Contain("r.io/c:1 lists"));
        }

        Assert.That(Daemon.BuildKit.Solves, Has.Count.EqualTo(builds));
    }

    private BuildRequest Named(BuildCache cache, string branch) => (Request() with
    {
        SharedCache = new SharedCache(cache, new CacheNaming("hello", "final", branch)),
    }).WithSharedCacheNamed(Amd64);

    private SolveRequest Order(IReadOnlyList<CacheLocation> from, IReadOnlyList<CacheLocation> to) =>
        SolveOrder.Of(Request() with { CacheFrom = from, CacheTo = to }, "s");

    private static string Text(IEnumerable<KeyValuePair<string, string>> attributes) =>
        string.Join(' ', attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
}
