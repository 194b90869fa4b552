namespace Cake.MultiStage.Dockerfiles;

/// <summary>What an instruction can read from the build context.</summary>
/// <param name="Pattern">
/// A slash-separated path relative to the context's root; may hold the wildcards of Go's <c>filepath.Match</c>.
/// <c>.</c> is everything.
/// </param>
internal sealed record ContextSource(string Pattern)
{
    /// <summary>Gets a value indicating whether a pattern may match nothing: another source stands beside it in its instruction.</summary>
    public bool IsOptional { get; init; }
}
