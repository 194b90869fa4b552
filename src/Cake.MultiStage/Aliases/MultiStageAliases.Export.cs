using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Projects;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Files of stages.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Brings files or folders of a stage to a folder on the host: all of the final stage in <c>./artifacts/export</c>, if the settings
    /// don't say otherwise.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The files, with paths, sizes and permissions.</returns>
    /// <exception cref="MultiStageException">
    /// The stage or a path doesn't exist, all of a stage is asked for that does not start from scratch, the build failed, or the
    /// destination can't be written; it is then as it was before.
    /// </exception>
    /// <example>
    /// <code>
    /// MultiStageExport(MultiStageGo("./hello"), export =>
    /// {
    ///     export.Stage = "builder";
    ///     export.Paths.Add("/bin/hello");
    ///     export.Destination = "./artifacts";
    ///     export.Build.NoCache = true;
    /// });
    ///
    /// var everything = MultiStageExport(MultiStageGo("./hello"));
    /// Information("{0} files, {1}", everything.Files.Count, everything.Size);
    ///
    /// Task("Files").Does(async () =>
    /// {
    ///     var settings = new MultiStageExportSettings { Stage = "builder", Paths = ["/bin/hello"] };
    ///     await MultiStageExportAsync(MultiStageGo("./hello"), settings);
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static ExportResult MultiStageExport(
        this ICakeContext context, ImageProject project, MultiStageExportSettings? settings = null) =>
        AliasSession.Run(context, Export(context, project, settings));

    /// <inheritdoc cref="MultiStageExport(ICakeContext, ImageProject, MultiStageExportSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static ExportResult MultiStageExport(
        this ICakeContext context, ImageProject project, Action<MultiStageExportSettings> configure) =>
        MultiStageExport(context, project, Configured(configure));

    /// <inheritdoc cref="MultiStageExport(ICakeContext, ImageProject, MultiStageExportSettings)"/>
    /// <param name="cancellationToken">Stops the export, in the engine too.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<ExportResult> MultiStageExportAsync(
        this ICakeContext context,
        ImageProject project,
        MultiStageExportSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Export(context, project, settings), cancellationToken);

    private static AliasWork<ExportResult> Export(ICakeContext context, ImageProject project, MultiStageExportSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(project);
        var settings = given ?? new MultiStageExportSettings();
        var described = project with { Target = settings.Stage ?? settings.Build.Target ?? project.Target };
        var destination = Absolute(context, settings.Destination);
        return new($"Exporting stage '{described.Target ?? ImageProject.FinalStage}' to '{destination}'", async session =>
        {
            var stage = ProjectRequest.Of(described, settings.Build, context.Environment) with { Target = described.Target, Tags = [] };
            var build = await RequestOrigin.AddAsync(stage, title: null, context, session.Logger, session.Token);
            // Files alone leave the engine: no image has times to rewrite, or anything said of it.
            var request = new ExportRequest(
                build with { Reproducible = false, Outputs = [], Attestations = Attestations.None }, [.. settings.Paths], destination);
            var result = await session.WithBuilderAsync(
                settings.Build,
                connection => session.ShowAsync(async observer =>
                {
                    var mounts = Mounts(connection, settings.Build, context);
                    if (mounts is null)
                    {
                        return await new StageExporter(connection).ExportAsync(request, observer, session.Token);
                    }

                    if (new ImageBuildService(connection).KindFor(request.Build) != BuilderKind.BuildKit)
                    {
                        throw new MultiStageException(
                            "The export was not begun: CacheMounts needs BuildKit, which alone can fill cache mounts and bring them out. "
                                + "Leave CacheMounts out, or build with BuildKit.");
                    }

                    var kept = request with { Build = mounts.KeptOut(request.Build) };
                    // Without the build cache, BuildKit gives the steps empty mounts of their own.
                    if (!kept.Build.NoCache)
                    {
                        await mounts.FillAsync(kept.Build, observer, session.Token);
                    }

                    var exported = await new StageExporter(connection).ExportAsync(kept, observer, session.Token);
                    await mounts.KeepAsync(observer, session.Token);
                    return exported;
                }));
            var what = FormattableString.Invariant($"{result.Files.Count} files ({result.Size}) of stage '{result.Stage}'");
            session.Logger.LogInformation("{Exported}", FormattableString.Invariant(
                $"Exported {what} to {result.Destination} in {result.Duration.TotalSeconds:0.0}s"));
            return result;
        })
        {
            AfterStop = "The destination is as it was before.",
        };
    }
}
