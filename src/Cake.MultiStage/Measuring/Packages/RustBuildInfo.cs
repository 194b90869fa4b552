using System.Buffers.Binary;
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

    public static IEnumerable<ContainedPackage?> Read(ReadOnlyMemory<byte> content) =>
        Section(content.Span, ".dep-v0"u8) is { Length: > 0 } section ? Audited(section) : Named(content.Span);

    private static List<ContainedPackage?> Audited(byte[] section)
    {
        using var unpacked = new ZLibStream(new MemoryStream(section), CompressionMode.Decompress);
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

    /// <summary>Gets the bytes of a section of a 64-bit little-endian ELF file; none where it has no such section.</summary>
    private static byte[] Section(ReadOnlySpan<byte> elf, ReadOnlySpan<byte> name)
    {
        const int HeaderLength = 64;
        if (elf.Length < HeaderLength || elf[4] != 2 || elf[5] != 1)
        {
            return [];
        }

        var table = BinaryPrimitives.ReadUInt64LittleEndian(elf[0x28..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3c..]), names = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3e..]);
        if (!Header(elf, table, names, out var texts))
        {
            return [];
        }

        for (var index = 0; index < count && Header(elf, table, index, out var header); index++)
        {
            var at = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(header);
            var text = Content(elf, texts);
            if (at < (ulong)text.Length && text[(int)at..].StartsWith(name) && text[(int)at..].Length > name.Length
                && text[(int)at + name.Length] == 0)
            {
                return Content(elf, header).ToArray();
            }
        }

        return [];
    }

    private static bool Header(ReadOnlySpan<byte> elf, ulong table, int index, out ReadOnlySpan<byte> header)
    {
        const int Length = 64;
        var start = table + ((ulong)index * Length);
        var isIn = table < (ulong)elf.Length && start + Length <= (ulong)elf.Length;
        header = isIn ? elf.Slice((int)start, Length) : default;
        return isIn;
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> elf, ReadOnlySpan<byte> header)
    {
        var (offset, size) = (BinaryPrimitives.ReadUInt64LittleEndian(header[24..]), BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));
        return offset <= (ulong)elf.Length && size <= (ulong)elf.Length - offset ? elf.Slice((int)offset, (int)size) : default;
    }

    [GeneratedRegex(@"\A[^/\0]+/(?<name>[A-Za-z0-9_-]+?)-(?<version>[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]*)/",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex CratePath();
}
