using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Cake.MultiStage.Measuring.Tar;

/// <summary>
/// The fields of a header block, 512 bytes (POSIX.1-2017, <c>pax</c>, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").
/// </summary>
internal static class TarBlock
{
    public const int Size = 512;

    private const int ChecksumAt = 148;
    private const int ChecksumLength = 8;

    public static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> block) => UpToNul(block[..100]);

    public static ReadOnlySpan<byte> LinkName(ReadOnlySpan<byte> block) => UpToNul(block.Slice(157, 100));

    public static byte Type(ReadOnlySpan<byte> block) => block[156];

    public static long Mode(ReadOnlySpan<byte> block) => Number(block.Slice(100, 8), "mode");

    public static long UserId(ReadOnlySpan<byte> block) => Number(block.Slice(108, 8), "user id");

    public static long GroupId(ReadOnlySpan<byte> block) => Number(block.Slice(116, 8), "group id");

    public static long DataSize(ReadOnlySpan<byte> block) => Number(block.Slice(124, 12), "size");

    /// <summary>Gets what comes before the name: only POSIX archives have it; GNU tar keeps other things there.</summary>
    public static ReadOnlySpan<byte> Prefix(ReadOnlySpan<byte> block) =>
        !block.Slice(257, 6).SequenceEqual("ustar\0"u8) ? []
        : block.Slice(508, 4).SequenceEqual("tar\0"u8) ? UpToNul(block.Slice(345, 131))
        : UpToNul(block.Slice(345, 155));

    /// <summary>Gets the real size of a sparse file of GNU tar's old form.</summary>
    public static long SparseSize(ReadOnlySpan<byte> block) => Number(block.Slice(483, 12), "real size");

    public static bool IsZero(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);

    /// <summary>Says whether the block is a header: its checksum, over signed or unsigned bytes, is the one it states.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> block)
    {
        if (block.Length < Size || !TryNumber(block.Slice(ChecksumAt, ChecksumLength), out var stated))
        {
            return false;
        }

        var (sum, negative) = Sum(block[..Size]);
        foreach (var one in block.Slice(ChecksumAt, ChecksumLength))
        {
            sum += ' ' - one;
            negative -= one >> 7;
        }

        return stated == sum || stated == sum - (256 * negative);
    }

    /// <summary>
    /// Sums all bytes, and counts those that are negative as signed ones: eight at a time, as every header of an archive is summed.
    /// </summary>
    private static (int Sum, int Negative) Sum(ReadOnlySpan<byte> block)
    {
        const ulong EverySecond = 0x00ff_00ff_00ff_00ff, Signs = 0x8080_8080_8080_8080;
        var (sums, negative) = (0UL, 0);
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(block))
        {
            // Four sums of 16 bits: 128 bytes each, which is less than they hold.
            sums += (eight & EverySecond) + ((eight >> 8) & EverySecond);
            negative += BitOperations.PopCount(eight & Signs);
        }

        var two = (sums & 0x0000_ffff_0000_ffff) + ((sums >> 16) & 0x0000_ffff_0000_ffff);
        return ((int)((uint)two + (uint)(two >> 32)), negative);
    }

    /// <summary>Reads a text as UTF-8, and as Latin-1 where it is none: so no two names become one.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);

    public static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> field) => field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field;

    private static long Number(ReadOnlySpan<byte> field, string what) =>
        TryNumber(field, out var value)
            ? value
            : throw new InvalidDataException($"The archive is damaged: a header's {what} is not a number.");

    /// <summary>Reads octal digits, or the binary form that GNU tar and star use where those are too short.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if ((field[0] & 0x80) != 0)
        {
            return TryBinary(field, out value);
        }

        var digits = field.Trim(" \0"u8);
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                // Some writers leave the rest of the field behind the NUL as it was.
                return digit is 0 or (byte)' ';
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    private static bool TryBinary(ReadOnlySpan<byte> field, out long value)
    {
        value = field[0] & 0x7f;
        // A set second bit is a negative number: no size, mode or id is one.
        var valid = (field[0] & 0x40) == 0;
        foreach (var one in field[1..])
        {
            valid &= value >> 55 == 0;
            value = (value << 8) | one;
        }

        return valid;
    }
}
