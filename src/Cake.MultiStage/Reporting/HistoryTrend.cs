using System.Globalization;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>The history as one line: the last runs' sizes, and how the last differs from the one before.</summary>
internal static class HistoryTrend
{
    private const int Shown = 5;

    public static string Line(IReadOnlyList<ReportedRun> runs)
    {
        var sizes = string.Join(" → ", runs.TakeLast(Shown).Select(run => run.Size.ToString()));
        if (runs is not [.., var before, var last] || before.Size.Bytes == 0)
        {
            return $"history: {sizes}";
        }

        var difference = last.Size.Bytes - before.Size.Bytes;
        var percent = 100.0 * difference / before.Size.Bytes;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"history: {sizes} ({ComparisonReport.Signed(difference)}, {percent:+0.0;-0.0;0.0} %; {runs.Count} runs)");
    }
}
