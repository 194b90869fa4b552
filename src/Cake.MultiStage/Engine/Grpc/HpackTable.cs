namespace Cake.MultiStage.Engine.Grpc;

/// <summary>The static table and behind it one direction's dynamic table (RFC 7541, 2.3).</summary>
internal sealed class HpackTable(int capacity)
{
    private readonly Ring _fields = new();

    /// <summary>Gets the size at which old fields leave the dynamic table.</summary>
    public int Capacity { get; private set; } = capacity;

    /// <summary>Gets the dynamic table's size by the measure of RFC 7541, 4.1.</summary>
    public int Size { get; private set; }

    /// <summary>Gets the number of fields in the dynamic table.</summary>
    public int Count => _fields.Count;

    /// <summary>Returns the field at an index of the wire, which starts at 1.</summary>
    /// <exception cref="HpackException">There is none.</exception>
    public HeaderField At(int index)
    {
        var own = index - 1 - HpackStaticTable.Fields.Length;
        return index >= 1 && own < 0 ? HpackStaticTable.Fields[index - 1]
            : own >= 0 && own < _fields.Count ? _fields.Newest(own)
            : throw new HpackException($"index {index} is beyond the table");
    }

    /// <summary>Returns the indices of an equal field and of an equal name, each 0 where there is none.</summary>
    public (int Field, int Name) Find(HeaderField wanted)
    {
        var name = 0;
        for (var index = 1; index <= HpackStaticTable.Fields.Length + Count; index++)
        {
            var field = At(index);
            if (field.Name != wanted.Name)
            {
                continue;
            }

            if (field.Value == wanted.Value)
            {
                return (index, index);
            }

            name = name == 0 ? index : name;
        }

        return (0, name);
    }

    /// <summary>Adds a field. One larger than the table empties it, which is not an error (RFC 7541, 4.4).</summary>
    public void Add(HeaderField field)
    {
        Evict(Capacity - field.Size);
        if (field.Size <= Capacity)
        {
            _fields.Add(field);
            Size += field.Size;
        }
    }

    /// <summary>Changes the capacity and drops what no longer fits (RFC 7541, 4.3).</summary>
    public void Resize(int capacity)
    {
        Capacity = capacity;
        Evict(capacity);
    }

    private void Evict(int downTo)
    {
        while (Size > downTo && _fields.Count > 0)
        {
            Size -= _fields.RemoveOldest().Size;
        }
    }

    /// <summary>A queue that can also be read from its newer end by position.</summary>
    private sealed class Ring
    {
        private HeaderField[] _items = new HeaderField[16];
        private int _oldest;

        public int Count { get; private set; }

        public HeaderField Newest(int position) => _items[(_oldest + Count - 1 - position) % _items.Length];

        public void Add(HeaderField field)
        {
            if (Count == _items.Length)
            {
                HeaderField[] grown = [.. _items[_oldest..], .. _items[.._oldest]];
                Array.Resize(ref grown, Count * 2);
                (_items, _oldest) = (grown, 0);
            }

            _items[(_oldest + Count++) % _items.Length] = field;
        }

        public HeaderField RemoveOldest()
        {
            var field = _items[_oldest];
            _items[_oldest] = default;
            _oldest = (_oldest + 1) % _items.Length;
            Count--;
            return field;
        }
    }
}
