using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting;

/// <summary>The words of the JSON report.</summary>
internal static class ReportNames
{
    private static readonly Dictionary<ImageFileType, string> Types = new()
    {
        [ImageFileType.File] = "file",
        [ImageFileType.Directory] = "directory",
        [ImageFileType.SymbolicLink] = "symlink",
        [ImageFileType.HardLink] = "hardlink",
        [ImageFileType.CharacterDevice] = "chardevice",
        [ImageFileType.BlockDevice] = "blockdevice",
        [ImageFileType.Fifo] = "fifo",
    };

    public static string Of(ImageFileType type) => Types[type];

    public static ImageFileType TypeOf(string? name) => name is null ? ImageFileType.File : Types.First(type => type.Value == name).Key;
}
