namespace Cake.MultiStage.Building;

/// <summary>What the builder itself found about the Dockerfile: one of its build checks.</summary>
/// <param name="Rule">The rule's name, such as <c>FromAsCasing</c>; empty where the builder names none.</param>
/// <param name="Text">What it found, in its own words.</param>
public sealed record BuildFinding(string Rule, string Text)
{
    /// <summary>Gets the page that explains the rule, or <see langword="null"/>.</summary>
    public Uri? Address { get; init; }

    /// <summary>Gets the first line of the Dockerfile that is meant, from 1, or <see langword="null"/>.</summary>
    public int? FirstLine { get; init; }

    /// <summary>Gets the last line that is meant, or <see langword="null"/>.</summary>
    public int? LastLine { get; init; }

    /// <summary>Returns the rule, the finding and the line.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => (Rule.Length > 0 ? $"{Rule}: " : "") + Text
        + (FirstLine is { } line ? FormattableString.Invariant($" (line {line} of the Dockerfile)") : "");
}
