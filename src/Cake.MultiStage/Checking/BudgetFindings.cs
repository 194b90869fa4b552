using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Checking;

/// <summary>The limits of a budget that an image breaks, as findings, so that every form of the report shows them.</summary>
internal static class BudgetFindings
{
    public const string Id = "budget";

    public static IEnumerable<Finding> Of(
        MeasuredImage measured, SizeBudget budget, ImageBaseline? baseline, CancellationToken cancellationToken) =>
        new BudgetCheck(measured, budget, baseline, cancellationToken).BrokenLimits().Select(Of);

    private static Finding Of(BrokenLimit limit)
    {
        var causes = string.Join("; ", limit.Causes.Select(cause =>
            cause.CreatedBy.Length > 0 ? $"{cause.Size} {cause.What} by {cause.CreatedBy}" : $"{cause.Size} {cause.What}"));
        var largest = causes.Length > 0 ? $" The largest causes: {causes}." : "";
        return new Finding(
            Id,
            FindingLevel.Error,
            $"Budget of {limit.Name}: {limit.Actual}, at most {limit.Limit}.{largest}",
            "Make the largest of these smaller, or raise the limit.")
        {
            Reason = "An image that grows unnoticed costs every pull.",
        };
    }
}
