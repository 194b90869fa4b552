using System.Globalization;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting;

/// <summary>What the final image does without, in words that are true for one that is larger than its builder too.</summary>
internal static class SavingWords
{
    /// <param name="measured">The measurement, of more than one stage.</param>
    public static string Of(MeasuredImage measured)
    {
        var stage = $"stage '{measured.SingleStage.Name}'";
        var about = measured.SingleStage.IsSizeExact ? "" : "about ";
        return measured.LargerBy.Bytes > 0
            ? $"the final stage is {about}{measured.LargerBy} larger than {stage}"
            : string.Create(CultureInfo.InvariantCulture, $"saved {about}{measured.Saved} of {stage} ({measured.SavedPercent:0.0} %)");
    }
}
