using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>
/// Finds the images of a registry that an image may start from: of the repositories that it lists, those that hold the image's lowest
/// layer, and the image's own. Few are looked at, and not for long: it is a help, and what a registry counts as pulls is not spent on it.
/// </summary>
internal sealed class RegistryNeighbours(RegistryClient client, ImageReference reference, Platform platform)
{
    private const int MostTags = 20;
    private const int MostManifests = 50;

    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<OutsideImage>> FindAsync(
        OutsideImage image, Func<ImageReference, RegistryManifest, CancellationToken, Task<OutsideImage>> read,
        CancellationToken cancellationToken)
    {
        List<OutsideImage> found = [];
        // Docker Hub lists no repositories, and counts each manifest.
        if (image.LowestBlob is not { } lowest || reference.Registry == "docker.io")
        {
            return found;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestTime);
        try
        {
            var left = MostManifests;
            foreach (var repository in await RepositoriesAsync(lowest, patience.Token))
            {
                foreach (var name in await TagsAsync(repository, patience.Token))
                {
                    if (left-- == 0)
                    {
                        return found;
                    }

                    if (await ManifestAsync(name, patience.Token) is { } manifest
                        && manifest.Layers is [var first, ..]
                        && first.Digest == lowest
                        && manifest.Layers.Count < image.Layers.Count
                        && await TriedAsync(() => read(name, manifest, patience.Token)) is { } other)
                    {
                        found.Add(other);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What was found by then is all that there is time for.
            return found;
        }

        return found;
    }

    private async Task<List<ImageReference>> RepositoriesAsync(Digest lowest, CancellationToken cancellationToken)
    {
        var own = reference.WithoutTag();
        List<ImageReference> holding = [];
        foreach (var other in await client.RepositoriesAsync(own, cancellationToken))
        {
            if (other.Repository != own.Repository && await TriedAsync(() => client.HoldsAsync(other, lowest, cancellationToken)))
            {
                holding.Add(other);
            }
        }

        return [.. holding, own];
    }

    private async Task<IEnumerable<ImageReference>> TagsAsync(ImageReference repository, CancellationToken cancellationToken)
    {
        var tags = await TriedAsync(() => client.TagsAsync(repository, cancellationToken));
        // Of many tags those that are looked at would be taken by chance.
        return tags is { Tags.Count: <= MostTags } ? tags.Tags.Select(repository.WithTag).Where(name => name != reference.OrLatest()) : [];
    }

    private Task<RegistryManifest?> ManifestAsync(ImageReference name, CancellationToken cancellationToken) => TriedAsync(async () =>
    {
        var manifest = await client.FindAsync(name, cancellationToken);
        return manifest is { IsIndex: true }
            ? manifest.Manifests.FirstOrDefault(part => part.Platform == platform) is { } part
                ? await client.FindAsync(name.WithoutTag().WithDigest(part.Digest), cancellationToken) : null
            : manifest;
    });

    private static async Task<T?> TriedAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (MultiStageException)
        {
            return default;
        }
    }
}
