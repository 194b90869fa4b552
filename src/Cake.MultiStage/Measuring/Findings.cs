using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring;

/// <summary>Files of the merged file system with the same content.</summary>
/// <param name="Hash">The hash of the content.</param>
/// <param name="Size">The bytes of one of them.</param>
/// <param name="Paths">Their paths, in ordinal order. Further names of one file (hard links) are not among them.</param>
public sealed record DuplicateFiles(ContentHash Hash, ByteSize Size, IReadOnlyList<string> Paths)
{
    /// <summary>Gets the bytes that one copy would save: <c>size · n − size</c>.</summary>
    public ByteSize Wasted => new(Size.Bytes * (Paths.Count - 1));
}

/// <summary>Something that a tool left in the image and that a container has no use for, told by its name.</summary>
/// <param name="Kind">What it is, such as <c>apt lists</c>.</param>
/// <param name="Path">The directory or file.</param>
/// <param name="Size">The bytes of the files in it that the layer brought.</param>
/// <param name="Files">The number of these files.</param>
/// <param name="Layer">The index of the layer that brought them.</param>
/// <param name="CreatedBy">The instruction that brought them.</param>
/// <param name="IsFromBase">Whether that layer is one of the base image's.</param>
public sealed record Leftover(string Kind, string Path, ByteSize Size, int Files, int Layer, string CreatedBy, bool IsFromBase);

/// <summary>A package in the image.</summary>
/// <param name="Manager">
/// Where it comes from: the database that lists it, <c>dpkg</c>, <c>apk</c> or <c>rpm</c>, or the type of its package URL, such as
/// <c>nuget</c>, <c>npm</c>, <c>pypi</c>, <c>maven</c>, <c>golang</c>, <c>cargo</c>, <c>gem</c>, <c>composer</c>.
/// </param>
/// <param name="Name">The package's name.</param>
/// <param name="Version">Its version; empty where that is unknown.</param>
/// <param name="InstalledSize">The bytes that the package says it has; 0 where it says nothing.</param>
/// <param name="Size">The bytes of its files that are in the image; 0 where they are not known.</param>
/// <param name="Layer">The index of the layer that brought what names the package; -1 where there is none.</param>
/// <param name="CreatedBy">The instruction that brought it; empty where that is unknown.</param>
public sealed record ImagePackage(string Manager, string Name, string Version, ByteSize InstalledSize, ByteSize Size, int Layer,
    string CreatedBy)
{
    /// <summary>
    /// Gets its licenses: names and expressions of the SPDX License List where they could be told, else as they are declared. Empty where
    /// none is declared.
    /// </summary>
    public IReadOnlyList<string> Licenses { get; init; } = [];

    /// <summary>Gets its package URL, such as <c>pkg:nuget/Dapper@2.1.66</c>.</summary>
    public string Url { get; init; } = "";

    /// <summary>Gets the file that names it; <see langword="null"/> for one that a package database lists.</summary>
    public string? Path { get; init; }
}

/// <summary>The files of a type.</summary>
/// <param name="Type">The extension with its dot and in lower case, <c>.so</c> for versioned libraries too, <c>executable</c> for files
/// without one that may be executed, <c>other</c> for the rest.</param>
/// <param name="Files">Their number.</param>
/// <param name="Size">Their bytes.</param>
public sealed record FileTypeSize(string Type, int Files, ByteSize Size);

/// <summary>A directory of the merged file system.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Files">The number of regular files in it and below.</param>
/// <param name="Size">Their bytes.</param>
public sealed record DirectorySize(string Path, int Files, ByteSize Size);
