using System.Buffers;

namespace Cake.MultiStage.Engine.Grpc;

/// <summary>Integers with a prefix (RFC 7541, 5.1).</summary>
internal static class HpackInteger
{
    /// <summary>Writes a number; the bits of <paramref name="pattern"/> stand before the prefix.</summary>
    public static void Write(IBufferWriter<byte> output, byte pattern, int prefixBits, int value)
    {
        var target = output.GetSpan(6);
        var most = (1 << prefixBits) - 1;
        if (value < most)
        {
            target[0] = (byte)(pattern | value);
            output.Advance(1);
            return;
        }

        target[0] = (byte)(pattern | most);
        var written = 1;
        for (value -= most; value >= 128; value >>= 7)
        {
            target[written++] = (byte)(value | 0x80);
        }

        target[written++] = (byte)value;
        output.Advance(written);
    }

    /// <summary>Reads a number and moves <paramref name="input"/> behind it.</summary>
    /// <exception cref="HpackException">The number is cut off, or greater than any that makes sense here.</exception>
    public static int Read(ref ReadOnlySpan<byte> input, int prefixBits)
    {
        var most = (1 << prefixBits) - 1;
        long value = Take(ref input) & most;
        if (value < most)
        {
            return (int)value;
        }

        // five octets hold every 32-bit number; more are an attempt to overflow (RFC 7541, 5.1 and 7.4)
        for (var shift = 0; shift < 35; shift += 7)
        {
            var octet = Take(ref input);
            value += (long)(octet & 0x7F) << shift;
            if (octet < 0x80)
            {
                return value <= int.MaxValue ? (int)value : throw new HpackException("an integer is too great");
            }
        }

        throw new HpackException("an integer is too long");
    }

    private static byte Take(ref ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            throw new HpackException("a header block ends within an integer");
        }

        var octet = input[0];
        input = input[1..];
        return octet;
    }
}
