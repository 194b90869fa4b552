using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>What a report is made from.</summary>
/// <param name="Measured">The measurement.</param>
internal sealed record ReportSource(MeasuredImage Measured)
{
    /// <summary>Gets what checking found; null where it was not checked.</summary>
    public CheckResult? Check { get; init; }

    /// <summary>Gets how it differs from another image; null where it was not compared.</summary>
    public ImageComparison? Comparison { get; init; }

    /// <summary>Gets the runs before, the oldest first, this one among them; empty where no history is kept.</summary>
    public IReadOnlyList<ReportedRun> History { get; init; } = [];
}
