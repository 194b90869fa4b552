using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Finds the crates of a Rust program: all of them where it was built by <c>cargo auditable</c> (its section <c>.dep-v0</c>, JSON packed by
/// zlib), else those whose sources the texts of its panics name.
/// </summary>
internal static partial class RustBuildInfo
{
    private const int LargestInfo = 8 << 20;
    private const int MostCrates = 10_000;
    private const int LongestPath = 256;

    public static IEnumerable<ContainedPackage?> Read(ElfSections program, ReadOnlyMemory<byte> content) =>
        program.Content(".dep-v0") is { Length: > 0 } section ? Audited(section) : Named(content.Span);

    private static List<ContainedPackage?> Audited(ReadOnlyMemory<byte> section)
    {
        using var unpacked = new ZLibStream(new MemoryStream(section.ToArray()), CompressionMode.Decompress);
        var bytes = new byte[LargestInfo];
        var length = unpacked.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        using var document = JsonDocument.Parse(bytes.AsMemory(0, length));
        List<ContainedPackage?> found = [];
        foreach (var package in document.RootElement.GetProperty("packages").EnumerateArray())
        {
            // What ran while it was built is not in it.
            if (!package.TryGetProperty("kind", out var kind) || kind.GetString() != "build")
            {
                found.Add(ContainedPackage.Of(ContainedPackage.Rust, package.GetProperty("name").GetString(),
                    package.GetProperty("version").GetString()));
            }
        }

        return found;
    }

    private static IEnumerable<ContainedPackage?> Named(ReadOnlySpan<byte> content)
    {
        var marker = "/registry/src/"u8;
        HashSet<(string Name, string Version)> found = [];
        for (var start = 0; found.Count < MostCrates && content[start..].IndexOf(marker) is >= 0 and var at;)
        {
            start += at + marker.Length;
            var text = Encoding.Latin1.GetString(content.Slice(start, Math.Min(LongestPath, content.Length - start)));
            if (CratePath().Match(text) is { Success: true } path)
            {
                found.Add((path.Groups["name"].Value, path.Groups["version"].Value));
            }
        }

        return found.OrderBy(crate => crate).Select(crate => ContainedPackage.Of(ContainedPackage.Rust, crate.Name, crate.Version));
    }

    [GeneratedRegex(@"\A[^/\0]+/(?<name>[A-Za-z0-9_-]+?)-(?<version>[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]*)/",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex CratePath();
}
