using System.Collections.Immutable;
using System.Text;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>Decodes one connection's header blocks (RFC 7541).</summary>
/// <param name="maxTableSize">The table size this side has announced (or the default of 4096).</param>
/// <param name="maxListSize">The greatest size of a decoded list, which also stops a small block that unfolds to a huge one.</param>
/// <param name="maxCount">The greatest number of fields.</param>
internal sealed class HpackDecoder(int maxTableSize, int maxListSize, int maxCount)
{
    /// <summary>Gets the table as the blocks so far have left it.</summary>
    public HpackTable Table { get; } = new(maxTableSize);

    /// <summary>Decodes a whole block.</summary>
    /// <exception cref="HpackException">The block is malformed.</exception>
    /// <exception cref="HeaderListTooLargeException">The list is longer than allowed.</exception>
    public ImmutableArray<HeaderField> Decode(ReadOnlySpan<byte> block)
    {
        var fields = ImmutableArray.CreateBuilder<HeaderField>();
        var size = 0L;
        while (!block.IsEmpty)
        {
            if (Next(ref block, sizeUpdateAllowed: fields.Count == 0) is not { } field)
            {
                continue;
            }

            size += field.Size;
            if (size > maxListSize || fields.Count == maxCount)
            {
                throw new HeaderListTooLargeException($"a header list has more than {maxListSize} octets or {maxCount} fields");
            }

            fields.Add(field);
        }

        return fields.ToImmutable();
    }

    private HeaderField? Next(ref ReadOnlySpan<byte> block, bool sizeUpdateAllowed)
    {
        var first = block[0];
        if (first >= 0x80)
        {
            return Table.At(HpackInteger.Read(ref block, 7));
        }

        if (first >= 0x40)
        {
            var field = Literal(ref block, 6, HeaderIndexing.Incremental);
            Table.Add(field);
            return field;
        }

        if (first >= 0x20)
        {
            var capacity = HpackInteger.Read(ref block, 5);

            // RFC 7541, 4.2: only before the first field; 6.3: never above what was announced
            Table.Resize(sizeUpdateAllowed && capacity <= maxTableSize
                ? capacity
                : throw new HpackException("a dynamic table size update is out of place or too great"));
            return null;
        }

        return Literal(ref block, 4, first >= 0x10 ? HeaderIndexing.Never : HeaderIndexing.None);
    }

    private HeaderField Literal(ref ReadOnlySpan<byte> block, int prefixBits, HeaderIndexing indexing)
    {
        var index = HpackInteger.Read(ref block, prefixBits);
        var name = index == 0 ? Text(ref block) : Table.At(index).Name;
        return new HeaderField(name, Text(ref block), indexing);
    }

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty)
        {
            throw new HpackException("a header block ends before a string");
        }

        var huffman = block[0] >= 0x80;
        var length = HpackInteger.Read(ref block, 7);
        if (length > block.Length)
        {
            throw new HpackException("a string is longer than its header block");
        }

        var octets = block[..length];
        block = block[length..];
        return huffman ? HpackHuffman.Decode(octets) : Encoding.Latin1.GetString(octets);
    }
}
