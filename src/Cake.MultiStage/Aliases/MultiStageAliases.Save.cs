using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Exports;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Images as files.</content>
public static partial class MultiStageAliases
{
    /// <summary>Saves an image with its tags to a file that <c>docker load</c> reads.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image.</param>
    /// <param name="file">The file; compressed if it ends in <c>.gz</c> or <c>.tgz</c>. Its folder is made if it doesn't exist.</param>
    /// <returns>The file and its size.</returns>
    /// <exception cref="MultiStageException">
    /// The image is gone, the engine went away, or the file can't be written; a file that existed is then as it was before.
    /// </exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello"));
    /// var saved = MultiStageSave(image, "./artifacts/hello.tar.gz");
    /// Information("{0}, {1}", saved, saved.Size);
    ///
    /// Task("Save").Does(async () => await MultiStageSaveAsync(image, "./artifacts/hello.tar"));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static ImageArchive MultiStageSave(this ICakeContext context, BuiltImage image, FilePath file) =>
        AliasSession.Run(context, Save(context, image, file));

    /// <inheritdoc cref="MultiStageSave(ICakeContext, BuiltImage, FilePath)"/>
    /// <param name="cancellationToken">Stops saving.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<ImageArchive> MultiStageSaveAsync(
        this ICakeContext context, BuiltImage image, FilePath file, CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Save(context, image, file), cancellationToken);

    /// <summary>Saves several images to one file that <c>docker load</c> reads; layers they share are in it once.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="images">Tags or ids of images that the engine has.</param>
    /// <param name="file">The file; compressed if it ends in <c>.gz</c> or <c>.tgz</c>. Its folder is made if it doesn't exist.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The file and its size.</returns>
    /// <exception cref="MultiStageException">
    /// An image is not in the engine, the engine went away, or the file can't be written; a file that existed is then as it was before.
    /// </exception>
    /// <example>
    /// <code>
    /// MultiStageSave(["hello:1.0", "hello:latest"], "./artifacts/hello.tar");
    /// MultiStageSave(["hello:1.0"], "./artifacts/hello.tar", save => save.Host = "tcp://build:2375");
    ///
    /// Task("Save").Does(async () => await MultiStageSaveAsync(["hello:1.0", "hello:latest"], "./artifacts/hello.tar"));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static ImageArchive MultiStageSave(
        this ICakeContext context, string[] images, FilePath file, MultiStageSaveSettings? settings = null) =>
        AliasSession.Run(context, Save(context, images, file, settings));

    /// <inheritdoc cref="MultiStageSave(ICakeContext, string[], FilePath, MultiStageSaveSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static ImageArchive MultiStageSave(
        this ICakeContext context, string[] images, FilePath file, Action<MultiStageSaveSettings> configure) =>
        MultiStageSave(context, images, file, Configured(configure));

    /// <inheritdoc cref="MultiStageSave(ICakeContext, string[], FilePath, MultiStageSaveSettings)"/>
    /// <param name="cancellationToken">Stops saving.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<ImageArchive> MultiStageSaveAsync(
        this ICakeContext context,
        string[] images,
        FilePath file,
        MultiStageSaveSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Save(context, images, file, settings), cancellationToken);

    private static AliasWork<ImageArchive> Save(ICakeContext context, BuiltImage image, FilePath file)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(file);
        return Save(
            Absolute(context, file), $"'{image}'", _ => image.EngineFor("saved"), (saver, token) => saver.NamesOfAsync(image, token));
    }

    private static AliasWork<ImageArchive> Save(ICakeContext context, string[] images, FilePath file, MultiStageSaveSettings? settings)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(file);
        var path = Absolute(context, file);
        if (images.Length == 0)
        {
            throw new MultiStageException($"There is nothing to save to '{path}': name at least one image.");
        }

        var names = Task.FromResult<IReadOnlyList<string>>(images);
        return Save(path, $"'{string.Join("', '", images)}'", session => session.Endpoint(settings?.Host), (_, _) => names);
    }

    private static AliasWork<ImageArchive> Save(
        string path,
        string images,
        Func<AliasSession, EngineEndpoint> engine,
        Func<ImageSaver, CancellationToken, Task<IReadOnlyList<string>>> names) =>
        new($"Saving {images} to '{path}'", async session =>
        {
            var saved = await session.WithEngineAsync(engine(session), async connection =>
            {
                var saver = new ImageSaver(connection);
                return await saver.SaveAsync(await names(saver, session.Token), path, session.Token);
            });
            session.Logger.LogInformation("{Saved}", $"Saved {saved.Path} ({saved.Size})");
            return saved;
        })
        {
            AfterStop = "The file is as it was before.",
        };
}
