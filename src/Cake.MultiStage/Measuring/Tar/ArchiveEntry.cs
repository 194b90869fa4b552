namespace Cake.MultiStage.Measuring.Tar;

/// <summary>An entry of an archive. The reader fills the same object for each.</summary>
internal sealed class ArchiveEntry
{
    /// <summary>Gets or sets the path from the root, such as <c>/bin/sh</c>.</summary>
    public string Path { get; set; } = "/";

    /// <summary>Gets or sets what a link points to, as it is written; empty for what is not a link.</summary>
    public string LinkName { get; set; } = "";

    public ImageFileType Type { get; set; }

    /// <summary>Gets or sets the size of the file: of a sparse one with its holes.</summary>
    public long Size { get; set; }

    /// <summary>Gets or sets the bytes that the archive holds of it.</summary>
    public long StoredSize { get; set; }

    public bool IsSparse { get; set; }

    public int Mode { get; set; }

    public long UserId { get; set; }

    public long GroupId { get; set; }

    public bool HasCapabilities { get; set; }
}
