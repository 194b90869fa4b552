using System.Text;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Reads the licenses of a Debian package: in the machine-readable form (Debian, "Machine-readable debian/copyright file") the short names,
/// else the common licenses that the text points to.
/// </summary>
internal static class DebianCopyright
{
    private const string Documents = "/usr/share/doc/";
    private const string Common = "/usr/share/common-licenses/";

    /// <summary>Gets the package whose documents a folder holds; <see langword="null"/> where it is another folder.</summary>
    public static string? PackageOf(ReadOnlySpan<char> folder) =>
        folder.StartsWith(Documents, StringComparison.Ordinal) && !folder[Documents.Length..].Contains('/')
            ? folder[Documents.Length..].ToString() : null;

    public static IEnumerable<ContainedPackage?> Read(string package, ReadOnlyMemory<byte> content)
    {
        var text = Encoding.UTF8.GetString(content.Span);
        var isMachineReadable = text.AsSpan(0, Math.Min(text.Length, 1000)).Contains("Format:", StringComparison.Ordinal);
        List<string> licenses = [];
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (isMachineReadable && line.StartsWith("License:", StringComparison.Ordinal))
            {
                licenses.Add(line["License:".Length..].Trim().ToString());
            }
            else if (!isMachineReadable && line.IndexOf(Common, StringComparison.Ordinal) is >= 0 and var start)
            {
                var rest = line[(start + Common.Length)..];
                var end = rest.IndexOfAnyExcept(NameCharacters);
                licenses.Add((end < 0 ? rest : rest[..end]).TrimEnd('.').ToString());
            }
        }

        return [ContainedPackage.Of(ContainedPackage.Copyright, package, "", licenses)];
    }

    private static System.Buffers.SearchValues<char> NameCharacters { get; } =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-+");
}
