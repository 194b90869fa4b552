using Cake.MultiStage.Images;

namespace Cake.MultiStage.Registries;

/// <summary>An image that a registry has taken.</summary>
/// <param name="Reference">The reference it was pushed under.</param>
/// <param name="Digest">The digest of its manifest, by which anyone can pull exactly it.</param>
/// <param name="Size">The size of its manifest in bytes.</param>
public sealed record PushedImage(ImageReference Reference, Digest Digest, ByteSize Size)
{
    /// <summary>Returns the reference pinned to the digest.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Reference.WithDigest(Digest).ToString();
}
