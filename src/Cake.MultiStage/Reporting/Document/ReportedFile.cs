using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Analysis;

namespace Cake.MultiStage.Reporting.Document;

/// <summary>What a file of the merged file system is.</summary>
internal enum ReportedFileKind
{
    [JsonStringEnumMemberName("file")]
    File,
    [JsonStringEnumMemberName("directory")]
    Directory,
    [JsonStringEnumMemberName("symlink")]
    SymbolicLink,
    [JsonStringEnumMemberName("hardlink")]
    HardLink,
    [JsonStringEnumMemberName("chardevice")]
    CharacterDevice,
    [JsonStringEnumMemberName("blockdevice")]
    BlockDevice,
    [JsonStringEnumMemberName("fifo")]
    Fifo,
}

/// <summary>A file of the merged file system. What is as with most files is left out: an image has a hundred thousand of them.</summary>
[Description("A file, or another thing of the file system.")]
internal sealed record ReportedFile
{
    [Description("Its path.")]
    public required string Path { get; init; }

    [Description("What it is; absent for a regular file. A hardlink is a further name of a file that is counted elsewhere.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ReportedFileKind Type { get; init; }

    [Description("Its bytes; 0 for all but regular files.")]
    public required ByteSize Size { get; init; }

    [Description("Its permissions in octal.")]
    [RegularExpression("^[0-7]{1,4}$")]
    public required string Mode { get; init; }

    [Description("Its owner; absent for 0.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Uid { get; init; }

    [Description("Its group; absent for 0.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Gid { get; init; }

    [Description("Whether it carries Linux capabilities, which give permissions as set-user-id does; absent where it does not.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Capabilities { get; init; }

    [Description("What a symbolic link points to; absent for what is none.")]
    public string? Target { get; init; }

    [Description("The index of the layer it comes from; of a directory, the topmost that lists it.")]
    public required int Layer { get; init; }

    [Description("The index of its type in fileTypes; absent for all but regular files.")]
    public int? FileType { get; init; }

    [Description("The SHA-256 of its content; absent where it was not taken.")]
    public ContentHash? Sha256 { get; init; }

    public static IReadOnlyList<ReportedFile> Of(MeasuredImage measured)
    {
        var indexes = measured.FileTypes.Index().ToDictionary(type => type.Item.Type, type => type.Index, StringComparer.Ordinal);
        var types = indexes.GetAlternateLookup<ReadOnlySpan<char>>();
        // Few permissions differ: each text is made once.
        var modes = new Dictionary<int, string>();
        List<ReportedFile> files = [];
        foreach (var node in measured.Files.Root.Descendants())
        {
            if (node.File is { } file)
            {
                var kind = KindOf(node, file);
                files.Add(new ReportedFile
                {
                    Path = node.Path,
                    Type = kind,
                    Size = kind == ReportedFileKind.File ? node.Size : default,
                    Mode = modes.TryGetValue(file.Mode, out var mode) ? mode : modes[file.Mode] = Convert.ToString(file.Mode, 8),
                    Uid = file.UserId,
                    Gid = file.GroupId,
                    Capabilities = file.HasCapabilities,
                    Target = kind == ReportedFileKind.SymbolicLink ? file.LinkTarget : null,
                    Layer = node.Layer,
                    FileType = kind == ReportedFileKind.File && types.TryGetValue(ImageAnalysis.TypeOf(file), out var type) ? type : null,
                    Sha256 = file.Hash,
                });
            }
        }

        return files;
    }

    private static ReportedFileKind KindOf(FileSystemNode node, ImageFile file) => file.Type switch
    {
        ImageFileType.File when node.IsFurtherName => ReportedFileKind.HardLink,
        ImageFileType.File => ReportedFileKind.File,
        ImageFileType.Directory => ReportedFileKind.Directory,
        ImageFileType.SymbolicLink => ReportedFileKind.SymbolicLink,
        ImageFileType.HardLink => ReportedFileKind.HardLink,
        ImageFileType.CharacterDevice => ReportedFileKind.CharacterDevice,
        ImageFileType.BlockDevice => ReportedFileKind.BlockDevice,
        ImageFileType.Fifo => ReportedFileKind.Fifo,
        _ => throw new InvalidOperationException($"'{node.Path}' is a mark for files of lower layers, which no merged file system has."),
    };
}
