namespace Cake.MultiStage.Engine.Exports;

/// <summary>An entry taken from an archive.</summary>
/// <param name="Path">The path below the destination, with forward slashes.</param>
/// <param name="Origin">The path in the stage that was asked for.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Modified">When it was last changed, or <see langword="null"/> where the archive does not say.</param>
/// <param name="Size">The size of a file.</param>
/// <param name="LinkTarget">What a symbolic link points to.</param>
internal sealed record UnpackedEntry(string Path, StagePath Origin, EntryKind Kind, UnixFileMode Mode, DateTimeOffset? Modified = null,
    long Size = 0, string? LinkTarget = null);

internal enum EntryKind
{
    File,
    Directory,
    Link,
}
