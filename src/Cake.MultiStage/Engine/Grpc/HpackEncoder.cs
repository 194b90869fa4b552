using System.Buffers;
using System.Text;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>
/// Encodes one connection's header blocks (RFC 7541). Not safe for use by several threads: blocks go out in the order they are made.
/// </summary>
internal sealed class HpackEncoder(int capacity = HpackEncoder.DefaultCapacity, bool huffman = true)
{
    /// <summary>The table size before any setting says otherwise (RFC 9113, 6.5.2).</summary>
    public const int DefaultCapacity = 4096;

    private readonly HpackTable _table = new(capacity);
    private int? _smallest;
    private int _wanted = capacity;

    /// <summary>Takes over the peer's SETTINGS_HEADER_TABLE_SIZE; the next block says what was made of it.</summary>
    public void Limit(int peerMaximum)
    {
        // a larger table is the peer's offer, not its order (RFC 7541, 4.2)
        _wanted = Math.Min(peerMaximum, DefaultCapacity);
        _smallest = Math.Min(_smallest ?? _table.Capacity, _wanted);
    }

    /// <summary>Encodes a list of fields into one block.</summary>
    public void Encode(IEnumerable<HeaderField> fields, IBufferWriter<byte> output)
    {
        UpdateCapacity(output);
        foreach (var field in fields)
        {
            Encode(field, output);
        }
    }

    private void UpdateCapacity(IBufferWriter<byte> output)
    {
        if (_smallest is not { } smallest)
        {
            return;
        }

        _smallest = null;
        if (smallest == _wanted && _wanted == _table.Capacity)
        {
            return;
        }

        // RFC 7541, 4.2: the smallest of several changes is told too, for what it has evicted
        foreach (var size in smallest < _wanted ? [smallest, _wanted] : (ReadOnlySpan<int>)[_wanted])
        {
            _table.Resize(size);
            HpackInteger.Write(output, 0x20, 5, size);
        }
    }

    private void Encode(HeaderField field, IBufferWriter<byte> output)
    {
        var (whole, name) = _table.Find(field);
        if (whole > 0 && field.Indexing != HeaderIndexing.Never)
        {
            HpackInteger.Write(output, 0x80, 7, whole);
            return;
        }

        var (pattern, prefix) = field.Indexing switch
        {
            HeaderIndexing.Incremental => ((byte)0x40, 6),
            HeaderIndexing.None => ((byte)0x00, 4),
            _ => ((byte)0x10, 4),
        };
        HpackInteger.Write(output, pattern, prefix, name);
        if (name == 0)
        {
            Text(field.Name, output);
        }

        Text(field.Value, output);
        if (field.Indexing == HeaderIndexing.Incremental)
        {
            _table.Add(field);
        }
    }

    private void Text(string text, IBufferWriter<byte> output)
    {
        var coded = huffman ? HpackHuffman.EncodedLength(text) : int.MaxValue;
        if (coded <= text.Length && coded > 0)
        {
            HpackInteger.Write(output, 0x80, 7, coded);
            HpackHuffman.Encode(text, output);
            return;
        }

        HpackInteger.Write(output, 0x00, 7, text.Length);
        Encoding.Latin1.GetBytes(text, output);
    }
}
