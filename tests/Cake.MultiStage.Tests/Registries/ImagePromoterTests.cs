using Cake.MultiStage.Building;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Cake.MultiStage.Tests.Engine;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Registries;

/// <summary>An image gets another name, or another registry, and stays what it is.</summary>
[CancelAfter(60_000), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ImagePromoterTests : IDisposable
{
    private static readonly ImageReference From = ImageReference.Parse("a.example.com/app:candidate");
    private readonly FakeRegistry _registry = new();
    private readonly Recorder _seen = new();

    public void Dispose() => _registry.Dispose();

    [Test]
    public async Task Within_a_repository_only_the_tag_is_put()
    {
        var image = _registry.Image("a.example.com/app", "candidate", "layer");
        var promoted = await PromoteAsync("a.example.com/app:1.0");
        Assert.That(promoted.ToString(), Is.EqualTo($"a.example.com/app:1.0@{image.Digest}"));
        Assert.That(_registry.Find("a.example.com/app/manifests/1.0"), Is.EqualTo(image.Bytes));
        Assert.That(_registry.Requests.Select(request => request.Split(' ')[0]), Is.EqualTo(["GET", "PUT"]));
    }

    [Test]
    public async Task Within_a_registry_layers_are_taken_over()
    {
        var image = _registry.Image("a.example.com/app", "candidate", "layer");
        await PromoteAsync("a.example.com/shop/app:1.0");
        Assert.That(_registry.Find("a.example.com/shop/app/manifests/1.0"), Is.EqualTo(image.Bytes));
        Assert.That(_registry.Find($"a.example.com/shop/app/blobs/{image.Layers[0].Digest}"), Is.Not.Null);
        Assert.That(_seen.Events.OfType<LayerPushed>().Select(layer => layer.Status), Is.All.EqualTo("Mounted from app"));
        Assert.That(_registry.Requests, Has.None.Match("^GET .*/blobs/"));
    }

    [Test]
    public async Task What_a_registry_does_not_take_over_is_sent()
    {
        var image = _registry.Image("a.example.com/app", "candidate", "layer");
        _registry.Mounts = false;
        await PromoteAsync("a.example.com/shop/app:1.0");
        Assert.That(_registry.Find($"a.example.com/shop/app/blobs/{image.Layers[0].Digest}"), Is.EqualTo("layer"u8.ToArray()));
    }

    [Test]
    public async Task An_index_is_copied_with_all_of_its_platforms_and_its_tag_moves_last()
    {
        var (one, two) = (_registry.Image("a.example.com/app", null, "amd64"), _registry.Image("a.example.com/app", null, "arm64"));
        var index = _registry.Manifest("a.example.com/app", "candidate", System.Text.Encoding.UTF8.GetString(RegistryManifest.Index(
        [
            new(MediaTypes.Manifest, one.Digest, one.Bytes.Length) { Platform = new Platform("linux", "amd64") },
            new(MediaTypes.Manifest, two.Digest, two.Bytes.Length) { Platform = new Platform("linux", "arm64", "v8") },
        ])), MediaTypes.Index);
        Assert.That(index.Manifests[1].Platform, Is.EqualTo(new Platform("linux", "arm64", "v8")));
        await PromoteAsync("b.example.com/app:1.0");
        Assert.That(_registry.Find("b.example.com/app/manifests/1.0"), Is.EqualTo(index.Bytes));
        foreach (var image in new[] { one, two })
        {
            Assert.That(_registry.Find($"b.example.com/app/manifests/{image.Digest}"), Is.EqualTo(image.Bytes));
            Assert.That(_registry.Find($"b.example.com/app/blobs/{image.Layers[0].Digest}"), Is.Not.Null);
        }

        Assert.That(_registry.Requests[^1], Is.EqualTo("PUT b.example.com/v2/app/manifests/1.0"));
    }

    [Test]
    public async Task Layers_that_are_there_are_not_sent()
    {
        _registry.Image("a.example.com/app", "candidate", "layer");
        _registry.Image("b.example.com/app", null, "layer");
        await PromoteAsync("b.example.com/app:1.0");
        Assert.That(_registry.Requests, Has.None.StartsWith("POST"));
        Assert.That(_seen.Events.OfType<LayerPushed>().Select(layer => layer.Status), Is.All.EqualTo("Layer already exists"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Signatures_and_SBOMs_go_along(bool listed)
    {
        _registry.ListsReferrers = listed;
        var image = _registry.Image("a.example.com/app", "candidate", "layer");
        var subject = $$"""
            "artifactType":"application/spdx+json",
            "subject":{"mediaType":"{{MediaTypes.Manifest}}","digest":"{{image.Digest}}","size":{{image.Bytes.Length}}},
            """;
        var sbom = _registry.Image("a.example.com/app", null, "sbom", subject);
        var tag = $"sha256-{image.Digest.Encoded}";
        if (!listed)
        {
            _registry.Manifest("a.example.com/app", tag, System.Text.Encoding.UTF8.GetString(RegistryManifest.Index(
            [
                new(MediaTypes.Manifest, sbom.Digest, sbom.Bytes.Length) { ArtifactType = "application/spdx+json" },
            ])), MediaTypes.Index);
        }

        var signature = _registry.Image("a.example.com/app", tag + ".sig", "signature");
        await PromoteAsync("b.example.com/app:1.0");
        Assert.That(_registry.Find($"b.example.com/app/manifests/{sbom.Digest}"), Is.EqualTo(sbom.Bytes));
        Assert.That(_registry.Find($"b.example.com/app/manifests/{tag}.sig"), Is.EqualTo(signature.Bytes));
        Assert.That(_registry.Find($"b.example.com/app/manifests/{tag}") is { } list
            && System.Text.Encoding.UTF8.GetString(list).Contains($"{sbom.Digest}", StringComparison.Ordinal), Is.EqualTo(!listed));
    }

    [Test]
    public void What_the_registry_does_not_have_is_an_error_before_anything_is_written()
    {
        Assert.That(() => PromoteAsync("b.example.com/app:1.0"), Throws.InstanceOf<MultiStageException>().With.Message.Contains(
            "The registry a.example.com has no 'a.example.com/app:candidate'"));
        Assert.That(_registry.Requests, Has.Count.EqualTo(1));
    }

    private async Task<PushedImage> PromoteAsync(string to)
    {
        using var client = _registry.Client();
        return await new ImagePromoter(client, _seen).PromoteAsync(From, ImageReference.Parse(to), CancellationToken.None);
    }
}
