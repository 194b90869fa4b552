namespace Cake.MultiStage.Checking;

/// <summary>An image has findings of a level that fails the task.</summary>
public sealed class CheckFailedException : MultiStageException
{
    internal CheckFailedException(string image, IReadOnlyList<Finding> findings)
        : base($"Image '{image}' fails {findings.Count} {(findings.Count == 1 ? "check" : "checks")}:\n{string.Join('\n', findings.Select(finding => "  " + finding))}\nA rule that does not apply can be left out, as in check.Skip.Add(\"{findings[0].Rule}\").") =>
        Findings = findings;

    /// <summary>Gets the findings that fail it.</summary>
    public IReadOnlyList<Finding> Findings { get; }
}
