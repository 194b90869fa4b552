using System.Buffers.Binary;

namespace Cake.MultiStage.Origins.Git;

/// <summary>Makes an object of another and the difference to it ("gitformat-pack", section "Deltified representation").</summary>
internal static class GitDelta
{
    /// <exception cref="InvalidDataException">The difference is damaged, or makes more than is allowed.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> origin, ReadOnlySpan<byte> difference, int largest)
    {
        var at = 0;
        if (Size(difference, ref at) != origin.Length || Size(difference, ref at) is var size && size > largest)
        {
            throw Damaged();
        }

        var (result, length) = (new byte[size], 0);
        while (at < difference.Length)
        {
            var code = difference[at++];
            var part = (code & 0x80) != 0 ? Copied(origin, difference, code, ref at)
                : code != 0 && code <= difference.Length - at ? difference.Slice(at, code)
                : throw Damaged();
            at += (code & 0x80) != 0 ? 0 : code;
            if (part.Length > result.Length - length)
            {
                throw Damaged();
            }

            part.CopyTo(result.AsSpan(length));
            length += part.Length;
        }

        return length == result.Length ? result : throw Damaged();
    }

    /// <summary>The code's bits say which octets of an offset of four and a size of three follow.</summary>
    private static ReadOnlySpan<byte> Copied(ReadOnlySpan<byte> origin, ReadOnlySpan<byte> difference, byte code, ref int at)
    {
        const int OffsetOctets = 4;
        const int Octets = 7;
        Span<byte> octets = stackalloc byte[Octets + 1];
        octets.Clear();
        for (var bit = 0; bit < Octets; bit++)
        {
            if ((code & (1 << bit)) != 0)
            {
                octets[bit] = at < difference.Length ? difference[at++] : throw Damaged();
            }
        }

        const long NoneGiven = 0x10000;
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(octets);
        var given = BinaryPrimitives.ReadUInt32LittleEndian(octets[OffsetOctets..]);
        var size = given == 0 ? NoneGiven : given;
        return offset + size <= origin.Length ? origin.Slice((int)offset, (int)size) : throw Damaged();
    }

    private static long Size(ReadOnlySpan<byte> difference, ref int at)
    {
        var size = 0L;
        for (var shift = 0; shift < 56; shift += 7)
        {
            var octet = at < difference.Length ? difference[at++] : throw Damaged();
            size |= (long)(octet & 0x7f) << shift;
            if ((octet & 0x80) == 0)
            {
                return size;
            }
        }

        throw Damaged();
    }

    private static InvalidDataException Damaged() => new("a difference between objects is damaged");
}
