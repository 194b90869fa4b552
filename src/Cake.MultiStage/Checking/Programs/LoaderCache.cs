using System.Buffers.Binary;
using System.Text;

namespace Cake.MultiStage.Checking.Programs;

/// <summary>
/// Reads <c>/etc/ld.so.cache</c>, in which <c>ldconfig</c> notes where libraries are (glibc, <c>sysdeps/generic/dl-cache.h</c>,
/// format <c>glibc-ld.so.cache1.1</c>, of glibc 2.2 and later; one of old that stands before it is passed over).
/// </summary>
internal static class LoaderCache
{
    /// <summary>The most bytes that are read of a cache: a full desktop's has a quarter of a megabyte.</summary>
    public const int Most = 4 << 20;

    private const int HeaderSize = 48, EntrySize = 24, CountAt = 20, FlagsAt = 28, KeyAt = 4, ValueAt = 8, BigEndian = 3;
    private const int MostEntries = 64 * 1024;
    private const int LongestText = 1024;

    /// <summary>
    /// Gets the paths of each library by its name, in the cache's order; none where it is no such cache, or a broken one.
    /// </summary>
    public static ILookup<string, string> Read(ReadOnlySpan<byte> content)
    {
        List<(string Name, string Path)> libraries = [];
        var start = content.IndexOf("glibc-ld.so.cache1.1"u8);
        if (start >= 0 && content.Length - start >= HeaderSize)
        {
            // Offsets count from here, also where a cache of the old format comes first.
            var cache = content[start..];
            var isBig = (cache[FlagsAt] & 3) == BigEndian;
            var room = (uint)Math.Min((cache.Length - HeaderSize) / EntrySize, MostEntries);
            var count = Math.Min(Number(cache, CountAt, isBig), room);
            for (var index = 0; index < count; index++)
            {
                var entry = cache.Slice(HeaderSize + (index * EntrySize), EntrySize);
                if (Text(cache, Number(entry, KeyAt, isBig)) is { } name && Text(cache, Number(entry, ValueAt, isBig)) is { } path)
                {
                    libraries.Add((name, path));
                }
            }
        }

        return libraries.ToLookup(library => library.Name, library => library.Path, StringComparer.Ordinal);
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int offset, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    // Entries may share their text: a longer one than any path is none, or a small file would become a large one here.
    private static string? Text(ReadOnlySpan<byte> bytes, uint offset)
    {
        var rest = offset < bytes.Length ? bytes[(int)offset..] : [];
        rest = rest[..Math.Min(rest.Length, LongestText)];
        return rest.IndexOf((byte)0) is var end and > 0 ? Encoding.UTF8.GetString(rest[..end]) : null;
    }
}
