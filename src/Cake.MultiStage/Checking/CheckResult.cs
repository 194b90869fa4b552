namespace Cake.MultiStage.Checking;

/// <summary>What checking an image found.</summary>
/// <param name="Image">The image's first tag, or its id.</param>
/// <param name="Findings">The findings, the gravest first.</param>
public sealed record CheckResult(string Image, IReadOnlyList<Finding> Findings)
{
    /// <summary>Gets how the container started; <see langword="null"/> where that was not asked for.</summary>
    public StartProof? Start { get; init; }

    /// <summary>Gets what came of the tests of the image, in their order; empty where there are none.</summary>
    public IReadOnlyList<ImageTestResult> Tests { get; init; } = [];

    /// <summary>Gets what would make the image smaller, what saves most first.</summary>
    internal IReadOnlyList<Saving> Savings { get; init; } = [];

    /// <summary>Gets which files the program needs; <see langword="null"/> where nothing tells.</summary>
    internal NeededFiles? Needed { get; init; }

    /// <summary>Fails where there is a finding of a level, or of a graver one. So a report can be written before a task fails.</summary>
    /// <param name="level">The least level that fails.</param>
    /// <exception cref="CheckFailedException">There is one; the message lists all of them, with what to do.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// var result = MultiStageCheck(measured, check => check.FailOn = null);
    /// MultiStageReport(measured, report => report.Check = result);
    /// result.FailOn(FindingLevel.Error);
    /// </code>
    /// </example>
    public void FailOn(FindingLevel level)
    {
        var failing = Findings.Where(finding => finding.Level >= level).ToList();
        if (failing.Count > 0)
        {
            throw new CheckFailedException(Image, failing);
        }
    }
}
