namespace Cake.MultiStage.Measuring.Analysis;

/// <summary>An image that another may start from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Layers">The digests of its layers, the lowest first.</param>
internal sealed record BaseCandidate(string Name, IReadOnlyList<string> Layers);

/// <summary>
/// Finds the image that another starts from by what they have in common: all layers of a base are the lowest of the image, and of several
/// such images the one with most of them is the nearest.
/// </summary>
internal static class BaseFinder
{
    /// <param name="layers">The image's layers, the lowest first.</param>
    /// <param name="candidates">What is known. An image with as many layers is the image itself, or has its name beside it.</param>
    /// <returns>The nearest base, or <see langword="null"/> where none of them is one.</returns>
    public static BaseCandidate? Find(IReadOnlyList<string> layers, IEnumerable<BaseCandidate> candidates) => candidates
        .Where(candidate => candidate.Layers.Count > 0
            && candidate.Layers.Count < layers.Count
            && candidate.Layers.Zip(layers).All(pair => pair.First == pair.Second))
        .OrderByDescending(candidate => candidate.Layers.Count)
        .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
        .FirstOrDefault();
}
