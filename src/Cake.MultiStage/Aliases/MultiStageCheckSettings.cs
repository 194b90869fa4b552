using Cake.MultiStage.Checking;

namespace Cake.MultiStage.Aliases;

/// <summary>Which checks count, and which fail the task.</summary>
public sealed class MultiStageCheckSettings
{
    /// <summary>
    /// Gets or sets the least level that fails the task. <see cref="FindingLevel.Error"/> by default; <see langword="null"/> lets nothing
    /// fail it, and leaves the findings to the caller: none is logged.
    /// </summary>
    public FindingLevel? FailOn { get; set; } = FindingLevel.Error;

    /// <summary>Gets or sets the ids of checks that are left out, such as <c>safe-user</c>. None by default.</summary>
    public IList<string> Skip { get; set; } = [];

    /// <summary>Gets or sets levels in place of the checks' own, by their ids. None by default.</summary>
    public IDictionary<string, FindingLevel> Levels { get; set; } = new Dictionary<string, FindingLevel>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets how a container of the image is started to prove that it starts (check <c>start-proof</c>). <see langword="null"/> by
    /// default: none is started.
    /// </summary>
    public MultiStageStartSettings? Start { get; set; }

    /// <summary>Returns the same settings for a report that is written before anything fails.</summary>
    internal MultiStageCheckSettings WithoutFailing() => new() { FailOn = null, Skip = Skip, Levels = Levels, Start = Start };
}
