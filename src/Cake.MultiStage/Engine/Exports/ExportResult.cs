using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>What an export has brought to the host.</summary>
/// <param name="Stage">The stage the files come from.</param>
/// <param name="Destination">The absolute path of the folder on the host.</param>
/// <param name="Files">The files and links, ordered by path; folders are not listed.</param>
/// <param name="Duration">How long it took, the build of the stage included.</param>
public sealed record ExportResult(string Stage, string Destination, IReadOnlyList<ExportedFile> Files, TimeSpan Duration)
{
    /// <summary>Gets the sum of the files' sizes.</summary>
    public ByteSize Size => new(Files.Sum(file => file.Size.Bytes));
}

/// <summary>A file or a link that an export has brought to the host.</summary>
/// <param name="Path">The path below the destination, with forward slashes on every host.</param>
/// <param name="Size">The size; zero for a link.</param>
/// <param name="Mode">The permissions, which a file on a Unix host has, less set-user-id and set-group-id.</param>
/// <param name="LinkTarget">What a symbolic link points to; <see langword="null"/> for a file.</param>
public sealed record ExportedFile(string Path, ByteSize Size, UnixFileMode Mode, string? LinkTarget = null);
