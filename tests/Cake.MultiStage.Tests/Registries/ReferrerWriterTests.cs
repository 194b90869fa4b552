using System.Text.Json;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Registries;

/// <summary>A document that is attached to an image is found from there.</summary>
[CancelAfter(60_000), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ReferrerWriterTests : IDisposable
{
    private const string Type = "application/vnd.cyclonedx+json";
    private readonly FakeRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_document_refers_to_its_image(bool listed)
    {
        _registry.ListsReferrers = listed;
        var image = _registry.Image("a.example.com/app", "1.0", "layer");
        var reference = ImageReference.Parse($"a.example.com/app:1.0@{image.Digest}");
        using var client = _registry.Client();
        await new ReferrerWriter(client).AttachAsync(reference, Type, "{ }"u8.ToArray(), CancellationToken.None);
        await new ReferrerWriter(client).AttachAsync(reference, Type, "{ }"u8.ToArray(), CancellationToken.None);
        var found = (await client.ReferrersAsync(reference, image.Digest, CancellationToken.None)).Single();
        Assert.That(found.ArtifactType, Is.EqualTo(Type));
        var manifest = await client.GetAsync(ImageReference.Parse($"a.example.com/app@{found.Digest}"), CancellationToken.None);
        Assert.That(_registry.Find($"a.example.com/app/blobs/{manifest.Layers.Single().Digest}"), Is.EqualTo("{ }"u8.ToArray()));
        Assert.That(JsonElement.Parse(manifest.Bytes).GetProperty("subject").GetProperty("digest").GetString(),
            Is.EqualTo(image.Digest.ToString()));
        Assert.That(_registry.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)), Is.EqualTo(2),
            "the second time nothing is sent");
    }
}
