using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Packages;

namespace Cake.MultiStage.Measuring;

/// <summary>What an entry of a layer is.</summary>
public enum ImageFileType
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A further name of a file of the same layer; it holds no bytes of its own.</summary>
    HardLink,

    /// <summary>A character device.</summary>
    CharacterDevice,

    /// <summary>A block device.</summary>
    BlockDevice,

    /// <summary>A named pipe.</summary>
    Fifo,

    /// <summary>
    /// A mark that takes a file or directory of the layers below away (OCI image specification, "Whiteouts"). Its path is that of what it
    /// takes away.
    /// </summary>
    Whiteout,

    /// <summary>A mark that takes everything away that the layers below have in a directory. Its path is the directory's.</summary>
    OpaqueDirectory,
}

/// <summary>A file as one layer holds it.</summary>
public sealed record ImageFile
{
    /// <summary>Gets the path from the image's root, such as <c>/bin/sh</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Gets what it is.</summary>
    public ImageFileType Type { get; init; }

    /// <summary>Gets the size in bytes; that of a sparse file with its holes. 0 for all but regular files.</summary>
    public ByteSize Size { get; init; }

    /// <summary>Gets the permissions with the set-user-id, set-group-id and sticky bits, such as octal 4755.</summary>
    public int Mode { get; init; }

    /// <summary>Gets the number of the user who owns it.</summary>
    public long UserId { get; init; }

    /// <summary>Gets the number of the group that owns it.</summary>
    public long GroupId { get; init; }

    /// <summary>
    /// Gets what a link points to: for a hard link the path from the root, for a symbolic link the text as written. <see langword="null"/>
    /// for the rest.
    /// </summary>
    public string? LinkTarget { get; init; }

    /// <summary>Gets a value indicating whether the file carries Linux capabilities, which give permissions as set-user-id does.</summary>
    public bool HasCapabilities { get; init; }

    /// <summary>
    /// Gets the hash of the content: <see langword="null"/> for empty and sparse files, for all but regular files, and where hashing is
    /// off.
    /// </summary>
    public ContentHash? Hash { get; init; }

    /// <summary>Gets the beginning of the content, as far as a selector asked for it.</summary>
    internal ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Gets the packages that its content names.</summary>
    internal IReadOnlyList<ContainedPackage> Contained { get; init; } = [];

    /// <summary>Gets a value indicating whether it is one of the marks that take files of lower layers away.</summary>
    internal bool IsMark => Type is ImageFileType.Whiteout or ImageFileType.OpaqueDirectory;
}
