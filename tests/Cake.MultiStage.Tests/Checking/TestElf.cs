using System.Buffers.Binary;
using System.Text;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>Makes small ELF files, of 64 bits and little-endian, as a linker would.</summary>
internal static class TestElf
{
    private const int HeaderSize = 64, SegmentSize = 56;

    /// <summary>Makes a program or a library.</summary>
    /// <param name="interpreter">The loader; null for a static program or a library.</param>
    /// <param name="needed">The libraries it is linked to.</param>
    /// <param name="runPath">Where they are looked for.</param>
    /// <param name="text">What else is in it.</param>
    /// <param name="machine">The processor: 62 for amd64, 183 for arm64.</param>
    /// <param name="padding">The bytes between the names and the table of what is linked.</param>
    public static byte[] Make(string? interpreter = null, string[]? needed = null, string? runPath = null, string text = "",
        int machine = 62, int padding = 0)
    {
        List<byte> body = [];
        List<(int Type, long At, long Length)> segments = [];
        var start = HeaderSize + (3 * SegmentSize);
        long Append(IEnumerable<byte> bytes)
        {
            var at = start + body.Count;
            body.AddRange(bytes);
            return at;
        }

        if (interpreter is not null)
        {
            segments.Add((3, Append(Text(interpreter)), interpreter.Length + 1));
        }

        var strings = Append([0]);
        List<(long Tag, long Value)> entries = [.. (needed ?? []).Select(name => (1L, Append(Text(name)) - strings))];
        if (runPath is not null)
        {
            entries.Add((29, Append(Text(runPath)) - strings));
        }

        Append(Encoding.Latin1.GetBytes("\0" + text));
        Append(new byte[padding]);
        if (entries.Count > 0)
        {
            entries.Add((5, strings));
            entries.Add((0, 0));
            var table = entries.SelectMany(entry => Number(entry.Tag).Concat(Number(entry.Value))).ToArray();
            segments.Add((2, Append(table), table.Length));
        }

        segments.Add((1, 0, start + body.Count));
        return [.. Header(machine, segments.Count), .. segments.SelectMany(Segment), .. new byte[(3 - segments.Count) * SegmentSize],
            .. body];
    }

    private static byte[] Header(int machine, int segments)
    {
        var header = new byte[HeaderSize];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(18), (ushort)machine);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(54), SegmentSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(56), (ushort)segments);
        return header;
    }

    private static byte[] Segment((int Type, long At, long Length) segment)
    {
        var bytes = new byte[SegmentSize];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, segment.Type);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), segment.At);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), segment.At);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), segment.Length);
        return bytes;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + "\0");

    private static byte[] Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
