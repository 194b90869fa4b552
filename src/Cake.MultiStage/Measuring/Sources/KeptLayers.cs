using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>Takes what was read of an image before; an id names its content, so that nothing can have changed.</summary>
internal sealed class KeptLayers(ILayerSource source, LayerCache cache) : ILayerSource
{
    public async Task<IReadOnlyList<ImageContents>> ReadAsync(IReadOnlyList<Digest> ids, MeasureOptions options,
        CancellationToken cancellationToken)
    {
        var found = new Dictionary<Digest, ImageContents>();
        foreach (var id in ids)
        {
            if (await cache.FindAsync(id, options, cancellationToken) is { } kept)
            {
                found[id] = kept;
            }
        }

        List<Digest> missing = [.. ids.Where(id => !found.ContainsKey(id)).Distinct()];
        if (missing.Count > 0)
        {
            foreach (var (id, contents) in missing.Zip(await source.ReadAsync(missing, options, cancellationToken)))
            {
                found[id] = contents;
                await cache.KeepAsync(id, options, contents, cancellationToken);
            }
        }

        return [.. ids.Select(id => found[id])];
    }
}
