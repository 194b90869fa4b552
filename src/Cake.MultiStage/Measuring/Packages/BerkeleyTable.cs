using System.Buffers.Binary;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Reads the values of a Berkeley DB hash table that lie on pages of their own, as those of rpm do (Berkeley DB, <c>db_page.h</c>).
/// </summary>
internal sealed class BerkeleyTable(ReadOnlyMemory<byte> content)
{
    private const uint HashMagic = 0x00061561;
    private const int PageHeader = 26;
    private const int MostValueBytes = 64 << 20;
    private const byte UnsortedHash = 2, Overflow = 7, Hash = 13, OffPage = 3;

    private readonly int _pageSize = (int)BinaryPrimitives.ReadUInt32LittleEndian(content.Span[20..]);

    // A damaged file can name one page many times: what is read in all is bounded.
    private long _rest = MostValueBytes;

    public static bool IsDatabase(ReadOnlySpan<byte> content) =>
        content.Length >= 512 && BinaryPrimitives.ReadUInt32LittleEndian(content[12..]) == HashMagic
            && BinaryPrimitives.ReadUInt32LittleEndian(content[20..]) is >= 512 and <= 65536;

    public IEnumerable<ReadOnlyMemory<byte>> Values()
    {
        for (var page = 1; (page + 1L) * _pageSize <= content.Length; page++)
        {
            foreach (var (first, length) in OffPageValues(Page(page).Span))
            {
                if (Read(first, length) is { Length: > 0 } value)
                {
                    yield return value;
                }
            }
        }
    }

    private static List<(uint Page, uint Length)> OffPageValues(ReadOnlySpan<byte> page)
    {
        List<(uint, uint)> found = [];
        var entries = page[25] is Hash or UnsortedHash ? BinaryPrimitives.ReadUInt16LittleEndian(page[20..]) : 0;
        // A key and its value by turns.
        for (var entry = 1; entry < entries && PageHeader + (entry * 2) + 2 <= page.Length; entry += 2)
        {
            int at = BinaryPrimitives.ReadUInt16LittleEndian(page[(PageHeader + (entry * 2))..]);
            if (at + 12 <= page.Length && page[at] == OffPage)
            {
                found.Add((BinaryPrimitives.ReadUInt32LittleEndian(page[(at + 4)..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(page[(at + 8)..])));
            }
        }

        return found;
    }

    private byte[] Read(uint page, uint length)
    {
        if (length > _rest || length > content.Length)
        {
            return [];
        }

        _rest -= length;
        var value = new byte[length];
        var filled = 0;
        while (filled < value.Length && page != 0 && (page + 1L) * _pageSize <= content.Length)
        {
            var span = Page(page).Span;
            if (span[25] != Overflow)
            {
                return [];
            }

            var bytes = span[PageHeader..Math.Min(_pageSize, PageHeader + value.Length - filled)];
            if (bytes.Length == 0)
            {
                return [];
            }

            bytes.CopyTo(value.AsSpan(filled));
            filled += bytes.Length;
            page = BinaryPrimitives.ReadUInt32LittleEndian(span[16..]);
        }

        return filled == value.Length ? value : [];
    }

    private ReadOnlyMemory<byte> Page(long number) => content.Slice((int)(number * _pageSize), _pageSize);
}
