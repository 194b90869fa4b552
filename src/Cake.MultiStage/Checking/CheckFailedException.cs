namespace Cake.MultiStage.Checking;

/// <summary>An image has findings of a level that fails the task.</summary>
public sealed class CheckFailedException : MultiStageException
{
    internal CheckFailedException(string image, IReadOnlyList<Finding> findings)
        : base(Text(image, findings)) => Findings = findings;

    /// <summary>Gets the findings that fail it.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    private static string Text(string image, IReadOnlyList<Finding> findings)
    {
        var lines = string.Join('\n', findings.Select(finding => "  " + finding));
        var checks = findings.Count == 1 ? "check" : "checks";
        // A broken budget is not a check that could be left out.
        var skip = findings.FirstOrDefault(finding => ImageChecker.Ids.Contains(finding.Rule, StringComparer.Ordinal)) is { } first
            ? $"\nA rule that does not apply can be left out, as in check.Skip.Add(\"{first.Rule}\")."
            : "";
        return $"Image '{image}' fails {findings.Count} {checks}:\n{lines}{skip}";
    }
}
