using System.Text;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Registries;
using Cake.MultiStage.Tests.Aliases;
using Cake.MultiStage.Tests.Registries;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Locking;

/// <summary>Base images are locked by asking registries, and builds start from what is locked.</summary>
public sealed class LockTests : CakeFixture
{
    private const string Registry = "a.example.com";

    private static readonly string[] Amd64 = ["amd64"];

    private readonly ListLogger _told = new();
    private FakeRegistry _registry = null!;

    [SetUp]
    public void Fill_a_registry()
    {
        _told.Lines.Clear();
        _registry = new FakeRegistry();
        Push("go:1", "one", "amd64", "arm64");
        Push("tools:1", "one", Amd64);
        Push("base:1", "one", Amd64);
        Push("frontend:1", "one", "amd64", "arm64");
        _folder.File("Dockerfile",
            $"""
            # syntax={Registry}/frontend:1
            ARG VERSION=1
            FROM {Registry}/go:$VERSION AS build
            RUN --mount=from={Registry}/tools:1,target=/tools true
            FROM {Registry}/base:1
            COPY --from={Registry}/tools:1 /a /a
            COPY --from=build /b /b

            """);
    }

    [TearDown]
    public void Close() => _registry.Dispose();

    [Test]
    public async Task Every_image_is_locked_by_the_digest_of_its_index_or_manifest()
    {
        var result = await LockAsync();
        Assert.That(result.Images.Select(image => $"{image.Name} {string.Join(',', image.Platforms)}"), Is.EqualTo(
        [
            $"{Registry}/base:1 linux/amd64", $"{Registry}/frontend:1 linux/amd64,linux/arm64", $"{Registry}/go:1 linux/amd64,linux/arm64",
            $"{Registry}/tools:1 linux/amd64",
        ]));
        Assert.That(result.Images[2].Digest, Is.EqualTo(DigestOf("go:1")));
        Assert.That(result.Images[2].Size.Bytes, Is.EqualTo("one for amd64".Length));
        Assert.That(result.Changes, Has.Count.EqualTo(4));
        Assert.That(LockFile.Read(_folder[LockFile.DefaultName]).Images, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task What_is_locked_stays_and_costs_nothing_until_an_update_says_what_moved()
    {
        var first = await LockAsync();
        var bytes = await File.ReadAllBytesAsync(first.File);
        Push("go:1", "one and more", "amd64", "arm64");
        _registry.Requests.Clear();
        Assert.That((await LockAsync()).Changes, Is.Empty);
        Assert.That(_registry.Requests, Is.Empty);

        var check = await LockAsync(locking => locking.Check = true);
        Assert.That(check.Changes.Single().ToString(), Does.StartWith($"{Registry}/go:1: ").And.EndWith("9 B more (22 B)"));
        Assert.That(await File.ReadAllBytesAsync(first.File), Is.EqualTo(bytes));
        Assert.That(_told.Lines[^1], Does.EndWith("1 of 4 images out of date"));

        var update = await LockAsync(locking => locking.Update = true);
        Assert.That(update.Changes.Select(change => change.After.Digest), Is.EqualTo([DigestOf("go:1")]));
        Assert.That((await LockAsync(locking => locking.Check = true)).Changes, Is.Empty);
    }

    [Test]
    public async Task A_build_starts_from_what_is_locked_wherever_it_names_an_image()
    {
        await LockAsync();
        var request = Request(_ => { });
        var text = request.Dockerfile.ToString();
        Assert.That(text, Does.Contain($"# syntax={Registry}/frontend:1@{DigestOf("frontend:1")}\n")
            .And.Contain($"FROM {Registry}/go:1@{DigestOf("go:1")} AS build\n")
            .And.Contain($"from={Registry}/tools:1@{DigestOf("tools:1")}")
            .And.Contain($"FROM {Registry}/base:1@{DigestOf("base:1")}\n")
            .And.Contain($"COPY --from={Registry}/tools:1@{DigestOf("tools:1")} /a /a"));
        Assert.That(request.Notes.Single().Text, Does.StartWith("Pinned by 'multistage.lock.json': "));
        Assert.That(Request(build => build.Lock = "").Dockerfile.ToString(), Does.Not.Contain("@sha256"));
    }

    [Test]
    public async Task What_is_not_locked_is_told_or_refused()
    {
        await LockAsync();
        void Newer(MultiStageBuildSettings build) => build.BuildArguments["VERSION"] = "2";
        var note = Request(Newer).Notes.Single(notice => notice.IsWarning);
        Assert.That(note.Text, Is.EqualTo(
            $"Not in 'multistage.lock.json', so taken as it is now: {Registry}/go:2. MultiStageLock([project]) adds it."));
        Assert.That(
            () => Request(build =>
            {
                Newer(build);
                build.Frozen = true;
            }),
            Throws.TypeOf<MultiStageException>().With.Message.Contains($"{Registry}/go:2 isn't in 'multistage.lock.json'"));
        Assert.That(Request(build => build.Frozen = true).Notes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_base_that_the_platform_chooses_is_locked_for_each_platform_and_pinned_for_a_single_one()
    {
        Push("base-amd64:1", "one", Amd64);
        Push("base-arm64:1", "one", "arm64");
        _folder.File("Dockerfile", $"FROM {Registry}/base-$TARGETARCH:1\n");
        Assert.That(() => LockAsync(), Throws.TypeOf<DockerfileException>().With.Message.Contains("locking.Platforms"));
        Assert.That((await LockAsync(locking => locking.Platforms = ["linux/amd64", "linux/arm64"])).Images, Has.Count.EqualTo(2));
        File.Delete(_folder[LockFile.DefaultName]);
        await LockAsync(locking => locking.Platforms.Add("linux/amd64"));
        Assert.That(() => Request(_ => { }), Throws.TypeOf<DockerfileException>().With.Message.Contains("build.Platforms"));
        Assert.That(Request(build => (build.Platforms, build.Frozen) = (["linux/amd64"], true)).Dockerfile.ToString(),
            Is.EqualTo($"FROM {Registry}/base-amd64:1@{DigestOf("base-amd64:1")}\n"));
        Assert.That(() => Request(build => (build.Platforms, build.Frozen) = (["linux/arm64"], true)),
            Throws.TypeOf<MultiStageException>().With.Message.Contains($"{Registry}/base-arm64:1 isn't in"));
    }

    [Test]
    public async Task What_lists_packages_is_locked_where_it_is_named()
    {
        Push("scanner:1", "one", Amd64);
        await LockAsync();
        void WithSbom(MultiStageBuildSettings build) => (build.Sbom, build.SbomGenerator) = (true, $"{Registry}/scanner:1");
        Assert.That(Request(WithSbom).Notes.Single(notice => notice.IsWarning).Text, Does.Contain($"as it is now: {Registry}/scanner:1. "
            + $"MultiStageLock([project], locking => locking.Images.Add(\"{Registry}/scanner:1\")) adds it."));
        Assert.That(
            () => Request(build =>
            {
                WithSbom(build);
                build.Frozen = true;
            }),
            Throws.TypeOf<MultiStageException>().With.Message.Contains($"{Registry}/scanner:1 isn't in 'multistage.lock.json'"));

        await LockAsync(locking => locking.Images.Add($"{Registry}/scanner:1"));
        var request = Request(build =>
        {
            WithSbom(build);
            build.Frozen = true;
        });
        Assert.That(request.Attestations.SbomGenerator!.ToString(), Is.EqualTo($"{Registry}/scanner:1@{DigestOf("scanner:1")}"));
        var unlocked = Request(build => (build.Sbom, build.SbomGenerator, build.Lock) = (true, "a:1", ""));
        Assert.That(unlocked.Attestations.SbomGenerator!.ToString(), Is.EqualTo("a:1"));
    }

    [Test]
    public void A_lock_file_that_is_asked_for_must_be_there()
    {
        Assert.That(() => Request(build => build.Frozen = true),
            Throws.TypeOf<MultiStageException>().With.Message.Contains("multistage.lock.json' doesn't exist"));
        Assert.That(() => Request(build => build.Lock = "other.json"),
            Throws.TypeOf<MultiStageException>().With.Message.Contains("other.json' doesn't exist"));
        Assert.That(() => Request(build => (build.Lock, build.Frozen) = ("", true)),
            Throws.TypeOf<MultiStageException>().With.Message.Contains("build.Frozen needs a lock file"));
        Assert.That(Request(_ => { }).Notes, Is.Empty);
    }

    [Test]
    public async Task Platforms_are_held_of_an_index_and_of_an_image_alone()
    {
        await LockAsync();
        Assert.That(() => Request(build => build.Platforms.Add("linux/arm64")), Throws.TypeOf<MultiStageException>()
            .With.Message.Contains($"'{Registry}/base:1' is for linux/amd64, and the build is for linux/arm64")
            .Or.Message.Contains($"'{Registry}/tools:1' is for linux/amd64, and the build is for linux/arm64"));
        Assert.That(() => LockAsync(locking => locking.Platforms.Add("linux/arm64")), Throws.TypeOf<MultiStageException>()
            .With.Message.Contains($"'{Registry}/base:1' has no image for linux/arm64"));
    }

    [Test]
    public async Task A_mirror_is_asked_and_the_image_keeps_its_name()
    {
        _folder.File("Dockerfile", "FROM golang:1.25\n");
        PushTo("a.example.com/hub/library/golang", "1.25", "one", "amd64");
        var policy = new BaseImagePolicy { Registry = "a.example.com/hub" };
        var result = await LockAsync(locking => locking.BaseImages = policy);
        Assert.That(result.Images.Single().Name.ToString(), Is.EqualTo("golang:1.25"));
        Assert.That(Request(build => build.BaseImages = policy).Dockerfile.ToString(),
            Does.Contain($"FROM a.example.com/hub/library/golang:1.25@{result.Images[0].Digest}"));
        Assert.That(Request(_ => { }).Dockerfile.ToString(), Does.Contain($"FROM golang:1.25@{result.Images[0].Digest}"));
    }

    [Test]
    public async Task What_the_descriptions_make_themselves_is_not_locked()
    {
        var platform = Described() with { Tags = [ImageReference.Parse("shop/platform:1")] };
        _folder.File("web/Dockerfile", $"FROM shop/platform:1\nCOPY --from={Registry}/base:1 /a /a\n");
        var web = Cake().MultiStageFromDockerfile("web/Dockerfile");
        var result = await LockAsync([platform, web], _ => { });
        Assert.That(result.Images.Select(image => image.Name.ToString()), Has.None.Contains("platform"));
        var request = ProjectRequest.Of(web, new MultiStageBuildSettings { Frozen = true }, Cake().Environment);
        Assert.That(request.Dockerfile.ToString(), Does.Contain("FROM shop/platform:1\n").And.Contain($"{Registry}/base:1@sha256"));
    }

    [Test]
    public void A_damaged_file_is_not_written_over()
    {
        _folder.File(LockFile.DefaultName, "<<<<<<< HEAD");
        Assert.That(() => LockAsync(), Throws.TypeOf<MultiStageException>().With.Message.Contains("can't be used"));
        Assert.That(File.ReadAllText(_folder[LockFile.DefaultName]), Is.EqualTo("<<<<<<< HEAD"));
    }

    private ImageProject Described() => Cake().MultiStageFromDockerfile("Dockerfile");

    private BuildRequest Request(Action<MultiStageBuildSettings> configure)
    {
        var settings = new MultiStageBuildSettings();
        configure(settings);
        return ProjectRequest.Of(Described(), settings, Cake().Environment);
    }

    private Task<LockResult> LockAsync(Action<MultiStageLockSettings>? configure = null) => LockAsync([Described()], configure);

    private async Task<LockResult> LockAsync(IReadOnlyList<ImageProject> projects, Action<MultiStageLockSettings>? configure)
    {
        var settings = new MultiStageLockSettings();
        configure?.Invoke(settings);
        using var client = _registry.Client();
        return await new BaseLocking(new BaseResolver(client, TimeProvider.System), settings, _folder[settings.File], _told)
            .LockAsync(projects, CancellationToken.None);
    }

    private Digest DigestOf(string image) =>
        RegistryClient.DigestOf(_registry.Find($"{Registry}/{image.Split(':')[0]}/manifests/{image.Split(':')[1]}")!);

    private void Push(string image, string content, params string[] architectures) =>
        PushTo($"{Registry}/{image.Split(':')[0]}", image.Split(':')[1], content, architectures);

    /// <summary>Puts an image there, or of several architectures an index.</summary>
    private void PushTo(string repository, string tag, string content, params string[] architectures)
    {
        List<RegistryDescriptor> parts = [];
        foreach (var architecture in architectures)
        {
            var config = _registry.Blob(repository,
                Encoding.UTF8.GetBytes($$"""{"os":"linux","architecture":"{{architecture}}","of":"{{repository}}"}"""));
            var layer = _registry.Blob(repository, Encoding.UTF8.GetBytes($"{content} for {architecture}"));
            var image = _registry.Manifest(repository, architectures.Length == 1 ? tag : null, $$"""
                {"schemaVersion":2,"mediaType":"{{MediaTypes.Manifest}}",
                "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config.Digest}}","size":{{config.Size}}},
                "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{layer.Digest}}","size":{{layer.Size}}}]}
                """);
            parts.Add(new(image.MediaType, image.Digest, image.Bytes.Length) { Platform = new Platform("linux", architecture) });
        }

        if (architectures.Length > 1)
        {
            _registry.Manifest(repository, tag, Encoding.UTF8.GetString(RegistryManifest.Index(parts)), MediaTypes.Index);
        }
    }
}
