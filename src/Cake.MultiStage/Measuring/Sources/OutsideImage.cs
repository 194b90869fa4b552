using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>A place outside of engines where an image lies: a registry, a folder or an archive.</summary>
internal interface IImagePlace
{
    /// <summary>Finds the image, and reads what says of what it consists.</summary>
    /// <exception cref="MultiStageException">It isn't there, or can't be read.</exception>
    Task<OutsideImage> FindAsync(CancellationToken cancellationToken);

    /// <summary>Finds another image of the same place; <see langword="null"/> where it has none of this name.</summary>
    Task<OutsideImage?> FindOtherAsync(string name, CancellationToken cancellationToken);

    /// <summary>Finds images that lie beside one and that it may start from; what can't be read is left out.</summary>
    Task<IReadOnlyList<OutsideImage>> BesideAsync(OutsideImage image, CancellationToken cancellationToken);
}

/// <summary>An image outside of engines.</summary>
internal sealed record OutsideImage
{
    /// <summary>Gets where it lies, as the user named it.</summary>
    public required string Place { get; init; }

    public required IReadOnlyList<ImageReference> Tags { get; init; }

    /// <summary>Gets the configuration document, whose digest is the image's id.</summary>
    public required byte[] Document { get; init; }

    public required ImageConfiguration Configuration { get; init; }

    /// <summary>Gets what is said of the image beside it.</summary>
    public IReadOnlyList<ImageAttestation> Attestations { get; init; } = [];

    /// <summary>Gets the digest by which a registry has its lowest layer; <see langword="null"/> elsewhere.</summary>
    public Digest? LowestBlob { get; init; }

    /// <summary>Gets the layers, the lowest first.</summary>
    public required IReadOnlyList<OutsideLayer> Layers { get; init; }
}

/// <summary>A layer of an image outside of engines.</summary>
/// <param name="PackedSize">Its size in bytes as it lies there, where it is packed and that is known before it is read.</param>
/// <param name="Open">Opens it as it lies there: plain, gzip or zstd.</param>
internal sealed record OutsideLayer(long? PackedSize, Func<CancellationToken, Task<Stream>> Open);
