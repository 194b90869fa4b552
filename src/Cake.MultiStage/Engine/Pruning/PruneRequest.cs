using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Pruning;

/// <summary>What is removed from an engine.</summary>
internal sealed record PruneRequest
{
    /// <summary>Gets how many images of each repository stay.</summary>
    public required int Keep { get; init; }

    /// <summary>Gets the age up to which an image stays in any case.</summary>
    public TimeSpan KeepYounger { get; init; }

    /// <summary>Gets the projects whose images are looked at; none for all.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    /// <summary>Gets a value indicating whether nothing is removed.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets what the build cache may hold.</summary>
    public ByteSize? BuildCacheSize { get; init; }

    /// <summary>Gets the age from which on what nothing has used is removed from the build cache.</summary>
    public TimeSpan? BuildCacheAge { get; init; }

    public bool IsAboutBuildCache => BuildCacheSize is not null || BuildCacheAge is not null;
}
