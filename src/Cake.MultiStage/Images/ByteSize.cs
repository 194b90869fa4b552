using System.Buffers;
using System.Globalization;

namespace Cake.MultiStage.Images;

/// <summary>A number of bytes. Shown in decimal units, as Docker shows image sizes: 1 kB is 1000 bytes.</summary>
/// <param name="Bytes">The number of bytes.</param>
public readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly Dictionary<string, double> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = 1, ["B"] = 1,
        ["kB"] = 1e3, ["MB"] = 1e6, ["GB"] = 1e9, ["TB"] = 1e12,
        ["KiB"] = 1L << 10, ["MiB"] = 1L << 20, ["GiB"] = 1L << 30, ["TiB"] = 1L << 40,
    };

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

    /// <summary>Reads a size.</summary>
    /// <param name="text">A number and a unit: <c>20 MB</c> is 20,000,000 bytes, <c>20 MiB</c> 20,971,520; without a unit it is
    /// bytes.</param>
    /// <returns>The size.</returns>
    /// <exception cref="MultiStageException">The text is not a valid size.</exception>
    public static ByteSize Parse(string text) =>
        TryParse(text, out var size)
            ? size
            : throw new MultiStageException($"'{text}' is not a valid size: expected a number and a unit, such as '20 MB' or '1.5 GiB'.");

    /// <summary>Reads a size if the text is one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="size">The size, or 0.</param>
    /// <returns>Whether the text is a size.</returns>
    public static bool TryParse(string? text, out ByteSize size)
    {
        size = default;
        var trimmed = text.AsSpan().Trim();
        var digits = trimmed.IndexOfAnyExcept(Digits);
        var (number, unit) = digits < 0 ? (trimmed.ToString(), "") : (trimmed[..digits].ToString(), trimmed[digits..].Trim().ToString());
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            || !Units.TryGetValue(unit, out var factor)
            || value * factor >= long.MaxValue)
        {
            return false;
        }

        size = new ByteSize((long)Math.Round(value * factor));
        return true;
    }

    /// <summary>
    /// Returns the size with a decimal unit and at most three significant digits, such as <c>1.08 GB</c> or <c>512 B</c>.
    /// </summary>
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
        var number = (Bytes < 0 ? -value : value).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture);
        return $"{number} {units[unit]}";
    }
}
