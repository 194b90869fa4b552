namespace Cake.MultiStage.Dockerfiles;

/// <summary>A Dockerfile that Docker could not build, or would build into something else than was described.</summary>
public sealed class DockerfileException : MultiStageException
{
    /// <summary>Initializes the error.</summary>
    /// <param name="problems">The problems, each saying where it is and what to do.</param>
    public DockerfileException(IReadOnlyList<string> problems)
        : base(Describe(problems)) => Problems = problems;

    /// <summary>Gets the problems, in the order of the file.</summary>
    public IReadOnlyList<string> Problems { get; }

    private static string Describe(IReadOnlyList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        return problems is [var only]
            ? "The Dockerfile has a problem: " + only
            : $"The Dockerfile has {problems.Count} problems:\n" + string.Join('\n', problems.Select(problem => "- " + problem));
    }
}
