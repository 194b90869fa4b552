using Cake.MultiStage.Engine;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>Reads images from an engine, as <c>docker save</c> does, from one stream.</summary>
internal sealed class EngineLayers(EngineConnection connection) : ILayerSource
{
    private readonly EngineImages _images = new(connection);

    public async Task<IReadOnlyList<ImageContents>> ReadAsync(IReadOnlyList<Digest> ids, MeasureOptions options,
        CancellationToken cancellationToken)
    {
        var found = new Dictionary<Digest, ImageContents>();
        foreach (var id in ids)
        {
            // Engines refuse to save what has no layers: "empty export - not implemented".
            if (await _images.FindAsync(id.ToString(), cancellationToken) is { IsBare: true })
            {
                found[id] = new ImageContents(await _images.ConfigurationAsync(id, cancellationToken), []);
            }
        }

        List<Digest> layered = [.. ids.Where(id => !found.ContainsKey(id))];
        if (layered.Count > 0)
        {
            await using var stream = await _images.SaveAsync(layered, cancellationToken);
            var saved = await connection.GuardAsync(
                "Reading the image's layers",
                () => SavedImages.ReadAsync(stream, options, cancellationToken));
            foreach (var id in layered)
            {
                found[id] = new ImageContents(saved.ConfigurationOf(id), saved.LayersOf(id))
                {
                    Attestations = await saved.AttestationsOfAsync(id),
                };
            }
        }

        return [.. ids.Select(id => found[id])];
    }
}
