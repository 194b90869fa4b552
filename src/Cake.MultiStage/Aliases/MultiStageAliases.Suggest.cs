using Cake.Core.Annotations;
using Cake.Core;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Projects.Suggesting;
using Cake.MultiStage.Projects;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Proposals in the place of Dockerfiles that exist.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Looks whether an existing Dockerfile ships the toolchain that it builds with, and proposes what could take its place: the lines of a
    /// script, by the preset that fits the build context, and the multi-stage Dockerfile that they make. With a measured image the expected
    /// size is told; where a proof is asked for, both are built, started and compared. Nothing of the project is changed.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description of a Dockerfile that exists.</param>
    /// <param name="settings">What is told beside the lines.</param>
    /// <returns>The proposal. Its <c>ToString()</c> is to be read; its <c>Project</c> can be built, measured and compared.</returns>
    /// <exception cref="MultiStageException">
    /// The Dockerfile is made of a description, or can't be built. A proposal that can't be built is told by the proposal.
    /// </exception>
    /// <example>
    /// <code>
    /// var existing = MultiStageFromDockerfile("./Dockerfile");
    /// Information("{0}", MultiStageSuggest(existing));
    ///
    /// var measured = MultiStageMeasure(MultiStageBuild(existing));
    /// Information("{0}", MultiStageSuggest(existing, new MultiStageSuggestSettings { Measured = measured }).ExpectedSize);
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Check")]
    public static Suggestion MultiStageSuggest(
        this ICakeContext context, ImageProject project, MultiStageSuggestSettings? settings = null) =>
        AliasSession.Run(context, Suggest(context, project, settings));

    /// <inheritdoc cref="MultiStageSuggest(ICakeContext, ImageProject, MultiStageSuggestSettings?)"/>
    /// <param name="configure">Sets what is told beside the lines.</param>
    /// <example>
    /// <code>
    /// var suggestion = MultiStageSuggest(MultiStageFromDockerfile("./Dockerfile"), suggest => suggest.Prove = true);
    /// Information("{0}", suggestion);
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Check")]
    public static Suggestion MultiStageSuggest(
        this ICakeContext context, ImageProject project, Action<MultiStageSuggestSettings> configure) =>
        MultiStageSuggest(context, project, Configured(configure));

    /// <inheritdoc cref="MultiStageSuggest(ICakeContext, ImageProject, MultiStageSuggestSettings?)"/>
    /// <param name="cancellationToken">Stops it.</param>
    /// <example>
    /// <code>
    /// var suggestion = await MultiStageSuggestAsync(MultiStageFromDockerfile("./Dockerfile"));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Check")]
    public static Task<Suggestion> MultiStageSuggestAsync(
        this ICakeContext context,
        ImageProject project,
        MultiStageSuggestSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Suggest(context, project, settings), cancellationToken);

    private static AliasWork<Suggestion> Suggest(ICakeContext context, ImageProject project, MultiStageSuggestSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(project);
        var settings = given ?? new MultiStageSuggestSettings();
        if (settings.Build.Tags.Count > 0 || settings.Build.Outputs.Count > 0)
        {
            throw new MultiStageException(
                "suggest.Build has tags or outputs, and a proposal is to take the place of nothing. Leave them out: the proposal's image "
                    + "is named by the project.");
        }

        return new($"Looking at the Dockerfile of '{project.Name}'", async session =>
        {
            var folder = System.IO.Path.GetRelativePath(context.Environment.WorkingDirectory.FullPath, project.ContextDirectory)
                .Replace('\\', '/');
            var suggestion = DockerfileSuggestion.Of(project,
                folder is "." || PosixPath.Leaves(folder) || System.IO.Path.IsPathRooted(folder)
                    ? folder
                    : "./" + folder);
            if (suggestion.Project is null || (settings.Measured is null && !settings.Prove))
            {
                return suggestion;
            }

            // A stage that settings name is one of the Dockerfile's.
            var proof = new SuggestionProof(session, settings, proposal => BuiltAsync(proposal, settings.Build.ForContext()));
            // Its tags are the user's to move; by its own name it is beside the proposal, to be compared.
            var before = settings.Measured ?? await BuiltAsync(
                project with { Name = $"{project.Name}-existing", Tags = [] }, settings.Build);
            var result = await proof.CheckAsync(before, settings.Prove);
            suggestion = await proof.ExpectAsync(suggestion, before, result.Needed);
            suggestion = settings.Prove ? await proof.ProveAsync(suggestion, before, result) : suggestion;
            foreach (var line in suggestion.Proof)
            {
                session.Logger.LogInformation("{Proof}", line);
            }

            return suggestion;

            async Task<MeasuredImage> BuiltAsync(ImageProject one, MultiStageBuildSettings build) =>
                await Measure(context, await Build(context, one, build).Body(session), settings: null).Body(session);
        });
    }
}
