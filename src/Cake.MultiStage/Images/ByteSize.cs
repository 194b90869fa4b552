using System.Globalization;

namespace Cake.MultiStage.Images;

/// <summary>A number of bytes. Shown in decimal units, as Docker shows image sizes: 1 kB is 1000 bytes.</summary>
/// <param name="Bytes">The number of bytes.</param>
public readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>
{
    /// <summary>Adds two sizes.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static ByteSize operator +(ByteSize left, ByteSize right) => new(left.Bytes + right.Bytes);

    /// <summary>Takes one size from another.</summary>
    /// <param name="left">The size to take from.</param>
    /// <param name="right">The size to take away.</param>
    /// <returns>The difference.</returns>
    public static ByteSize operator -(ByteSize left, ByteSize right) => new(left.Bytes - right.Bytes);

    /// <summary>Compares two sizes.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether the left is the smaller.</returns>
    public static bool operator <(ByteSize left, ByteSize right) => left.Bytes < right.Bytes;

    /// <summary>Compares two sizes.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether the left is the larger.</returns>
    public static bool operator >(ByteSize left, ByteSize right) => left.Bytes > right.Bytes;

    /// <summary>Compares two sizes.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether the left is not the larger.</returns>
    public static bool operator <=(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes;

    /// <summary>Compares two sizes.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether the left is not the smaller.</returns>
    public static bool operator >=(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes;

    /// <summary>Adds two sizes.</summary>
    /// <param name="other">The size to add.</param>
    /// <returns>The sum.</returns>
    public ByteSize Add(ByteSize other) => this + other;

    /// <summary>Takes a size from this one.</summary>
    /// <param name="other">The size to take away.</param>
    /// <returns>The difference.</returns>
    public ByteSize Subtract(ByteSize other) => this - other;

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>Returns the size with a decimal unit and at most three significant digits, such as <c>1.08 GB</c> or <c>512 B</c>.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString()
    {
        ReadOnlySpan<string> units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
        var (value, unit) = (Math.Abs((double)Bytes), 0);
        // 999.5 would round up to 1000 of a unit: that is one of the next.
        while (value >= 999.5 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        var decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
        var number = (Bytes < 0 ? -value : value).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return $"{number} {units[unit]}";
    }
}
