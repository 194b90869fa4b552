using System.Globalization;
using System.Text;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking;

/// <summary>
/// Who a container runs as: the setting <c>User</c> of an image, looked up in its own <c>/etc/passwd</c> and <c>/etc/group</c> as engines
/// do.
/// </summary>
internal sealed record ImageUser
{
    private const int Read = 4, Write = 2, Execute = 1;

    /// <summary>Gets the number; <see langword="null"/> for a name that could not be looked up.</summary>
    public long? Id { get; private init; }

    /// <summary>Gets the numbers of the group and of the further groups.</summary>
    public IReadOnlySet<long> Groups { get; private init; } = new HashSet<long>();

    /// <summary>Gets the user's name, where it is not in <c>/etc/passwd</c>.</summary>
    public string? UnknownName { get; private init; }

    /// <summary>Gets the group's name, where it is not in <c>/etc/group</c>.</summary>
    public string? UnknownGroup { get; private init; }

    public bool IsRoot => Id == 0;

    public static ImageUser Of(FileSystemTree files, string setting)
    {
        var (name, group) = setting.Split(':', 2) is [var first, var second] ? (first, second) : (setting, "");
        name = name.Length == 0 ? "0" : name;
        var (users, groups) = (Lines(files, "/etc/passwd"), Lines(files, "/etc/group"));
        var number = Number(name);
        // A name counts before a number, and an entry that nobody can read is none.
        var entry = users?.FirstOrDefault(fields => fields.Length >= 4 && (fields[0] == name || (number is not null && fields[2] == name)));
        var id = entry is null ? number : Number(entry[2]);
        var members = groups?.Where(
            fields => fields.Length >= 4 && entry is not null && fields[3].Split(',').Contains(entry[0], StringComparer.Ordinal)).Select(
                fields => Number(fields[2])) ?? [];
        var named = groups?.FirstOrDefault(fields => fields.Length >= 3 && fields[0] == group);
        var main = group.Length > 0 ? Number(group) ?? Number(named?[2]) : entry is null ? 0 : Number(entry[3]);
        return new ImageUser
        {
            Id = name == "root" && entry is null ? 0 : id,
            Groups = members.Append(main).OfType<long>().ToHashSet(),
            UnknownName = number is null && entry is null && users is not null ? name : null,
            UnknownGroup = group.Length > 0 && Number(group) is null && named is null && groups is not null ? group : null,
        };
    }

    /// <summary>Says whether the user may read a file, once he has got there.</summary>
    public bool CanRead(FileSystemNode node) => IsRoot || Has(node, Read);

    /// <summary>Says whether the user may make files in a directory, once he has got there.</summary>
    public bool CanWrite(FileSystemNode node) => IsRoot || Has(node, Write | Execute);

    /// <summary>Says whether the user may start a file, once he has got there. Root may where anyone may.</summary>
    public bool CanExecute(FileSystemNode node) =>
        IsRoot || Id is null ? node.File is null || (node.File.Mode & 0b001_001_001) != 0 : Has(node, Execute);

    /// <summary>
    /// Finds the first directory on the way to a file that the user may not go through; <see langword="null"/> where there is none.
    /// </summary>
    public FileSystemNode? Barrier(FileSystemNode node)
    {
        FileSystemNode? barrier = null;
        for (var folder = node.Parent; folder is not null && !IsRoot; folder = folder.Parent)
        {
            barrier = Has(folder, Execute) ? barrier : folder;
        }

        return barrier;
    }

    // A directory that no layer lists is made with mode 755; what is not known is not held against the image.
    private bool Has(FileSystemNode node, int permissions)
    {
        if (node.File is not { } file)
        {
            return (permissions & Write) == 0;
        }

        var shift = Id is not { } id || file.UserId == id ? 6 : Groups.Contains(file.GroupId) ? 3 : 0;
        return ((file.Mode >> shift) & permissions) == permissions || Id is null;
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Reads a file of entries with colons; none where there is no such file, null where its content was not kept.</summary>
    private static string[][]? Lines(FileSystemTree files, string path) =>
        files.Resolve(path) is not { File: { } file } ? []
        : file.Content.Length < file.Size.Bytes ? null
        : [.. Encoding.UTF8.GetString(file.Content.Span).Split('\n', StringSplitOptions.TrimEntries).Select(line => line.Split(':'))];
}
