using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Pruning;

/// <summary>An image that has the label of a project, as far as it decides whether the image is removed.</summary>
/// <param name="Id">The image's id.</param>
/// <param name="Project">The project it was built of, by the label.</param>
internal sealed record LabelledImage(Digest Id, string Project)
{
    public IReadOnlyList<ImageReference> Tags { get; init; } = [];

    /// <summary>Gets the digests of its layers, the base's first.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>
    /// Gets when it was built or last tagged, whichever came later: a reproducible image says that it was made when its commit was.
    /// </summary>
    public required DateTimeOffset Changed { get; init; }

    public ByteSize Size { get; init; }

    /// <summary>Gets the containers of it, running or not.</summary>
    public IReadOnlyList<string> Containers { get; init; } = [];

    /// <summary>Gets the repositories of its tags.</summary>
    public IEnumerable<string> Repositories => Tags.Select(tag => tag.Repository).Distinct(StringComparer.Ordinal);

    /// <summary>
    /// Gets whether it starts from another image: labels are handed down, and what others build of an image has the label too. Its names
    /// tell it from the next version of the same image, which may have the same layers and more.
    /// </summary>
    public bool StartsFrom(LabelledImage other) =>
        Project == other.Project
        && Layers.Count > other.Layers.Count && other.Layers.Count > 0
        && Layers.Take(other.Layers.Count).SequenceEqual(other.Layers, StringComparer.Ordinal)
        && Tags.Count > 0 && other.Tags.Count > 0 && !Repositories.Intersect(other.Repositories, StringComparer.Ordinal).Any();
}
