namespace Cake.MultiStage.Checking;

/// <summary>How much a finding matters.</summary>
public enum FindingLevel
{
    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>Worth mending.</summary>
    Warning,

    /// <summary>The image does not do what it is for, or gives something away.</summary>
    Error,
}

/// <summary>What a rule found in an image.</summary>
/// <param name="Rule">The rule's id, such as <c>start-loader</c>.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Message">What was found, and where.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record Finding(string Rule, FindingLevel Level, string Message, string Fix)
{
    /// <summary>Gets why there is such a rule, in a line.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Gets the file it is about; <see langword="null"/> where it is about none.</summary>
    public string? Path { get; init; }

    /// <summary>Gets the instruction that brought it, as the image's history says; <see langword="null"/> where it is about none.</summary>
    public string? Instruction { get; init; }

    /// <summary>
    /// Gets the line of the Dockerfile that it is about; <see langword="null"/> where it is about none, or that is not known.
    /// </summary>
    public int? Line { get; init; }

    /// <summary>Gets the page that explains it; <see langword="null"/> where there is none.</summary>
    public Uri? Address { get; init; }

    /// <summary>Gets how many there are of its kind: those of one rule and one kind are told as one.</summary>
    public int Count { get; init; } = 1;

    /// <summary>
    /// Gets the kind; findings of a rule that are of one kind are told as one. <see langword="null"/> for one that stands alone.
    /// </summary>
    internal string? Kind { get; init; }

    /// <summary>Gets what tells it from others of its kind; the path where it is <see langword="null"/>.</summary>
    internal string? Subject { get; init; }

    /// <summary>
    /// Returns the finding in a line that any log takes: names of files may hold line breaks and commands of CI providers.
    /// </summary>
    /// <returns>The text.</returns>
    public override string ToString() => LogText.Clean($"{Rule}: {Message} {Fix}");
}
