using System.Text;
using System.Text.Json;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Cake.MultiStage.Tests.Engine;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Registries;

/// <summary>Images of single platforms become one index.</summary>
[CancelAfter(60_000), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ImageIndexerTests : IDisposable
{
    private const string Repository = "a.example.com/app";
    private readonly FakeRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Test]
    public async Task Each_image_is_listed_with_the_platform_that_its_configuration_says()
    {
        var (one, two) = (Image("amd64", ""), Image("arm", "v7"));
        var pushed = await IndexAsync($"{Repository}@{one.Digest}", $"{Repository}@{two.Digest}");
        var bytes = _registry.Find($"{Repository}/manifests/1.0")!;
        Assert.That(_registry.Find($"{Repository}/manifests/latest"), Is.EqualTo(bytes));
        Assert.That(pushed.ToString(), Is.EqualTo($"{Repository}:1.0@{RegistryClient.DigestOf(bytes)}"));
        var index = RegistryManifest.Read("", pushed.Digest, bytes);
        Assert.That(index.MediaType, Is.EqualTo(MediaTypes.Index));
        Assert.That(index.Manifests.Select(part => (part.Digest, part.Size, part.MediaType, part.Platform)), Is.EqualTo(
        [
            (one.Digest, (long)one.Bytes.Length, MediaTypes.Manifest, new Platform("linux", "amd64")),
            (two.Digest, (long)two.Bytes.Length, MediaTypes.Manifest, new Platform("linux", "arm", "v7")),
        ]));
    }

    [Test]
    public async Task Images_of_Docker_make_a_list_of_Docker()
    {
        var (one, two) = (Image("amd64", "", MediaTypes.DockerManifest), Image("arm64", "", MediaTypes.DockerManifest));
        var pushed = await IndexAsync($"{Repository}@{one.Digest}", $"{Repository}@{two.Digest}");
        using var json = JsonDocument.Parse(_registry.Find($"{Repository}/manifests/1.0"));
        Assert.That(json.RootElement.GetProperty("mediaType").GetString(), Is.EqualTo(MediaTypes.DockerList));
        Assert.That(pushed.Size.Bytes, Is.EqualTo(_registry.Find($"{Repository}/manifests/1.0")!.Length));
    }

    [Test]
    public async Task The_images_of_an_index_are_taken_over_with_what_is_noted_on_them()
    {
        var (one, two) = (Image("amd64", ""), Image("arm64", ""));
        var attestation = _registry.Image(Repository, null, "attestation");
        var notes = new Dictionary<string, string>(StringComparer.Ordinal) { ["vnd.docker.reference.digest"] = one.Digest.ToString() };
        _registry.Manifest(Repository, "half", Encoding.UTF8.GetString(RegistryManifest.Index(
        [
            new(MediaTypes.Manifest, one.Digest, one.Bytes.Length) { Platform = new Platform("linux", "amd64") },
            new(MediaTypes.Manifest, attestation.Digest, attestation.Bytes.Length)
            {
                Platform = new Platform("unknown", "unknown"),
                Annotations = notes,
            },
        ])), MediaTypes.Index);
        var pushed = await IndexAsync($"{Repository}:half", $"{Repository}@{two.Digest}");
        var index = RegistryManifest.Read("", pushed.Digest, _registry.Find($"{Repository}/manifests/1.0")!);
        Assert.That(index.Manifests.Select(part => part.Digest), Is.EqualTo([one.Digest, attestation.Digest, two.Digest]));
        Assert.That(index.Manifests[1].Annotations, Is.EqualTo(notes));
    }

    [Test]
    public async Task What_lies_elsewhere_is_copied_first_and_the_tag_moves_last()
    {
        var (one, two) = (Image("amd64", ""), Image("arm64", "", repository: "b.example.com/other"));
        await IndexAsync($"{Repository}@{one.Digest}", $"b.example.com/other@{two.Digest}");
        Assert.That(_registry.Find($"{Repository}/manifests/{two.Digest}"), Is.EqualTo(two.Bytes));
        Assert.That(_registry.Find($"{Repository}/blobs/{two.Layers[0].Digest}"), Is.Not.Null);
        Assert.That(_registry.Requests[^1], Is.EqualTo("PUT a.example.com/v2/app/manifests/latest"));
    }

    [Test]
    public void Two_images_of_one_platform_are_refused_before_a_tag_moves()
    {
        var (one, two) = (Image("amd64", ""), Image("amd64", "", repository: "b.example.com/other"));
        Assert.That(() => IndexAsync($"{Repository}@{one.Digest}", $"b.example.com/other@{two.Digest}"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("are both for linux/amd64")
                .And.Message.Contains("b.example.com"));
        Assert.That(_registry.Find($"{Repository}/manifests/1.0"), Is.Null);
    }

    [Test]
    public async Task Images_of_Windows_are_told_apart_by_its_version_which_indexes_that_are_taken_over_keep()
    {
        var (one, two) = (Image("amd64", "", windows: "10.0.20348.1"), Image("amd64", "", windows: "10.0.26100.1"));
        await IndexAsync($"{Repository}@{one.Digest}", $"{Repository}@{two.Digest}");
        var linux = Image("amd64", "");
        var pushed = await IndexAsync($"{Repository}:1.0", $"{Repository}@{linux.Digest}");
        var index = RegistryManifest.Read("", pushed.Digest, _registry.Find($"{Repository}/manifests/1.0")!);
        Assert.That(index.Manifests.Select(part => $"{part.Platform} {part.SystemVersion} {string.Join(',', part.SystemFeatures)}"),
            Is.EqualTo(["windows/amd64 10.0.20348.1 win32k", "windows/amd64 10.0.26100.1 win32k", "linux/amd64  "]));
        var other = Image("amd64", "", windows: "10.0.20348.1", repository: "b.example.com/other");
        Assert.That(() => IndexAsync($"{Repository}@{one.Digest}", $"b.example.com/other@{other.Digest}"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("are both for windows/amd64"));
    }

    [Test]
    public void An_image_that_says_no_platform_is_refused()
    {
        var image = _registry.Image(Repository, null, "layer");
        Assert.That(() => IndexAsync($"{Repository}@{image.Digest}"),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("doesn't say which platform"));
    }

    [Test]
    public void A_digest_that_is_not_there_is_refused() => Assert.That(
        () => IndexAsync($"{Repository}@sha256:{new string('a', 64)}"),
        Throws.InstanceOf<MultiStageException>().With.Message.Contains("has no"));

    private RegistryManifest Image(string architecture, string variant, string type = MediaTypes.Manifest, string repository = Repository,
        string? windows = null)
    {
        var system = windows is null ? "\"os\":\"linux\""
            : $"\"os\":\"windows\",\"os.version\":\"{windows}\",\"os.features\":[\"win32k\"]";
        var config = _registry.Blob(repository,
            Encoding.UTF8.GetBytes($$"""{{{system}},"architecture":"{{architecture}}","variant":"{{variant}}","of":"{{repository}}"}"""));
        var layer = _registry.Blob(repository, Encoding.UTF8.GetBytes($"files for {architecture}"));
        return _registry.Manifest(repository, null, $$"""
            {"schemaVersion":2,"mediaType":"{{type}}",
            "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config.Digest}}","size":{{config.Size}}},
            "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{layer.Digest}}","size":{{layer.Size}}}]}
            """, type);
    }

    private async Task<PushedImage> IndexAsync(params string[] images)
    {
        using var client = _registry.Client();
        return await new ImageIndexer(client, new Recorder()).IndexAsync(
            [.. images.Select(ImageReference.Parse)],
            [ImageReference.Parse($"{Repository}:1.0"), ImageReference.Parse($"{Repository}:latest")],
            CancellationToken.None);
    }
}
