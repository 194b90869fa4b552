using System.Globalization;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Reporting;

/// <summary>The history as one line: the last runs' sizes, and how the last differs from the one before.</summary>
internal static class HistoryTrend
{
    private const int Shown = 5;

    public static string Line(IReadOnlyList<HistoryEntry> entries)
    {
        var sizes = string.Join(" → ", entries.TakeLast(Shown).Select(entry => entry.Size.ToString()));
        if (entries is not [.., var before, var last] || before.Size.Bytes == 0)
        {
            return $"history: {sizes}";
        }

        var difference = last.Size - before.Size;
        return string.Create(CultureInfo.InvariantCulture, $"history: {sizes} ({(difference.Bytes > 0 ? "+" : "")}{difference}, {100.0 * difference.Bytes / before.Size.Bytes:+0.0;-0.0;0.0} %; {entries.Count} runs)");
    }
}
