namespace Cake.MultiStage.Engine.Pruning;

/// <summary>Says of each image with the label whether it is removed.</summary>
/// <param name="Keep">How many of each repository stay, the newest.</param>
/// <param name="Youngest">What was built or tagged since then stays.</param>
internal sealed record PruneChoice(int Keep, DateTimeOffset Youngest)
{
    /// <param name="Image">The image.</param>
    /// <param name="Stays">Whether it stays.</param>
    /// <param name="Reason">Why it stays although neither its age nor its place keeps it, or <see langword="null"/>.</param>
    public sealed record Choice(LabelledImage Image, bool Stays, string? Reason);

    /// <summary>Decides on all, the newest first.</summary>
    public IReadOnlyList<Choice> Of(IReadOnlyList<LabelledImage> images)
    {
        LabelledImage[] ordered =
            [.. images.OrderByDescending(image => image.Changed).ThenBy(image => image.Id.ToString(), StringComparer.Ordinal)];
        var newest = new HashSet<LabelledImage>(ReferenceEqualityComparer.Instance);
        foreach (var repository in ordered.SelectMany(image => image.Repositories.Select(name => (name, image)))
            .GroupBy(pair => pair.name, pair => pair.image, StringComparer.Ordinal))
        {
            newest.UnionWith(repository.Take(Keep));
        }

        // An image whose tags have moved on is one of all that its project has made.
        foreach (var project in ordered.GroupBy(image => image.Project, StringComparer.Ordinal))
        {
            newest.UnionWith(project.Take(Keep).Where(image => image.Tags.Count == 0));
        }

        return [.. ordered.Select(image => Decide(image, ordered, newest.Contains(image)))];
    }

    private Choice Decide(LabelledImage image, LabelledImage[] all, bool isNewest)
    {
        if (isNewest || image.Changed > Youngest)
        {
            return new(image, Stays: true, Reason: null);
        }

        var reason = image.Containers is [var container, ..] ? $"container {container} uses it"
            : Array.Find(all, image.StartsFrom) is { } parent
                ? $"it starts from {parent.Tags[0]}, whose label it has; something else may have built it"
            : Array.Find(all, other => other.StartsFrom(image)) is { } child ? $"{child.Tags[0]} starts from it"
            : null;
        return new(image, reason is not null, reason);
    }
}
