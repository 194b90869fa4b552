using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>An image that was loaded into an engine.</summary>
/// <param name="Id">Its id there. Stores differ in what that is: the digest of the configuration, of the manifest or of the index.</param>
/// <param name="Platform">The platform it is for; of an index the engine's own.</param>
public sealed record LoadedImage(Digest Id, Platform Platform)
{
    /// <summary>Gets the tags that came with it.</summary>
    public IReadOnlyList<ImageReference> Tags { get; init; } = [];

    /// <summary>Returns the first tag, or the id where there is none.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Tags is [var first, ..] ? first.ToString() : Id.ToString();
}
