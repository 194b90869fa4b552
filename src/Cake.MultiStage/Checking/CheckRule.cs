namespace Cake.MultiStage.Checking;

/// <summary>A rule over a built image.</summary>
/// <param name="id">Its id, by which it is switched.</param>
/// <param name="level">How much its findings matter, at most.</param>
/// <param name="reason">Why it is one, in a line.</param>
internal abstract class CheckRule(string id, FindingLevel level, string reason)
{
    public string Id { get; } = id;

    public FindingLevel Level { get; } = level;

    public string Reason { get; } = reason;

    public abstract IEnumerable<Finding> Check(CheckedImage image);

    protected Finding Found(string message, string fix, string? path = null, string? instruction = null, FindingLevel? level = null) =>
        new(Id, level ?? Level, message, fix)
            { Reason = Reason, Path = path, Instruction = string.IsNullOrEmpty(instruction) ? null : instruction };
}
