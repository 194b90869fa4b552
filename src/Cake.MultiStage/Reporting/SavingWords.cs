using System.Globalization;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting;

/// <summary>What the final stage does without, in words that are true for an image that is larger than its builder too.</summary>
internal static class SavingWords
{
    /// <param name="measured">The measurement, of more than one stage.</param>
    /// <param name="quote">Writes a stage's name.</param>
    public static string Of(MeasuredImage measured, Func<string, string> quote)
    {
        var stage = $"stage {quote(measured.SingleStage.Name)}";
        return measured.LargerBy.Bytes > 0
            ? $"the final stage is {measured.LargerBy} larger than {stage}"
            : string.Create(CultureInfo.InvariantCulture, $"saved {measured.Saved} of {stage} ({measured.SavedPercent:0.0} %)");
    }

    public static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
