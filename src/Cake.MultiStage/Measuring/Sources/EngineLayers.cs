using Cake.MultiStage.Engine;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>Reads images from an engine, as <c>docker save</c> does, from one stream.</summary>
internal sealed class EngineLayers(EngineConnection connection) : ILayerSource
{
    public async Task<IReadOnlyList<ImageContents>> ReadAsync(IReadOnlyList<Digest> ids, MeasureOptions options, CancellationToken cancellationToken)
    {
        await using var stream = await new EngineImages(connection).SaveAsync(ids, cancellationToken);
        var saved = await connection.GuardAsync(
            "Reading the image's layers",
            () => SavedImages.ReadAsync(stream, options, cancellationToken));
        return [.. ids.Select(id => new ImageContents(saved.ConfigurationOf(id), saved.LayersOf(id)))];
    }
}
