using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.CacheMounts;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Registries;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Building images and giving them tags.</content>
public static partial class MultiStageAliases
{
    /// <summary>Generates the Dockerfile of a description, has the engine build it, and tags the image.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The image: id, tags, duration, steps and platform.</returns>
    /// <exception cref="BuildFailedException">
    /// A step failed; the message names the stage, the instruction and the line, and shows the step's last output.
    /// </exception>
    /// <exception cref="EngineException">No engine answers, it refuses, or it went away.</exception>
    /// <exception cref="MultiStageException">The description, the build context or a base image is at fault.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello"));
    /// Information("Built {0} in {1}", image, image.Duration);
    ///
    /// MultiStageBuild(MultiStageGo("./hello"), build =>
    /// {
    ///     build.Tags.Add("hello:latest");
    ///     build.NoCache = true;
    /// });
    ///
    /// Task("Image").Does(async () =>
    /// {
    ///     using var limit = new System.Threading.CancellationTokenSource(TimeSpan.FromMinutes(10));
    ///     await MultiStageBuildAsync(MultiStageGo("./hello"), new MultiStageBuildSettings { Pull = true }, limit.Token);
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static BuiltImage MultiStageBuild(this ICakeContext context, ImageProject project, MultiStageBuildSettings? settings = null) =>
        AliasSession.Run(context, Build(context, project, settings));

    /// <inheritdoc cref="MultiStageBuild(ICakeContext, ImageProject, MultiStageBuildSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static BuiltImage MultiStageBuild(this ICakeContext context, ImageProject project, Action<MultiStageBuildSettings> configure) =>
        MultiStageBuild(context, project, Configured(configure));

    /// <inheritdoc cref="MultiStageBuild(ICakeContext, ImageProject, MultiStageBuildSettings)"/>
    /// <param name="cancellationToken">Stops the build, in the engine too.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<BuiltImage> MultiStageBuildAsync(
        this ICakeContext context,
        ImageProject project,
        MultiStageBuildSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Build(context, project, settings), cancellationToken);

    /// <summary>Gives an image more tags.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image.</param>
    /// <param name="tags">The tags, such as <c>hello:latest</c>. All are checked before the first is given.</param>
    /// <returns>The image with its new tags added.</returns>
    /// <exception cref="MultiStageException">A tag is not a valid image reference, or the engine refuses.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello"));
    /// MultiStageTag(image, "hello:latest", "localhost:5000/hello:1.0");
    ///
    /// Task("Tag").Does(async () => await MultiStageTagAsync(image, ["hello:latest"]));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static BuiltImage MultiStageTag(this ICakeContext context, BuiltImage image, params string[] tags) =>
        AliasSession.Run(context, Tag(context, image, tags));

    /// <inheritdoc cref="MultiStageTag(ICakeContext, BuiltImage, string[])"/>
    /// <param name="cancellationToken">Stops tagging; tags that were given stay.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<BuiltImage> MultiStageTagAsync(
        this ICakeContext context, BuiltImage image, string[] tags, CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Tag(context, image, tags), cancellationToken);

    private static AliasWork<BuiltImage> Build(ICakeContext context, ImageProject project, MultiStageBuildSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(project);
        var settings = given ?? new MultiStageBuildSettings();
        return new($"Building '{project.Name}'", async session =>
        {
            var title = settings.OriginLabels ? project.Name : null;
            var (named, name) = ProjectRequest.Named(ProjectRequest.Of(project, settings, context.Environment), project, settings);
            if (name is not null)
            {
                session.Logger.LogInformation("{Named}",
                    $"No tag is given, so the image is named '{name}' by its project. Add Tags to the description or the settings.");
            }

            var request = await RequestOrigin.AddAsync(named, title, context, session.Logger, session.Token);
            var image = settings.Builders.Count > 0 ? await BuildOnSeveral(session, request, settings) : await session.WithBuilderAsync(
                settings,
                connection => session.ShowAsync(async observer =>
                {
                    var mounts = Mounts(connection, settings, context);
                    var built = await BuildOn(
                        connection, session.WithEngines(request, settings), settings, context, mounts, observer, session.Token);
                    await (mounts?.KeepAsync(observer, session.Token) ?? Task.CompletedTask);
                    return built;
                }));
            session.Logger.LogInformation("{Built}", Told(image));
            foreach (var went in request.Outputs.Select(output => Told(image, output)).OfType<string>())
            {
                session.Logger.LogInformation("{Went}", went);
            }

            return image;
        })
        {
            AfterStop = "No tag was moved.",
        };
    }

    private static async Task<BuiltImage> BuildOn(
        IBuilderConnection connection, BuildRequest request, MultiStageBuildSettings settings, ICakeContext context,
        CacheMountKeeper? mounts, IBuildObserver observer, CancellationToken cancellationToken)
    {
        request = mounts?.KeptOut(request) ?? request;
        List<ExportRequest> exports = [.. request.Outputs.OfType<FilesOutput>().Select(output => FilesOf(request, output))];
        // What can't be exported is told before minutes of work.
        exports.ForEach(export => StageExporter.Paths(export));
        var image = settings.UpToDate || settings.UpToDateInRegistry
            ? await UpToDateOn(connection, request, settings, context, mounts, observer, cancellationToken)
            : await new ImageBuildService(connection, mounts).BuildAsync(request, observer, cancellationToken);
        foreach (var export in exports)
        {
            await new StageExporter(connection).ExportAsync(export, observer, cancellationToken);
        }

        return image;
    }

    private static ExportRequest FilesOf(BuildRequest request, FilesOutput output) => new(
        // Files alone leave the builder: no image has times to rewrite.
        request with
        {
            Target = output.Stage ?? request.Target,
            Tags = [],
            Outputs = [],
            CacheTo = [],
            // It is named by the image: what one stage leaves would be written over what the image has just left.
            SharedCache = request.SharedCache is { } shared ? shared with { Cache = shared.Cache with { ReadOnly = true } } : null,
            Reproducible = false,
            Attestations = Attestations.None,
        },
        [],
        output.Folder);

    private static string Told(BuiltImage image)
    {
        var what = !image.UpToDate ? "Built" : image.Engine is null ? "Up to date in its registry:" : "Up to date:";
        var tagged = image.Tags.Count == 0 ? "" : $", tagged {string.Join(", ", image.Tags)}";
        var from = image is { UpToDate: true, Revision: { Length: > 0 } revision }
            ? $", built from revision {LogText.Clean(revision.Length > 12 ? revision[..12] : revision)}" : "";
        return FormattableString.Invariant(
            $"{what} {image.Id.Abbreviated} for {string.Join(", ", image.Platforms)} in ")
            + FormattableString.Invariant($"{image.Duration.TotalSeconds:0.0}s{from}{tagged}");
    }

    private static string? Told(BuiltImage image, BuildOutput output) => output switch
    {
        PushOutput => (image.UpToDate ? "In the registry: " : "Pushed ")
            + string.Join(", ", image.Tags.Select(tag => tag.WithDigest(image.Digest!))),
        ArchiveOutput archive => $"Written to {archive.File}",
        LayoutOutput layout => $"Written to {layout.Folder}",
        FilesOutput files => $"Exported the files of {(files.Stage is null ? "the stage" : $"stage '{files.Stage}'")} to {files.Folder}",
        EngineOutput when image.Engine is { } engine => $"Loaded into {engine}",
        _ => null,
    };

    private static async Task<BuiltImage> UpToDateOn(
        IBuilderConnection connection, BuildRequest request, MultiStageBuildSettings settings, ICakeContext context,
        CacheMountKeeper? mounts, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var isKept = connection is EngineConnection && request.Outputs.All(output => output is EngineOutput { Endpoint: null });
        var isPushed = request.Outputs.Count == 0 || request.Outputs.All(output => output is PushOutput);
        if (settings.UpToDateInRegistry ? !isPushed : !isKept)
        {
            throw new MultiStageException(settings.UpToDateInRegistry
                ? "UpToDateInRegistry finds the image in a registry, and this build has outputs that need it elsewhere. Leave out all but "
                    + "BuildOutput.Push(), or leave UpToDateInRegistry out; what is unchanged comes from the build cache anyway."
                : "UpToDate looks for an image made of the same in the engine that builds, and this build has other outputs. Leave "
                    + "UpToDate or the outputs out; what is unchanged comes from the build cache anyway. Where the output is "
                    + "BuildOutput.Push(), UpToDateInRegistry looks in the registry.");
        }

        var (hashes, kept) = Kept(context);
        using var registry = settings.UpToDateInRegistry ? new RegistryClient(connection.Keyring) : null;
        var builds = new UpToDateBuilds(connection, hashes, kept, registry, isKept && settings.UpToDate, mounts);
        return await builds.BuildAsync(request, settings.Force || settings.NoCache, observer, cancellationToken);
    }

    /// <summary>Finds what earlier builds left in the user's cache folder; nothing where there is no such folder.</summary>
    private static (FileHashes Hashes, KeptBuilds? Builds) Kept(ICakeContext context)
    {
        var folder = UserCache.Folder(context.Environment.GetEnvironmentVariable);
        var hashes = folder is null ? null
            : new KeptFiles(System.IO.Path.Combine(folder, "hashes"), ".hashes", largest: 256L << 20, most: 100);
        return (new FileHashes(hashes, FileState.Read, TimeProvider.System),
            folder is null ? null : new KeptBuilds(System.IO.Path.Combine(folder, "builds")));
    }

    private static CacheMountKeeper? Mounts(IBuilderConnection connection, MultiStageBuildSettings settings, ICakeContext context)
    {
        if (settings.CacheMounts is not { } folder)
        {
            return null;
        }

        return ByteSize.TryParse(settings.CacheMountLimit, out var limit)
            ? new CacheMountKeeper(connection, new CacheMountFolder(Absolute(context, folder), limit))
            : throw new MultiStageException(
                $"CacheMountLimit is '{settings.CacheMountLimit}', which is not a size. Write one, as in "
                    + "build.CacheMountLimit = \"500 MB\".");
    }

    private static AliasWork<BuiltImage> Tag(ICakeContext context, BuiltImage image, string[] tags)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(tags);
        List<ImageReference> references = [.. tags.Select(tag => ImageReference.Parse(tag).AsTag())];
        return new($"Tagging '{image}'", session => session.WithEngineAsync(image.EngineFor("tagged"), async connection =>
        {
            foreach (var reference in references)
            {
                await new EngineImages(connection).TagAsync(image.Id.ToString(), reference, session.Token);
            }

            return image with { Tags = [.. image.Tags.Union(references)] };
        }))
        {
            AfterStop = "Tags that were given stay.",
        };
    }
}
