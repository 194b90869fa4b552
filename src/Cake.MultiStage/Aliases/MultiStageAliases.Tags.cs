using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Images;
using Cake.MultiStage.Origins;
using Cake.MultiStage.Origins.Git;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>The tags that a version, a branch or a pull request makes.</content>
public static partial class MultiStageAliases
{
    private static readonly string[] VersionVariables =
        ["GitVersion_SemVer", "NBGV_SemVer2", "MinVerVersion", "MinVerVersionOverride"];

    // Those that say a number: GitLab, Bitbucket, Azure Pipelines, AppVeyor, Travis CI, Jenkins, Woodpecker.
    private static readonly string[] PullRequestVariables =
    [
        "CI_MERGE_REQUEST_IID", "BITBUCKET_PR_ID", "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", "SYSTEM_PULLREQUEST_PULLREQUESTID",
        "APPVEYOR_PULL_REQUEST_NUMBER", "TRAVIS_PULL_REQUEST", "CHANGE_ID", "CI_COMMIT_PULL_REQUEST",
    ];

    /// <summary>
    /// Makes the tags of an image from a version, a git tag, a branch or a pull request: version 1.4.2 makes <c>1.4.2</c>, <c>1.4</c>,
    /// <c>1</c> and <c>latest</c>, a pre-release its own alone, a branch its name, a pull request <c>pr-5</c>.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="repository">The image's name without a tag, such as <c>registry.example.com/shop/web</c>.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The tags with the name, the most exact first.</returns>
    /// <exception cref="MultiStageException">
    /// The name is not valid or has a tag, the version is not valid, or there is nothing to make a tag from.
    /// </exception>
    /// <example>
    /// <code>
    /// var tags = MultiStageTags("registry.example.com/shop/web");
    /// MultiStageBuild(MultiStageGo("./hello"), build => build.Tags = tags);
    ///
    /// MultiStageTags("shop/web", made =>
    /// {
    ///     made.Version = "1.4.2";
    ///     made.Commit = true;
    /// });
    ///
    /// Task("Tags").Does(async () => Information(string.Join(", ", await MultiStageTagsAsync("shop/web"))));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static IList<string> MultiStageTags(this ICakeContext context, string repository, MultiStageTagsSettings? settings = null) =>
        AliasSession.Run(context, Tags(context, repository, settings));

    /// <inheritdoc cref="MultiStageTags(ICakeContext, string, MultiStageTagsSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static IList<string> MultiStageTags(this ICakeContext context, string repository, Action<MultiStageTagsSettings> configure) =>
        MultiStageTags(context, repository, Configured(configure));

    /// <inheritdoc cref="MultiStageTags(ICakeContext, string, MultiStageTagsSettings)"/>
    /// <param name="cancellationToken">Stops reading the repository.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<IList<string>> MultiStageTagsAsync(
        this ICakeContext context, string repository, MultiStageTagsSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Tags(context, repository, settings), cancellationToken);

    private static AliasWork<IList<string>> Tags(ICakeContext context, string repository, MultiStageTagsSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(repository);
        var settings = given ?? new MultiStageTagsSettings();
        var name = ImageReference.Parse(repository);
        if (name.Tag is not null || name.Digest is not null)
        {
            throw new MultiStageException($"'{name}' has a tag or a digest already. Give the name alone: '{name.FamiliarName}'.");
        }

        return new($"Making the tags of '{name}'", async session =>
        {
            var folder = settings.Directory.MakeAbsolute(context.Environment).FullPath;
            var repository = new GitRepository(folder, session.Logger);
            var origin = SourceOrigin.Of(await repository.ReadAsync(session.Token), PipelineOrigin.Of(context));
            string? Variable(IEnumerable<string> names) => names.Select(context.Environment.GetEnvironmentVariable)
                .FirstOrDefault(value => value is { Length: > 0 } and not "false");
            var released = settings.Moving ? await repository.TagsAsync(session.Token) : [];
            if (settings.Moving && released.Count <= 1 && repository.IsShallow)
            {
                session.Logger.LogWarning("{Shallow}", "The clone is shallow and has no other tags, so later versions are not seen: "
                    + "'latest' and the like are moved. Fetch all tags, as with 'fetch-depth: 0' of actions/checkout, or set Moving to "
                    + "false.");
            }

            var set = TagSet.Of(new TagSource
            {
                Version = settings.Version ?? Variable(VersionVariables),
                Tag = origin?.Tag,
                Branch = settings.Branch ?? origin?.Branch,
                PullRequest = settings.PullRequest ?? origin?.PullRequest?["pull-".Length..] ?? Variable(PullRequestVariables),
                Revision = settings.Commit ? origin?.Revision : null,
                Date = settings.Date ? TimeProvider.System.GetUtcNow() : null,
                Moving = settings.Moving,
                Released = released,
            });
            foreach (var note in set.Notes)
            {
                session.Logger.LogInformation("{Note}", note);
            }

            return [.. set.Tags.Select(tag => name.WithTag(tag).ToString())];
        });
    }
}
