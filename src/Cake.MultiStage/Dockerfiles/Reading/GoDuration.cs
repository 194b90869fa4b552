using System.Globalization;

namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>Reads times in Go's notation: <c>1m30s</c>, <c>1.5h</c>, <c>250ms</c>.</summary>
internal static class GoDuration
{
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("us", TimeSpan.TicksPerMicrosecond), ("\u00b5s", TimeSpan.TicksPerMicrosecond), ("\u03bcs", TimeSpan.TicksPerMicrosecond),
        ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Reads a time; <see langword="null"/> for what is none, or is finer than a tenth of a microsecond.</summary>
    public static TimeSpan? Read(string text)
    {
        if (text is "0")
        {
            return TimeSpan.Zero;
        }

        var (rest, sum) = (text, 0m);
        while (rest.Length > 0)
        {
            var digits = rest.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
            var unit = new string([.. rest.Skip(digits).TakeWhile(c => !char.IsAsciiDigit(c) && c != '.')]);
            var ticks = Units.FirstOrDefault(known => known.Unit == unit).Ticks;
            if (ticks == 0
                || digits is 0 or > 18
                || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            sum += Math.Min(number, long.MaxValue) * ticks;
            rest = rest[(digits + unit.Length)..];
        }

        return text.Length > 0 && sum <= TimeSpan.MaxValue.Ticks && sum == decimal.Truncate(sum) ? new TimeSpan((long)sum) : null;
    }
}
