using System.Globalization;

namespace Cake.MultiStage.Building;

/// <summary>What became of one build of many.</summary>
/// <param name="Name">The name that the plan has for it.</param>
public sealed record BuildOutcome(string Name)
{
    /// <summary>Gets the image, or <see langword="null"/> where there is none.</summary>
    public BuiltImage? Image { get; init; }

    /// <summary>Gets why it failed, or <see langword="null"/>.</summary>
    public MultiStageException? Error { get; init; }

    /// <summary>Gets why it was not built or not finished, though it did not fail; or <see langword="null"/>.</summary>
    public string? Skipped { get; init; }

    /// <summary>Gets how long it took, without waiting for others.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Returns the name and what became of it, in a line.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => this switch
    {
        { Error: not null } => string.Create(CultureInfo.InvariantCulture, $"{Name}: FAILED after {Duration.TotalSeconds:0.0}s"),
        { Image: null } => $"{Name}: skipped, since {Skipped}",
        { Image.UpToDate: true } => $"{Name}: up to date",
        _ => string.Create(CultureInfo.InvariantCulture,
            $"{Name}: built in {Duration.TotalSeconds:0.0}s{Size}{(Why.Length > 0 ? $", since {Why}" : "")}"),
    };

    private string Size => Image?.Record?.Stages[^1].Size is { } size ? $", {size}" : "";

    private string Why => Image?.Reasons switch
    {
        null or [] => "",
        [var only] => LogText.Clean(only),
        var reasons => string.Create(CultureInfo.InvariantCulture, $"{LogText.Clean(reasons[0])} and {reasons.Count - 1} more"),
    };
}

/// <summary>Of many builds, some failed. The others, and what became of each, are in <see cref="Outcomes"/>.</summary>
public sealed class BuildAllFailedException : MultiStageException
{
    internal BuildAllFailedException(IReadOnlyList<BuildOutcome> outcomes)
        : base(MessageOf(outcomes)) => Outcomes = outcomes;

    /// <summary>Gets what became of each build, in the order of the plan.</summary>
    public IReadOnlyList<BuildOutcome> Outcomes { get; }

    private static string MessageOf(IReadOnlyList<BuildOutcome> outcomes)
    {
        var failed = outcomes.Where(outcome => outcome.Error is not null).ToList();
        var skipped = outcomes.Where(outcome => outcome.Skipped is not null).Select(outcome => outcome.Name).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"Of {outcomes.Count} builds {failed.Count} failed:\n")
            + string.Join('\n', failed.Select(outcome => $"[{outcome.Name}] {outcome.Error!.Message}"))
            + (skipped.Count == 0 ? "" : $"\nNot built because of that: {string.Join(", ", skipped)}.");
    }
}
