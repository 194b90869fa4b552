using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Aliases;

/// <summary>What verifying an image found.</summary>
/// <param name="Measured">The measurement.</param>
/// <param name="Check">The findings, a broken budget among them (<c>budget</c>), and how the container started.</param>
/// <param name="Comparison">How the image differs from the baseline; <see langword="null"/> where there is none.</param>
public sealed record VerifiedImage(MeasuredImage Measured, CheckResult Check, ImageComparison? Comparison);
