using System.Buffers;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>
/// The Huffman code of RFC 7541, Appendix B. The code is canonical: within a length the codes count up in the order of
/// the symbols, and a longer length goes on where the shorter one ended. So the lengths alone say it all.
/// </summary>
internal static class HpackHuffman
{
    private const int EndOfString = 256;
    private const int Shortest = 5;
    private const int Longest = 30;

    private static readonly Code Table = Code.FromLengths();

    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>Returns how many octets the coded text takes.</summary>
    public static int EncodedLength(string text)
    {
        var bits = 0L;
        foreach (var character in text)
        {
            bits += Lengths[character & 0xFF];
        }

        return (int)((bits + 7) / 8);
    }

    /// <summary>Writes the coded text, its last octet filled up with the first bits of the end-of-string symbol.</summary>
    public static void Encode(string text, IBufferWriter<byte> output)
    {
        var target = output.GetSpan(EncodedLength(text));
        var (bits, count, written) = (0UL, 0, 0);
        foreach (var character in text)
        {
            var symbol = character & 0xFF;
            bits = (bits << Lengths[symbol]) | Table.Codes[symbol];
            count += Lengths[symbol];
            while (count >= 8)
            {
                count -= 8;
                target[written++] = (byte)(bits >> count);
            }
        }

        if (count > 0)
        {
            target[written++] = (byte)((bits << (8 - count)) | (0xFFUL >> count));
        }

        output.Advance(written);
    }

    /// <summary>Reads a coded text.</summary>
    /// <exception cref="HpackException">The code has an end of string in it, or padding that is none (RFC 7541, 5.2).</exception>
    public static string Decode(ReadOnlySpan<byte> coded)
    {
        // no code is shorter than five bits, so the text cannot be longer than this
        var text = new char[(coded.Length * 8 / Shortest) + 1];
        var (code, length, written, padding) = (0u, 0, 0, true);
        foreach (var octet in coded)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var value = (uint)(octet >> bit) & 1;
                code = (code << 1) | value;
                padding &= value == 1;
                length++;
                if (Table.SymbolOf(code, length) is not { } symbol)
                {
                    continue;
                }

                text[written++] = symbol == EndOfString
                    ? throw new HpackException("a Huffman-coded string has the end-of-string symbol in it")
                    : (char)symbol;
                (code, length, padding) = (0, 0, true);
            }
        }

        return length > 7 || !padding
            ? throw new HpackException("a Huffman-coded string ends in padding that is none")
            : new string(text, 0, written);
    }

    private sealed record Code(uint[] Codes, uint[] FirstCode, int[] FirstIndex, int[] CountOf, short[] Symbols)
    {
        public static Code FromLengths()
        {
            var table = new Code(new uint[EndOfString + 1], new uint[Longest + 1], new int[Longest + 1], new int[Longest + 1],
                new short[EndOfString + 1]);
            var (next, index) = (0u, 0);
            for (var length = 1; length <= Longest; length++, next <<= 1)
            {
                (table.FirstCode[length], table.FirstIndex[length]) = (next, index);
                for (var symbol = 0; symbol <= EndOfString; symbol++)
                {
                    if (Lengths[symbol] == length)
                    {
                        table.Codes[symbol] = next++;
                        table.Symbols[index++] = (short)symbol;
                        table.CountOf[length]++;
                    }
                }
            }

            return table;
        }

        public short? SymbolOf(uint code, int length)
        {
            // every code of thirty bits is a symbol's, so the length never goes beyond
            var offset = code - FirstCode[length];
            return code >= FirstCode[length] && offset < CountOf[length] ? Symbols[FirstIndex[length] + (int)offset] : null;
        }
    }
}
