using System.ComponentModel;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting.Document;

[Description("A package.")]
internal sealed record ReportedPackage
{
    [Description("Where it comes from: the database that lists it (dpkg, apk or rpm), or the type of its package URL, such as nuget.")]
    public required string Manager { get; init; }

    [Description("Its name.")]
    public required string Name { get; init; }

    [Description("Its version; empty where that is not known.")]
    public required string Version { get; init; }

    [Description("The bytes that the package says it has; 0 where it says nothing.")]
    public required ByteSize InstalledSize { get; init; }

    [Description("The bytes of its files that are in the image; 0 where they are not known.")]
    public required ByteSize Size { get; init; }

    [Description("The index of the layer that brought what names the package; absent where there is none.")]
    public int? Layer { get; init; }

    [Description("Its licenses: names and expressions of the SPDX License List where they could be told, else as they are declared; "
        + "absent where none is declared.")]
    public IReadOnlyList<string>? Licenses { get; init; }

    [Description("Its package URL.")]
    public string Url { get; init; } = "";

    [Description("The file that names it; absent for one that a package database lists.")]
    public string? Path { get; init; }

    public static ReportedPackage Of(ImagePackage package) => new()
    {
        Manager = package.Manager,
        Name = package.Name,
        Version = package.Version,
        InstalledSize = package.InstalledSize,
        Size = package.Size,
        Layer = package.Layer < 0 ? null : package.Layer,
        Licenses = package.Licenses.Count > 0 ? package.Licenses : null,
        Url = package.Url,
        Path = package.Path,
    };
}

[Description("The packages of a license.")]
internal sealed record ReportedLicense
{
    [Description("The license, as packages have it; empty for those that declare none.")]
    public required string License { get; init; }

    [Description("Their number.")]
    public required int Packages { get; init; }

    /// <summary>Counts packages by license, the most frequent first, those without one last.</summary>
    public static IReadOnlyList<ReportedLicense> Of(IReadOnlyList<ImagePackage> packages) =>
    [
        .. packages
            .SelectMany(package => package.Licenses.DefaultIfEmpty(""))
            .CountBy(license => license, StringComparer.Ordinal)
            .OrderBy(count => count.Key.Length == 0)
            .ThenByDescending(count => count.Value)
            .ThenBy(count => count.Key, StringComparer.Ordinal)
            .Select(count => new ReportedLicense { License = count.Key, Packages = count.Value }),
    ];
}

[Description("The files of a type.")]
internal sealed record ReportedFileType
{
    [Description("The extension with its dot, executable, or other.")]
    public required string Type { get; init; }

    [Description("Their number.")]
    public required int Files { get; init; }

    [Description("Their bytes.")]
    public required ByteSize Size { get; init; }

    public static ReportedFileType Of(FileTypeSize type) => new() { Type = type.Type, Files = type.Files, Size = type.Size };
}

[Description("A directory of the merged file system.")]
internal sealed record ReportedDirectory
{
    [Description("Its path.")]
    public required string Path { get; init; }

    [Description("The number of regular files in it and below.")]
    public required int Files { get; init; }

    [Description("Their bytes.")]
    public required ByteSize Size { get; init; }

    public static ReportedDirectory Of(DirectorySize directory) =>
        new() { Path = directory.Path, Files = directory.Files, Size = directory.Size };
}
