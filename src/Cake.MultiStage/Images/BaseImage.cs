namespace Cake.MultiStage.Images;

/// <summary>What an image from outside was that a build used.</summary>
/// <param name="Reference">The image as the Dockerfile named it, variables replaced.</param>
/// <param name="Digest">The digest by which its registry knows it, or <see langword="null"/> for an image that the engine has from no
/// registry.</param>
/// <param name="Stage">The stage that starts from it or copies from it; <c>stage-N</c> for one without a name.</param>
public sealed record BaseImage(ImageReference Reference, Digest? Digest, string Stage)
{
    /// <summary>Returns the reference, pinned to the digest where there is one.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => (Digest is null ? Reference : Reference.WithDigest(Digest)).ToString();
}
