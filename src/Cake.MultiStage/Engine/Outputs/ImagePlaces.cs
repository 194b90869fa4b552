using Cake.MultiStage.Building;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Outputs;

/// <summary>Names the places of an image that no engine holds.</summary>
internal static class ImagePlaces
{
    /// <summary>Gets the place that it is read from at the least cost: this host's disk before a registry.</summary>
    /// <param name="request">The request that it was built of.</param>
    /// <param name="digest">The digest of its manifest or index.</param>
    public static string Of(BuildRequest request, Digest digest) =>
        request.Outputs.OfType<LayoutOutput>().FirstOrDefault()?.Folder
            ?? request.Outputs.OfType<ArchiveOutput>().FirstOrDefault()?.File
            ?? BuiltImage.RegistryScheme
                + (request.Outputs.OfType<DigestOutput>().FirstOrDefault()?.Repository ?? request.Tags[0]).WithDigest(digest);
}
