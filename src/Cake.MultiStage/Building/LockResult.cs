using System.Globalization;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>What a lock file of base images says, and what is other than it said before.</summary>
public sealed record LockResult
{
    internal LockResult()
    {
    }

    /// <summary>Gets the path of the lock file.</summary>
    public required string File { get; init; }

    /// <summary>Gets the images as they are locked, or in a check as they are now; by their names.</summary>
    public IReadOnlyList<LockedImage> Images { get; init; } = [];

    /// <summary>
    /// Gets what was added or has moved; in a check what is out of date. Empty where the file says what holds.
    /// </summary>
    public IReadOnlyList<LockChange> Changes { get; init; } = [];

    /// <summary>Gets the images of the file that none of the descriptions uses. They stay in it.</summary>
    public IReadOnlyList<ImageReference> Unused { get; init; } = [];
}

/// <summary>A base image and what its name stood for when it was locked.</summary>
/// <param name="Name">The name with its tag, as descriptions have it.</param>
/// <param name="Digest">The digest of the index; of an image that has none, of its manifest.</param>
public sealed record LockedImage(ImageReference Name, Digest Digest)
{
    /// <summary>Gets the platforms that there is an image for.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [];

    /// <summary>
    /// Gets how many bytes a pull of it takes: the compressed layers of the image for <c>linux/amd64</c>, or for the first platform where
    /// there is none.
    /// </summary>
    public ByteSize Size { get; init; }

    /// <summary>Gets the day, in UTC, on which it was found to be so.</summary>
    public DateOnly Date { get; init; }
}

/// <summary>An image that a lock file didn't have, or that has moved.</summary>
/// <param name="Before">What the file said; <see langword="null"/> where it said nothing.</param>
/// <param name="After">What holds now.</param>
public sealed record LockChange(LockedImage? Before, LockedImage After)
{
    /// <summary>Returns what moved, with the difference in size.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Before is null
        ? $"{After.Name}: locked to {After.Digest.Abbreviated} ({After.Size})"
        : string.Create(CultureInfo.InvariantCulture,
            $"{After.Name}: {Before.Digest.Abbreviated} of {Before.Date:yyyy-MM-dd} → {After.Digest.Abbreviated}, {Difference(Before)}");

    private string Difference(LockedImage before) => (After.Size.Bytes - before.Size.Bytes) switch
    {
        0 => $"the same size ({After.Size})",
        > 0 and var more => $"{new ByteSize(more)} more ({After.Size})",
        var less => $"{new ByteSize(-less)} less ({After.Size})",
    };
}
