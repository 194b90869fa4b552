using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Projects;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

public static partial class MultiStageAliases
{
    /// <summary>Brings everything in a stage that is made from scratch to a folder on the host.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="destination">The folder on the host; it is made where it is missing. Files in it are replaced, others stay.</param>
    /// <returns>The files, with paths, sizes and permissions.</returns>
    /// <exception cref="MultiStageException">The stage does not start from scratch, there is no such stage, the build failed, or the destination can't be written; it is as it was then.</exception>
    /// <example>
    /// <code>
    /// MultiStageExport(MultiStageGo("./hello"), "final", "./artifacts/hello");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static ExportResult MultiStageExport(this ICakeContext context, ImageProject project, string stage, DirectoryPath destination) =>
        AliasSession.Run(token => MultiStageExportAsync(context, project, stage, destination, token));

    /// <summary>Brings a file or folder of a stage to a folder on the host.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="path">The absolute path in the stage: <c>/out</c> for a file or folder, <c>/out/.</c> for what is in the folder.</param>
    /// <param name="destination">The folder on the host; it is made where it is missing. Files in it are replaced, others stay.</param>
    /// <returns>The files, with paths, sizes and permissions.</returns>
    /// <exception cref="MultiStageException">There is no such stage or path, the build failed, or the destination can't be written; it is as it was then.</exception>
    /// <example>
    /// <code>
    /// MultiStageExport(MultiStageGo("./hello"), "builder", "/bin/hello", "./artifacts");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static ExportResult MultiStageExport(this ICakeContext context, ImageProject project, string stage, string path, DirectoryPath destination)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(destination);
        return MultiStageExport(context, project, new MultiStageExportSettings { Stage = stage, Paths = [path], Destination = destination });
    }

    /// <summary>Brings files or folders of a stage to a folder on the host.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The files, with paths, sizes and permissions.</returns>
    /// <exception cref="MultiStageException">There is no such stage or path, the build failed, or the destination can't be written; it is as it was then.</exception>
    /// <example>
    /// <code>
    /// var results = MultiStageExport(MultiStageGo("./hello"), export =>
    /// {
    ///     export.Stage = "builder";
    ///     export.Paths.Add("/bin/hello");
    ///     export.Destination = "./artifacts";
    ///     export.Build.NoCache = true;
    /// });
    /// Information("{0} files, {1}", results.Files.Count, results.Size);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static ExportResult MultiStageExport(this ICakeContext context, ImageProject project, Action<MultiStageExportSettings> configure) => MultiStageExport(context, project, Configured(new MultiStageExportSettings(), configure));

    /// <summary>Brings files or folders of a stage to a folder on the host.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The files, with paths, sizes and permissions.</returns>
    /// <exception cref="MultiStageException">There is no such stage or path, the build failed, or the destination can't be written; it is as it was then.</exception>
    /// <example>
    /// <code>
    /// MultiStageExport(MultiStageGo("./hello"), new MultiStageExportSettings { Stage = "builder", Paths = ["/bin/hello"] });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static ExportResult MultiStageExport(this ICakeContext context, ImageProject project, MultiStageExportSettings settings) =>
        AliasSession.Run(token => MultiStageExportAsync(context, project, settings, token));

    /// <summary>As <c>MultiStageExport</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="stage">The stage's name; it must be made from scratch.</param>
    /// <param name="destination">The folder on the host.</param>
    /// <param name="cancellationToken">Stops the export, in the engine too.</param>
    /// <returns>The files, with paths, sizes and permissions.</returns>
    /// <exception cref="MultiStageException">The export failed; see the synchronous form.</exception>
    /// <example>
    /// <code>
    /// Task("Files").Does(async () => await MultiStageExportAsync(MultiStageGo("./hello"), "final", "./artifacts/hello"));
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static Task<ExportResult> MultiStageExportAsync(this ICakeContext context, ImageProject project, string stage, DirectoryPath destination, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(destination);
        return MultiStageExportAsync(context, project, new MultiStageExportSettings { Stage = stage, Destination = destination }, cancellationToken);
    }

    /// <summary>As <c>MultiStageExport</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Stops the export, in the engine too.</param>
    /// <returns>The files, with paths, sizes and permissions.</returns>
    /// <exception cref="MultiStageException">The export failed; see the synchronous form.</exception>
    /// <example>
    /// <code>
    /// Task("Files").Does(async () =>
    /// {
    ///     var settings = new MultiStageExportSettings { Stage = "builder", Paths = ["/bin/hello"], Destination = "./artifacts" };
    ///     await MultiStageExportAsync(MultiStageGo("./hello"), settings);
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static async Task<ExportResult> MultiStageExportAsync(this ICakeContext context, ImageProject project, MultiStageExportSettings settings, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(settings);
        var token = cancellationToken ?? CancellationToken.None;
        var session = new AliasSession(context);
        var described = project with { Target = settings.Stage ?? settings.Build.Target ?? project.Target };
        var build = await RequestOrigin.AddAsync(Request(context, described, settings.Build) with { Target = described.Target, Tags = [] }, title: null, context, session.Logger, token);
        var request = new ExportRequest(build, [.. settings.Paths], Absolute(context, settings.Destination));
        var result = await session.WithEngineAsync(
            session.Endpoint(settings.Build.Host),
            connection => session.ShowAsync(observer => new StageExporter(connection).ExportAsync(request, observer, token)),
            token,
            settings.Build.Logins);
        session.Logger.LogInformation("{Exported}", FormattableString.Invariant($"Exported {result.Files.Count} files ({result.Size}) of stage '{result.Stage}' to {result.Destination} in {result.Duration.TotalSeconds:0.0}s"));
        return result;
    }

    /// <summary>Saves an image with its tags to a file that <c>docker load</c> reads.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image.</param>
    /// <param name="file">The file; compressed where it ends in <c>.gz</c> or <c>.tgz</c>. Its folder is made where it is missing.</param>
    /// <returns>The file and its size.</returns>
    /// <exception cref="MultiStageException">The image is gone, the engine went away, or the file can't be written; a file that was there before is as it was then.</exception>
    /// <example>
    /// <code>
    /// var saved = MultiStageSave(MultiStageBuild(MultiStageGo("./hello")), "./artifacts/hello.tar.gz");
    /// Information("{0}, {1}", saved, saved.Size);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static ImageArchive MultiStageSave(this ICakeContext context, BuiltImage image, FilePath file) =>
        AliasSession.Run(token => MultiStageSaveAsync(context, image, file, token));

    /// <summary>Saves several images to one file that <c>docker load</c> reads; layers they share are in it once.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="images">Tags or ids of images that the engine has.</param>
    /// <param name="file">The file; compressed where it ends in <c>.gz</c> or <c>.tgz</c>. Its folder is made where it is missing.</param>
    /// <param name="host">The engine. By default it is found as the Docker CLI finds it.</param>
    /// <returns>The file and its size.</returns>
    /// <exception cref="MultiStageException">An image is not in the engine, the engine went away, or the file can't be written; a file that was there before is as it was then.</exception>
    /// <example>
    /// <code>
    /// MultiStageSave(new[] { "hello:1.0", "hello:latest" }, "./artifacts/hello.tar");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static ImageArchive MultiStageSave(this ICakeContext context, string[] images, FilePath file, string? host = null) =>
        AliasSession.Run(token => MultiStageSaveAsync(context, images, file, host, token));

    /// <summary>As <c>MultiStageSave</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Stops saving.</param>
    /// <returns>The file and its size.</returns>
    /// <exception cref="MultiStageException">Saving failed; see the synchronous form.</exception>
    /// <example>
    /// <code>
    /// Task("Save").Does(async () => await MultiStageSaveAsync(await MultiStageBuildAsync(MultiStageGo("./hello")), "./artifacts/hello.tar"));
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static async Task<ImageArchive> MultiStageSaveAsync(this ICakeContext context, BuiltImage image, FilePath file, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(file);
        var path = Absolute(context, file);
        var token = cancellationToken ?? CancellationToken.None;
        return await SaveAsync(context, image.Engine, async saver => await saver.SaveAsync(await saver.NamesOfAsync(image, token), path, token), token);
    }

    /// <summary>As <c>MultiStageSave</c> of several images, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="images">Tags or ids of images that the engine has.</param>
    /// <param name="file">The file.</param>
    /// <param name="host">The engine. By default it is found as the Docker CLI finds it.</param>
    /// <param name="cancellationToken">Stops saving.</param>
    /// <returns>The file and its size.</returns>
    /// <exception cref="MultiStageException">Saving failed; see the synchronous form.</exception>
    /// <example>
    /// <code>
    /// Task("Save").Does(async () => await MultiStageSaveAsync(new[] { "hello:1.0", "hello:latest" }, "./artifacts/hello.tar"));
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static async Task<ImageArchive> MultiStageSaveAsync(this ICakeContext context, string[] images, FilePath file, string? host = null, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(file);
        var path = Absolute(context, file);
        var token = cancellationToken ?? CancellationToken.None;
        return images.Length == 0
            ? throw new MultiStageException($"There is nothing to save to '{path}': name at least one image.")
            : await SaveAsync(context, new AliasSession(context).Endpoint(host), saver => saver.SaveAsync(images, path, token), token);
    }

    private static async Task<ImageArchive> SaveAsync(ICakeContext context, EngineEndpoint engine, Func<ImageSaver, Task<ImageArchive>> save, CancellationToken cancellationToken)
    {
        var session = new AliasSession(context);
        var saved = await session.WithEngineAsync(engine, connection => save(new ImageSaver(connection)), cancellationToken);
        session.Logger.LogInformation("{Saved}", $"Saved {saved.Path} ({saved.Size})");
        return saved;
    }
}
