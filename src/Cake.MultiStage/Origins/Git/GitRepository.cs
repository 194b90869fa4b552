using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Origins.Git;

/// <summary>
/// What the repository that a folder is in says of its source, read without git: git runs programs that a repository's own
/// configuration names. Where there is no repository or no commit, or something can't be read, the answer has less or is
/// none: nothing depends on it but labels.
/// </summary>
internal sealed class GitRepository(string directory, ILogger logger)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public async Task<SourceOrigin?> ReadAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(Limit);
        cancellationToken.ThrowIfCancellationRequested();
        var origin = await Task.Run(() => Read(ending.Token), ending.Token);
        cancellationToken.ThrowIfCancellationRequested();
        return origin;
    }

    /// <summary>Gets a value indicating whether the clone has only the last commits, and then often not all tags.</summary>
    public bool IsShallow => GitFolder.Around(directory) is { } folder && File.Exists(Path.Join(folder.Shared, "shallow"));

    /// <summary>Lists the names of all tags; none where there is no repository, or they can't be read.</summary>
    public Task<IReadOnlyList<string>> TagsAsync(CancellationToken cancellationToken) => Task.Run<IReadOnlyList<string>>(
        () => Tried("the tags", () => GitFolder.Around(directory) is { } folder
            ? new GitReferences(folder).AllTags().Select(tag => tag.Name).ToList() : null) ?? [],
        cancellationToken);

    private SourceOrigin? Read(CancellationToken cancellationToken)
    {
        var folder = Tried("the repository", () => GitFolder.Around(directory));
        if (folder is null)
        {
            return null;
        }

        var config = Tried("the configuration",
            () => GitFolder.Read(folder.Shared, "config", GitConfig.Longest) is { } file ? GitConfig.Parse(file) : null);
        if (config?.Find("extensions", "", "refstorage") == "reftable")
        {
            logger.LogInformation("{Origin}",
                $"The repository '{folder.Shared}' keeps its branches and tags as a reftable, which is not read: the image gets no "
                + "labels of its commit.");
            return null;
        }

        var references = new GitReferences(folder);
        var (reference, revision) = Tried("HEAD", references.Head);
        if (revision is null)
        {
            return null;
        }

        var objects = new GitObjects(folder, cancellationToken);
        return new SourceOrigin
        {
            Revision = revision,
            Committed = Tried("the commit", () => objects.Find(revision))?.Time("committer"),
            // With a detached HEAD, as CI providers check out, there is no branch.
            Branch = SourceOrigin.ReadReference(reference).Branch,
            Tag = Tried("the tags", () => Tag(references, objects, revision, cancellationToken)),
            Source = RemoteUrl.Clean(Remote(config)),
        };
    }

    /// <summary>Of a commit's tags the one that <c>git describe</c> names: the newest annotated one, else one without a message.</summary>
    private string? Tag(GitReferences references, GitObjects objects, string revision, CancellationToken cancellationToken)
    {
        var tags = new List<(string Name, DateTimeOffset? Made, bool Annotated)>();
        foreach (var (name, id, commit) in references.AllTags())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (id == revision)
            {
                tags.Add((name, null, false));
            }
            else if (commit == revision || commit is null)
            {
                var annotation = Tried($"the tag '{name}'", () => objects.Find(id));
                if (annotation is { Type: "tag" } && annotation.Header("object") == revision)
                {
                    tags.Add((name, annotation.Time("tagger"), true));
                }
            }
        }

        return tags.OrderByDescending(tag => tag.Annotated).ThenByDescending(tag => tag.Made)
            .ThenBy(tag => tag.Name, StringComparer.Ordinal).FirstOrDefault().Name;
    }

    private static string? Remote(GitConfig? config) =>
        config?.Find("remote", "origin", "url")
            ?? (config?.Remotes.FirstOrDefault() is { } name ? config.Find("remote", name, "url") : null);

    private T? Tried<T>(string what, Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (OperationCanceledException)
        {
            logger.LogDebug("{Origin}", $"The repository around '{directory}': reading {what} was stopped after {Limit.TotalSeconds:0} s.");
            return default;
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or NotSupportedException)
        {
            logger.LogDebug("{Origin}", $"The repository around '{directory}': {what} can't be read: {exception.Message}");
            return default;
        }
    }
}
