using System.Buffers.Binary;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// The sections of a 64-bit little-endian ELF file by their names (System V ABI, "Sections"); none where the file is damaged, or another.
/// </summary>
internal sealed class ElfSections
{
    private const int HeaderLength = 64;
    private const int LongestName = 64;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly Dictionary<string, (int Offset, int Length)> _sections = new(StringComparer.Ordinal);

    public ElfSections(ReadOnlyMemory<byte> file)
    {
        _file = file;
        var elf = file.Span;
        if (elf.Length < HeaderLength || elf[4] != 2 || elf[5] != 1)
        {
            return;
        }

        var table = BinaryPrimitives.ReadUInt64LittleEndian(elf[0x28..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3c..]), names = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3e..]);
        var texts = Header(table, names) is { } text ? elf.Slice(text.Offset, text.Length) : [];
        for (var index = 0; index < count && Header(table, index) is { } header; index++)
        {
            if (header.Name < texts.Length)
            {
                var name = texts.Slice(header.Name, Math.Min(LongestName, texts.Length - header.Name));
                if (name.IndexOf((byte)0) is > 0 and var end)
                {
                    _sections.TryAdd(System.Text.Encoding.Latin1.GetString(name[..end]), (header.Offset, header.Length));
                }
            }
        }
    }

    public bool Has(string name) => _sections.ContainsKey(name);

    /// <summary>Gets the bytes of a section; none where there is no such.</summary>
    public ReadOnlyMemory<byte> Content(string name) =>
        _sections.TryGetValue(name, out var place) ? _file.Slice(place.Offset, place.Length) : default;

    /// <summary>Reads an entry of the table; what lies outside of the file has no bytes.</summary>
    private (int Name, int Offset, int Length)? Header(ulong table, int index)
    {
        var start = table + ((ulong)index * HeaderLength);
        if (table >= (ulong)_file.Length || start + HeaderLength > (ulong)_file.Length)
        {
            return null;
        }

        var header = _file.Span.Slice((int)start, HeaderLength);
        var name = BinaryPrimitives.ReadUInt32LittleEndian(header);
        var (offset, length) = (BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));
        var isIn = offset <= (ulong)_file.Length && length <= (ulong)_file.Length - offset;
        return ((int)Math.Min(name, int.MaxValue), isIn ? (int)offset : 0, isIn ? (int)length : 0);
    }
}

/// <summary>A program that .NET compiled ahead of time.</summary>
internal static class NativeAotProgram
{
    /// <summary>Tells one by the sections that its compiler writes for its runtime (.NET, <c>ILCompiler.ObjectWriter</c>).</summary>
    public static bool Is(ElfSections program) => program.Has("__managedcode") && program.Has("__modules");
}
