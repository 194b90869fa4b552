using System.Buffers.Binary;
using System.Text;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Reads the blobs of a table of an SQLite database (SQLite, "Database File Format"): enough for a table whose rows are a number and
/// a blob.
/// </summary>
internal sealed class SqliteTable(ReadOnlyMemory<byte> content)
{
    private const int HeaderLength = 100;
    private const byte InteriorTable = 5, LeafTable = 13;
    private const int MostPages = 1_000_000;
    private const int MostColumns = 64;
    private const int LeastRow = 64;

    private static ReadOnlySpan<byte> NumberLengths => [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];

    private readonly int _pageSize = BinaryPrimitives.ReadUInt16BigEndian(content.Span[16..]) is var size and not 1 ? size : 65536;
    private readonly int _reserved = content.Span[20];

    // A damaged file can lead in circles: what is looked at in all is bounded.
    private int _pages = MostPages;
    private long _bytes = 256L << 20;

    public static bool IsDatabase(ReadOnlySpan<byte> content) =>
        content.Length >= 512 && content.StartsWith("SQLite format 3\0"u8)
            && BinaryPrimitives.ReadUInt16BigEndian(content[16..]) is 1 or >= 512;

    /// <summary>Returns the last column of each row of a table; none where there is no such table.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Blobs(string table)
    {
        foreach (var record in Rows(1))
        {
            // type, name, tbl_name, rootpage, sql
            if (Columns(record) is [var type, var name, _, var root, ..] && Text(type) == "table" && Text(name) == table)
            {
                return Rows(Number(root)).Select(row => Columns(row) is [.., var last] ? last : default).Where(blob => !blob.IsEmpty);
            }
        }

        return [];
    }

    private IEnumerable<ReadOnlyMemory<byte>> Rows(long root)
    {
        var pages = new Stack<long>([root]);
        while (pages.TryPop(out var number) && --_pages > 0)
        {
            if (Page(number) is not { Length: > 0 } page)
            {
                continue;
            }

            var start = number == 1 ? HeaderLength : 0;
            var kind = page.Span[start];
            if (kind is not (InteriorTable or LeafTable))
            {
                continue;
            }

            int cells = BinaryPrimitives.ReadUInt16BigEndian(page.Span[(start + 3)..]);
            var pointers = start + (kind == InteriorTable ? 12 : 8);
            if (kind == InteriorTable)
            {
                if (pages.Count + cells > MostPages)
                {
                    throw new InvalidDataException("A page leads to more pages than the file has.");
                }

                pages.Push(BinaryPrimitives.ReadUInt32BigEndian(page.Span[(start + 8)..]));
            }

            for (var cell = cells - 1; cell >= 0 && kind == InteriorTable; cell--)
            {
                pages.Push(BinaryPrimitives.ReadUInt32BigEndian(page.Span[Pointer(page, pointers, cell)..]));
            }

            for (var cell = 0; cell < cells && kind == LeafTable; cell++)
            {
                yield return Payload(page, Pointer(page, pointers, cell));
            }
        }
    }

    private static int Pointer(ReadOnlyMemory<byte> page, int pointers, int cell) =>
        BinaryPrimitives.ReadUInt16BigEndian(page.Span[(pointers + (cell * 2))..]);

    private ReadOnlyMemory<byte> Payload(ReadOnlyMemory<byte> page, int at)
    {
        var rest = page.Span[at..];
        var length = Varint(ref rest);
        Varint(ref rest);
        at = page.Length - rest.Length;
        var usable = _pageSize - _reserved;
        var most = usable - 35;
        if (length < 0 || length > content.Length || (_bytes -= Math.Max(length, LeastRow)) < 0)
        {
            throw new InvalidDataException("A row is larger than its file.");
        }

        if (length <= most)
        {
            return page.Slice(at, (int)length);
        }

        // The rest of a row that is too large for its page is on a chain of others.
        var least = ((usable - 12) * 32 / 255) - 23;
        var local = least + (int)((length - least) % (usable - 4));
        local = local <= most ? local : least;
        var row = new byte[length];
        page.Span.Slice(at, local).CopyTo(row);
        var next = BinaryPrimitives.ReadUInt32BigEndian(page.Span[(at + local)..]);
        for (var filled = local; filled < row.Length;)
        {
            if (Page(next) is not { Length: > 0 } overflow)
            {
                throw new InvalidDataException("A row is cut off.");
            }

            var bytes = overflow.Span[4..Math.Min(usable, 4 + row.Length - filled)];
            bytes.CopyTo(row.AsSpan(filled));
            filled += bytes.Length;
            next = BinaryPrimitives.ReadUInt32BigEndian(overflow.Span);
        }

        return row;
    }

    private static List<ReadOnlyMemory<byte>> Columns(ReadOnlyMemory<byte> record)
    {
        var rest = record.Span;
        var header = (int)Math.Clamp(Varint(ref rest), 0, record.Length);
        var types = record.Span[(record.Length - rest.Length)..header];
        List<ReadOnlyMemory<byte>> columns = [];
        for (var at = header; types.Length > 0;)
        {
            var type = Varint(ref types);
            // Serial types 12 and up are blobs where even, texts where odd; the small ones are numbers of up to eight bytes.
            var length = type >= 12 ? (int)Math.Min((type - 12) / 2, int.MaxValue) : NumberLengths[(int)type];
            columns.Add(columns.Count < MostColumns ? record.Slice(at, length)
                : throw new InvalidDataException("A row has more columns than its table."));
            at += length;
        }

        return columns;
    }

    private static string Text(ReadOnlyMemory<byte> column) => Encoding.UTF8.GetString(column.Span);

    private static long Number(ReadOnlyMemory<byte> column)
    {
        var number = 0L;
        foreach (var digit in column.Span)
        {
            number = (number << 8) | digit;
        }

        return number;
    }

    private static long Varint(ref ReadOnlySpan<byte> rest)
    {
        var number = 0L;
        for (var index = 0; index < 9; index++)
        {
            if (rest.Length == 0)
            {
                throw new InvalidDataException("A number is cut off.");
            }

            var next = rest[0];
            rest = rest[1..];
            if (index == 8)
            {
                return (number << 8) | next;
            }

            number = (number << 7) | (long)(next & 0x7f);
            if (next < 0x80)
            {
                break;
            }
        }

        return number;
    }

    private ReadOnlyMemory<byte> Page(long number) =>
        number >= 1 && number * _pageSize <= content.Length && --_pages > 0
            ? content.Slice((int)((number - 1) * _pageSize), _pageSize)
            : default;
}
