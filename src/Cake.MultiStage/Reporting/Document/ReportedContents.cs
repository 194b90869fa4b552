using System.ComponentModel;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting.Document;

[Description("A package.")]
internal sealed record ReportedPackage
{
    [Description("The database: dpkg or apk.")]
    public required string Manager { get; init; }

    [Description("Its name.")]
    public required string Name { get; init; }

    [Description("Its version.")]
    public required string Version { get; init; }

    [Description("The bytes that the package says it has.")]
    public required ByteSize InstalledSize { get; init; }

    [Description("The bytes of its files that are in the image; 0 where the database does not list them.")]
    public required ByteSize Size { get; init; }

    [Description("The index of the layer that brought the package's list of files; absent where there is none.")]
    public int? Layer { get; init; }

    public static ReportedPackage Of(ImagePackage package) => new()
    {
        Manager = package.Manager,
        Name = package.Name,
        Version = package.Version,
        InstalledSize = package.InstalledSize,
        Size = package.Size,
        Layer = package.Layer < 0 ? null : package.Layer,
    };
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
