using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Cake.MultiStage.Measuring;

/// <summary>The SHA-256 of a file's content.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ContentHash
{
    /// <summary>The number of bytes.</summary>
    internal const int Length = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    internal ContentHash(ReadOnlySpan<byte> hash)
        : this(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]))
    {
    }

    private ContentHash(UInt128 high, UInt128 low) => (_high, _low) = (high, low);

    /// <summary>Gets the first 8 bytes.</summary>
    internal ulong Beginning => (ulong)(_high >> 64);

    /// <summary>Returns the hash as <c>sha256sum</c> prints it: 64 lower-case hexadecimal digits.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_high:x32}{_low:x32}");

    internal void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], _low);
    }

    internal static ContentHash? Parse(string? text) =>
        text?.Length == 64
        && UInt128.TryParse(text.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
        && UInt128.TryParse(text.AsSpan(32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low)
            ? new ContentHash(high, low)
            : null;
}
