using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>What an image holds, wherever it lies.</summary>
/// <param name="Configuration">The configuration document: what the image runs, and what its layers are.</param>
/// <param name="Layers">The layers, the lowest first, each with the instruction that made it.</param>
internal sealed record ImageContents(ReadOnlyMemory<byte> Configuration, IReadOnlyList<MeasuredLayer> Layers)
{
    /// <summary>Gets what is said of the image beside it.</summary>
    public IReadOnlyList<ImageAttestation> Attestations { get; init; } = [];
}

/// <summary>Reads images where they lie.</summary>
internal interface ILayerSource
{
    /// <summary>Reads images; layers that they share are read once.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="options">What is read beside names and sizes.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>What they hold, in the order of the ids.</returns>
    /// <exception cref="MultiStageException">An image is gone, or can't be read.</exception>
    Task<IReadOnlyList<ImageContents>> ReadAsync(IReadOnlyList<Digest> ids, MeasureOptions options, CancellationToken cancellationToken);
}
