using System.Text;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>What an image says it is (os-release(5)).</summary>
/// <param name="Id">Such as <c>debian</c>; empty where it says nothing.</param>
/// <param name="Version">Such as <c>13</c>; empty where it says none.</param>
internal sealed record OperatingSystemRelease(string Id, string Version)
{
    private const int LongestText = 256;

    private static readonly string[] Files = ["/etc/os-release", "/usr/lib/os-release"];

    public static OperatingSystemRelease None { get; } = new("", "");

    /// <summary>Gets its name for people, such as <c>Debian GNU/Linux 13 (trixie)</c>; empty where it says none.</summary>
    public string Name { get; init; } = "";

    public static OperatingSystemRelease Of(FileSystemTree files)
    {
        var content = Files
            .Select(files.Resolve).FirstOrDefault(node => node?.File is { Content.IsEmpty: false })?.File!.Content ?? default;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(content.Span).Split('\n'))
        {
            if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                fields[line[..equals]] = line[(equals + 1)..].Trim().Trim('"', '\'');
            }
        }

        string Text(string name) => fields.GetValueOrDefault(name, "") is { Length: <= LongestText } text ? text : "";
        return new(Text("ID"), Text("VERSION_ID")) { Name = Text("PRETTY_NAME") };
    }
}
