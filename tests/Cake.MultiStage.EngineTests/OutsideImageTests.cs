using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.EngineTests;

/// <summary>An image is measured in an engine, a registry, an archive and a folder, with one result.</summary>
public sealed class OutsideImageTests
{
    [Test]
    public async Task One_image_is_one_measurement_from_engine_registry_archive_and_folder()
    {
        await using var registry = await TestRegistry.StartAsync();
        await using var work = new Workspace();
        var image = await work.BuildAsync(
            work.Project(settings =>
            {
                settings.FinalBase = "layers";
                settings.Stages.Add(Stage.From("debian:trixie-slim").Named("layers")
                    .Run("mkdir /data && head -c 1234567 /dev/urandom > /data/large && echo small > /data/small")
                    .Run("ln /data/large /data/hard && ln -s large /data/soft && rm /etc/debian_version"));
            }),
            BuilderKind.BuildKit);
        var reference = $"{registry.Address}/{work.Repository}:1";
        await work.Cake.MultiStagePushAsync(image, new MultiStagePushSettings { References = [reference] });
        await work.Engine.UntagAsync(reference);
        var below = $"{registry.Address}/base:1";
        var debian = (await MeasureAsync(work, "debian:trixie-slim")).Image;
        await work.Cake.MultiStagePushAsync(debian, new MultiStagePushSettings { References = [below] });
        await work.Engine.UntagAsync(below);
        var archive = Path.Combine(work.Folder, "image.tar.gz");
        await work.Cake.MultiStageSaveAsync(image, archive);
        await LayOutAsync(ImageReference.Parse(reference), Path.Combine(work.Folder, "layout"));

        var inEngine = await MeasureAsync(work, image.Id.ToString());
        Assert.That(inEngine.Base?.Name, Is.EqualTo("debian:trixie-slim"), "It is found by its layers.");
        foreach (var place in new[] { $"registry://{reference}", "./image.tar.gz", "./layout" })
        {
            var measured = await MeasureAsync(work, place, $"registry://{below}");
            Assert.That(measured.OwnSize, Is.EqualTo(inEngine.OwnSize), place);
            Assert.That(Told(measured), Is.EqualTo(Told(inEngine)), place);
            var found = Found(await CheckAsync(work, measured))
                .Select(text => text.Replace($"registry://{below}", "debian:trixie-slim", StringComparison.Ordinal));
            Assert.That(found, Is.EqualTo(Found(await CheckAsync(work, inEngine))), place);
        }

        var compared = await work.Cake.MultiStageCompareAsync($"registry://{reference}", inEngine);
        Assert.That((compared.Growth.ToString(), compared.Files.Count), Is.EqualTo(("0 B", 0)));
    }

    private static Task<MeasuredImage> MeasureAsync(Workspace work, string reference, string? below = null) =>
        work.Cake.MultiStageMeasureAsync(reference, new MultiStageMeasureSettings { NoCache = true, BaseImage = below });

    private static Task<CheckResult> CheckAsync(Workspace work, MeasuredImage measured) =>
        work.Cake.MultiStageCheckAsync(measured, new MultiStageCheckSettings { FailOn = null });

    private static IEnumerable<string> Found(CheckResult result) => result.Findings.Select(finding => finding.ToString());

    private static string Told(MeasuredImage image) => string.Join('\n',
    [
        .. image.Layers.Select(layer => $"{layer.DiffId} {layer.Size} {layer.Files} {layer.CreatedBy}"),
        .. image.Files.Root.Descendants().Select(node => $"{node.Path} {node.Size} {node.Layer} {node.File?.Mode} {node.File?.Hash}"),
        .. image.Packages.Select(package => package.ToString()),
        $"{image.Size} {image.Waste.Size} {image.Image.Platform}",
    ]);

    /// <summary>Lays an image of a registry down as an OCI layout.</summary>
    private static async Task LayOutAsync(ImageReference reference, string folder)
    {
        using var client = new RegistryClient(RegistryKeyring.None);
        var manifest = await client.GetAsync(reference, CancellationToken.None);
        var blobs = Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256")).FullName;
        foreach (var blob in manifest.Layers.Append(manifest.Configuration!))
        {
            await using var content = client.Open(reference, blob);
            await using var file = File.Create(Path.Combine(blobs, blob.Digest.Encoded));
            await content.CopyToAsync(file);
        }

        await File.WriteAllBytesAsync(Path.Combine(blobs, manifest.Digest.Encoded), manifest.Bytes);
        await File.WriteAllBytesAsync(Path.Combine(folder, "index.json"), RegistryManifest.Index(
            [new RegistryDescriptor(manifest.MediaType, manifest.Digest, manifest.Bytes.Length)]));
        await File.WriteAllTextAsync(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }
}
