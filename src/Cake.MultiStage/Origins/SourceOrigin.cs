namespace Cake.MultiStage.Origins;

/// <summary>Where the source of an image comes from, as far as it is known.</summary>
internal sealed record SourceOrigin
{
    /// <summary>Gets the commit's hash.</summary>
    public string? Revision { get; init; }

    /// <summary>Gets the repository's address, without credentials.</summary>
    public string? Source { get; init; }

    public string? Branch { get; init; }

    public string? Tag { get; init; }

    /// <summary>Gets what a pull or merge request is called by, such as <c>pull-5</c>, where the commit is one's.</summary>
    public string? PullRequest { get; init; }

    /// <summary>Gets the commit's time.</summary>
    public DateTimeOffset? Committed { get; init; }

    /// <summary>Gets the page of the CI provider's run. It changes with every run, so it is for the log alone and no label.</summary>
    public string? Run { get; init; }

    /// <summary>Joins what the repository says with what the CI provider says, whose checkout often has neither branch nor tag.</summary>
    /// <param name="repository">The repository the project is in, if it is in one.</param>
    /// <param name="pipeline">The run of the CI provider, if there is one.</param>
    public static SourceOrigin? Of(SourceOrigin? repository, SourceOrigin? pipeline)
    {
        if (repository is null || pipeline is null)
        {
            return repository ?? pipeline;
        }

        // A run of another commit is a run of another repository: the project is a submodule, or was cloned by the build.
        return pipeline.Revision is { } revision && !string.Equals(revision, repository.Revision, StringComparison.OrdinalIgnoreCase)
            ? repository
            : repository with
            {
                Source = repository.Source ?? pipeline.Source,
                Branch = pipeline.PullRequest is null ? pipeline.Branch ?? repository.Branch : null,
                Tag = pipeline.Tag ?? repository.Tag,
                PullRequest = pipeline.PullRequest,
                Run = pipeline.Run,
            };
    }

    /// <summary>Reads a full reference: <c>refs/heads/main</c> is a branch, <c>refs/tags/v1</c> a tag, and others are neither.</summary>
    public static (string? Branch, string? Tag) ReadReference(string? reference)
    {
        const string Heads = "refs/heads/";
        const string Tags = "refs/tags/";
        return reference?.StartsWith(Heads, StringComparison.Ordinal) == true ? (reference[Heads.Length..], null)
            : reference?.StartsWith(Tags, StringComparison.Ordinal) == true ? (null, reference[Tags.Length..])
            : (null, null);
    }

    /// <summary>Reads the reference of a pull request: <c>refs/pull/5/merge</c> is <c>pull-5</c>.</summary>
    public static string? ReadPullRequest(string? reference) =>
        reference?.Split('/') is ["refs", "pull", var number, ..] ? $"pull-{number}" : null;
}
