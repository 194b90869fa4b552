using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Cake.MultiStage.Images;

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

    // An enterprise archive has web archives, which have libraries.
    private const int DeepestArchive = 3;

    // Every entry begins with this mark in the directory, of which ZipArchive makes some 400 bytes each before it says how many there are.
    private const int MostMarks = 500_000;

    private readonly List<ContainedPackage?> _found = [];

    // What is unpacked of one file in all.
    private long _rest = 512L << 20;

    private static ReadOnlySpan<byte> EntryMark => "PK\u0001\u0002"u8;

    public static bool IsArchive(ReadOnlySpan<char> name) =>
        name.EndsWith(".jar", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".war", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".ear", StringComparison.OrdinalIgnoreCase);

    public static IEnumerable<ContainedPackage?> Read(string name, ReadOnlyMemory<byte> content)
    {
        var archive = new JavaArchive();
        archive.Guarded(name, () => archive.Read(name, content, DeepestArchive));
        return archive._found;
    }

    /// <summary>Reads an archive; a damaged one is known by what it told until then, else by its name.</summary>
    private void Guarded(string name, Action read)
    {
        var before = _found.Count;
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
            if (_found.Count == before)
            {
                _found.Add(OfName(name, []));
            }
        }
    }

    private void Read(string name, ReadOnlyMemory<byte> content, int depth)
    {
        if (content.Span.Count(EntryMark) > MostMarks)
        {
            throw new InvalidDataException("The archive has more entries than are read.");
        }

        using var zip = new ZipArchive(Stream(content), ZipArchiveMode.Read);
        var before = _found.Count;
        Dictionary<string, string>? manifest = null;

        // By their folders: an archive of several libraries has a pom.xml of each.
        var licenses = new Dictionary<string, IReadOnlyList<string?>>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries.Take(MostEntries))
        {
            if (entry.FullName == "META-INF/MANIFEST.MF")
            {
                manifest = Lines(Text(entry), ':');
            }
            else if (entry.FullName.StartsWith("META-INF/maven/", StringComparison.Ordinal) && entry.Name == "pom.xml")
            {
                licenses[PosixPath.FolderOf(entry.FullName)] =
                    [.. PomLicense().Matches(Text(entry)).Select(match => match.Groups["license"].Value)];
            }
        }

        // What the manifest says is said of the archive, not of each library in it.
        IReadOnlyList<string?> bundle = [manifest?.GetValueOrDefault("Bundle-License")?.Split(';')[0]];
        var declared = licenses.Count == 1 && licenses.Values.First() is { Count: > 0 } only ? only : bundle;
        foreach (var entry in zip.Entries.Take(MostEntries))
        {
            if (entry.FullName.StartsWith("META-INF/maven/", StringComparison.Ordinal) && entry.Name == "pom.properties")
            {
                var fields = Lines(Text(entry), '=');
                var own = licenses.GetValueOrDefault(PosixPath.FolderOf(entry.FullName));
                _found.Add(Package(fields.GetValueOrDefault("groupId"), fields.GetValueOrDefault("artifactId"),
                    fields.GetValueOrDefault("version"),
                    own is { Count: > 0 } ? own : licenses.Count == (own is null ? 0 : 1) ? bundle : []));
            }
            else if (depth > 1 && IsArchive(entry.Name))
            {
                Guarded(entry.Name, () => Read(entry.Name, Bytes(entry, entry.Length), depth - 1));
            }
        }

        if (_found.Count == before)
        {
            _found.Add(OfManifest(manifest ?? [], declared) ?? OfName(name, declared));
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

    // What is looked for stands at the beginning; manifests of signed archives go on with a digest of each file.
    private string Text(ZipArchiveEntry entry) => Encoding.UTF8.GetString(Bytes(entry, Math.Min(entry.Length, LargestText)).Span);

    private ReadOnlyMemory<byte> Bytes(ZipArchiveEntry entry, long length)
    {
        if (length > Math.Min(LargestArchive, _rest))
        {
            throw new InvalidDataException($"'{entry.FullName}' is larger than what is read.");
        }

        // The length is what the archive says: what comes out may be more, or so much less that only what is asked for can be counted.
        _rest -= length;
        var bytes = new byte[length];
        using var stream = entry.Open();
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes.AsMemory(0, read);
    }

    [GeneratedRegex(@"\A(?<name>.+?)-(?<version>\d[^-]*(-[^-]+)*)\.[jwe]ar\z", Options)]
    private static partial Regex FileName();

    [GeneratedRegex(@"<license>\s*<name>\s*(?<license>[^<]+?)\s*</name>", Options)]
    private static partial Regex PomLicense();
}
