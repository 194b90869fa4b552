using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>What was removed of the images that builds of this addin have left in an engine.</summary>
public sealed record PruneResult
{
    internal PruneResult()
    {
    }

    /// <summary>Gets the images that were removed, or in a dry run would be, the newest first.</summary>
    public IReadOnlyList<PrunedImage> Removed { get; init; } = [];

    /// <summary>Gets how many images with the label stay.</summary>
    public int Kept { get; init; }

    /// <summary>
    /// Gets by how much the engine's images shrank, by its own figure of its disk usage (<c>docker system df</c>); in a dry run the bytes
    /// that no other image has, the least that would be freed. <see langword="null"/> where the engine doesn't tell.
    /// </summary>
    public ByteSize? Freed { get; init; }

    /// <summary>
    /// Gets how many bytes of the build cache were removed; <see langword="null"/> where no bounds were given, and in a dry run.
    /// </summary>
    public ByteSize? BuildCacheFreed { get; init; }

    /// <summary>Gets a value indicating whether nothing was removed, since a dry run was asked for.</summary>
    public bool DryRun { get; init; }
}

/// <summary>An image that was removed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Project">The name of the project it was built of, by its label.</param>
public sealed record PrunedImage(Digest Id, string Project)
{
    /// <summary>Gets the tags it had.</summary>
    public IReadOnlyList<ImageReference> Tags { get; init; } = [];

    /// <summary>Gets when it was built or last tagged, whichever came later.</summary>
    public DateTimeOffset Changed { get; init; }

    /// <summary>Gets the engine's own figure of its size; what it shares with others is in it.</summary>
    public ByteSize Size { get; init; }

    /// <summary>Returns the tags and the short id.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        Tags.Count == 0 ? $"{Id.Abbreviated} of project '{Project}'" : $"{string.Join(", ", Tags)} ({Id.Abbreviated})";
}
