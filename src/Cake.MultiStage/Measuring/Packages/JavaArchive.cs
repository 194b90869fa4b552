using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Reads which packages a Java archive holds: what Maven left in it (Maven Archiver, "pom.properties"), else what its manifest says (JAR
/// file specification, OSGi), else its name; and the archives in it, as Spring Boot and servlet containers have them.
/// </summary>
internal sealed partial class JavaArchive
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

    private const int MostEntries = 100_000;
    private const int LargestText = 1 << 20;
    private const int LargestArchive = 64 << 20;
    private const int DeepestArchive = 2;

    private readonly List<ContainedPackage?> _found = [];

    // What is unpacked of one file in all.
    private long _rest = 256L << 20;

    public static bool IsArchive(ReadOnlySpan<char> name) =>
        name.EndsWith(".jar", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".war", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".ear", StringComparison.OrdinalIgnoreCase);

    public static IEnumerable<ContainedPackage?> Read(string name, ReadOnlyMemory<byte> content)
    {
        var archive = new JavaArchive();
        archive.Read(name, content, DeepestArchive);
        return archive._found;
    }

    private void Read(string name, ReadOnlyMemory<byte> content, int depth)
    {
        using var zip = new ZipArchive(Stream(content), ZipArchiveMode.Read);
        var before = _found.Count;
        Dictionary<string, string>? manifest = null;
        List<string?> licenses = [];
        foreach (var entry in zip.Entries.Take(MostEntries))
        {
            if (entry.FullName == "META-INF/MANIFEST.MF")
            {
                manifest = Lines(Text(entry), ':');
            }
            else if (entry.FullName.StartsWith("META-INF/maven/", StringComparison.Ordinal) && entry.Name == "pom.xml")
            {
                licenses.AddRange(PomLicense().Matches(Text(entry)).Select(match => match.Groups["license"].Value));
            }
        }

        var declared = licenses.Count > 0 ? licenses : [manifest?.GetValueOrDefault("Bundle-License")?.Split(';')[0]];
        foreach (var entry in zip.Entries.Take(MostEntries))
        {
            if (entry.FullName.StartsWith("META-INF/maven/", StringComparison.Ordinal) && entry.Name == "pom.properties")
            {
                var fields = Lines(Text(entry), '=');
                _found.Add(Package(fields.GetValueOrDefault("groupId"), fields.GetValueOrDefault("artifactId"),
                    fields.GetValueOrDefault("version"), declared));
            }
            else if (depth > 1 && IsArchive(entry.Name))
            {
                Inner(entry, depth);
            }
        }

        if (_found.Count == before)
        {
            _found.Add(OfManifest(manifest ?? [], declared) ?? OfName(name, declared));
        }
    }

    /// <summary>Reads an archive in this one; a damaged one is known by its name.</summary>
    private void Inner(ZipArchiveEntry entry, int depth)
    {
        try
        {
            Read(entry.Name, Bytes(entry, LargestArchive), depth - 1);
        }
        catch (InvalidDataException)
        {
            _found.Add(OfName(entry.Name, []));
        }
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);

    private static ContainedPackage? OfManifest(Dictionary<string, string> manifest, IReadOnlyList<string?> licenses)
    {
        var symbolic = manifest.GetValueOrDefault("Bundle-SymbolicName")?.Split(';')[0];
        var artifact = manifest.GetValueOrDefault("Implementation-Title") ?? symbolic;
        var version = manifest.GetValueOrDefault("Implementation-Version") ?? manifest.GetValueOrDefault("Bundle-Version");
        return artifact is null || version is null || artifact.Contains(' ', StringComparison.Ordinal) ? null
            : Package(manifest.GetValueOrDefault("Implementation-Vendor-Id"), artifact, version, licenses);
    }

    private static ContainedPackage? OfName(string name, IReadOnlyList<string?> licenses) =>
        FileName().Match(name) is { Success: true } named
            ? Package(null, named.Groups["name"].Value, named.Groups["version"].Value, licenses)
            : null;

    private static ContainedPackage? Package(string? group, string? artifact, string? version, IReadOnlyList<string?> licenses) =>
        artifact is null ? null
            : ContainedPackage.Of(ContainedPackage.Maven, group is null ? artifact : $"{group}:{artifact}", version, licenses);

    /// <summary>Gets the fields of a text; a line of a manifest that begins with a space goes on the one before.</summary>
    private static Dictionary<string, string> Lines(string text, char separator)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        using var reader = new StringReader(
            text.Replace("\r\n ", "", StringComparison.Ordinal).Replace("\n ", "", StringComparison.Ordinal));
        while (reader.ReadLine() is { } line)
        {
            if (line.IndexOf(separator, StringComparison.Ordinal) is > 0 and var end && line[0] is not '#')
            {
                fields.TryAdd(line[..end].Trim(), line[(end + 1)..].Trim());
            }
        }

        return fields;
    }

    private string Text(ZipArchiveEntry entry) => Encoding.UTF8.GetString(Bytes(entry, LargestText).Span);

    private ReadOnlyMemory<byte> Bytes(ZipArchiveEntry entry, int largest)
    {
        if (entry.Length > Math.Min(largest, _rest))
        {
            throw new InvalidDataException($"'{entry.FullName}' is larger than what is read.");
        }

        // The length is what the archive says; what comes out may be more.
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        _rest -= read;
        return bytes.AsMemory(0, read);
    }

    [GeneratedRegex(@"\A(?<name>.+?)-(?<version>\d[^-]*(-[^-]+)*)\.[jwe]ar\z", Options)]
    private static partial Regex FileName();

    [GeneratedRegex(@"<license>\s*<name>\s*(?<license>[^<]+?)\s*</name>", Options)]
    private static partial Regex PomLicense();
}
