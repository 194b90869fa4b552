using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Archives;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring.Sources;
using Cake.MultiStage.Registries;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Images as files.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Saves an image with its tags to this host: to a file that <c>docker load</c> and <c>MultiStageLoad</c> read, or as an OCI archive or
    /// layout.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image.</param>
    /// <param name="file">
    /// The file; compressed if it ends in <c>.gz</c> or <c>.tgz</c>. Its folder is made if it doesn't exist. For
    /// <see cref="ImageFormat.OciLayout"/> a folder, which is written anew where it holds a layout and nothing else.
    /// </param>
    /// <param name="settings">The settings; all defaults if left out.</param>
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
    /// MultiStageSave(image, "./artifacts/hello", save => save.Format = ImageFormat.OciLayout);
    ///
    /// Task("Save").Does(async () => await MultiStageSaveAsync(image, "./artifacts/hello.tar"));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static ImageArchive MultiStageSave(
        this ICakeContext context, BuiltImage image, FilePath file, MultiStageSaveSettings? settings = null) =>
        AliasSession.Run(context, Save(context, image, file, settings));

    /// <inheritdoc cref="MultiStageSave(ICakeContext, BuiltImage, FilePath, MultiStageSaveSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static ImageArchive MultiStageSave(
        this ICakeContext context, BuiltImage image, FilePath file, Action<MultiStageSaveSettings> configure) =>
        MultiStageSave(context, image, file, Configured(configure));

    /// <inheritdoc cref="MultiStageSave(ICakeContext, BuiltImage, FilePath, MultiStageSaveSettings)"/>
    /// <param name="cancellationToken">Stops saving.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<ImageArchive> MultiStageSaveAsync(
        this ICakeContext context,
        BuiltImage image,
        FilePath file,
        MultiStageSaveSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Save(context, image, file, settings), cancellationToken);

    /// <summary>
    /// Saves an image by its name: one that the engine has, or with <c>registry://</c> before its name one that lies in a registry, which
    /// takes no engine. It keeps its digest then, and all its platforms.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">Tag or id of an image that the engine has, or <c>registry://</c> and a name.</param>
    /// <param name="file">The file, or for <see cref="ImageFormat.OciLayout"/> the folder.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The file and its size.</returns>
    /// <exception cref="MultiStageException">
    /// The image isn't there, the engine or the registry refuses, or the file can't be written; a file that existed is then as it was
    /// before.
    /// </exception>
    /// <example>
    /// <code>
    /// MultiStageSave("hello:1.0", "./artifacts/hello.tar");
    /// MultiStageSave("registry://registry.example.com/team/hello:1.0", "./artifacts/hello.oci.tar", save =>
    /// {
    ///     save.Format = ImageFormat.OciArchive;
    ///     save.Platform = "linux/arm64";
    /// });
    ///
    /// Task("Save").Does(async () => await MultiStageSaveAsync("hello:1.0", "./artifacts/hello.tar"));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static ImageArchive MultiStageSave(
        this ICakeContext context, string image, FilePath file, MultiStageSaveSettings? settings = null) =>
        AliasSession.Run(context, Save(context, Names(image), file, settings));

    /// <inheritdoc cref="MultiStageSave(ICakeContext, string, FilePath, MultiStageSaveSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static ImageArchive MultiStageSave(
        this ICakeContext context, string image, FilePath file, Action<MultiStageSaveSettings> configure) =>
        MultiStageSave(context, image, file, Configured(configure));

    /// <inheritdoc cref="MultiStageSave(ICakeContext, string, FilePath, MultiStageSaveSettings)"/>
    /// <param name="cancellationToken">Stops saving.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<ImageArchive> MultiStageSaveAsync(
        this ICakeContext context,
        string image,
        FilePath file,
        MultiStageSaveSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Save(context, Names(image), file, settings), cancellationToken);

    /// <summary>Saves several images to one file, or one OCI layout; layers they share are in it once.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="images">
    /// Tags or ids of images that the engine has; or of a registry, each with <c>registry://</c> before its name.
    /// </param>
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

    private static AliasWork<ImageArchive> Save(
        ICakeContext context, BuiltImage image, FilePath file, MultiStageSaveSettings? settings)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(file);
        if (image.InRegistry is { } there)
        {
            // Its other tags in that repository come along, by its digest: they may not have been moved there yet.
            string[] others = there.Digest is not { } digest ? []
                : image.Tags.Where(tag => tag.Repository == there.Repository && tag.Tag != there.Tag)
                    .Select(tag => RegistryPlace.Prefix + tag.WithDigest(digest)).ToArray();
            return Save(context, [image.Place, .. others], file, settings);
        }

        var path = Absolute(context, file);
        CheckPlatform(path, settings);
        var writer = Writer(path, settings);
        return Save(path, $"'{image}'", session => session.WithEngineAsync(image.EngineFor("saved"), async connection =>
            await writer.WriteAsync(connection, await new ImageSaver(connection).NamesOfAsync(image, session.Token), session.Token)));
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

        var writer = Writer(path, settings);
        List<ImageReference> far =
        [
            .. images.Where(image => image.StartsWith(RegistryPlace.Prefix, StringComparison.Ordinal))
                .Select(image => ImageReference.Parse(image[RegistryPlace.Prefix.Length..]).OrLatest()),
        ];
        if (far.Count > 0 && far.Count < images.Length)
        {
            throw new MultiStageException(
                $"Nothing was saved to '{path}': {far.Count} of {images.Length} images are of registries and the others of the engine. "
                    + "Save them to two files, or name all of them by registry://.");
        }

        if (far.Count == 0)
        {
            CheckPlatform(path, settings);
        }

        return Save(path, $"'{string.Join("', '", images)}'", session => far.Count == 0
            ? session.WithEngineAsync(session.Endpoint(settings?.Host), connection => writer.WriteAsync(connection, images, session.Token))
            : FetchAsync(session, far, writer, settings));
    }

    private static string[] Names(string image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return [image];
    }

    /// <exception cref="MultiStageException">A platform is asked for, and the engine writes the file by itself.</exception>
    private static void CheckPlatform(string path, MultiStageSaveSettings? settings)
    {
        if (settings is { Platform: { } platform, Format: ImageFormat.DockerArchive })
        {
            throw new MultiStageException(
                $"Nothing was saved to '{path}': save.Platform is {platform}, and an engine saves what it has. Leave it out, or save the "
                    + "image from a registry, by registry:// before its name.");
        }
    }

    private static ImageFileWriter Writer(string path, MultiStageSaveSettings? settings) =>
        new(settings?.Format ?? ImageFormat.DockerArchive, path, Wanted(settings));

    private static Platform? Wanted(MultiStageSaveSettings? settings) =>
        settings?.Platform is { } platform ? Platform.Parse(platform) : null;

    private static async Task<ImageArchive> FetchAsync(
        AliasSession session, List<ImageReference> images, ImageFileWriter writer, MultiStageSaveSettings? settings)
    {
        using var client = new RegistryClient(session.Keyring(settings?.RegistryCredentials));
        return await session.ShowAsync(observer => writer.WriteAsync(
            folder => new ContentFetcher(client, folder, observer).FetchAsync(images, Wanted(settings), session.Token), session.Token));
    }

    private static AliasWork<ImageArchive> Save(string path, string images, Func<AliasSession, Task<ImageArchive>> save) =>
        new($"Saving {images} to '{path}'", async session =>
        {
            var saved = await save(session);
            session.Logger.LogInformation("{Saved}", $"Saved {saved.Path} ({saved.Size})");
            return saved;
        })
        {
            AfterStop = "The file is as it was before.",
        };
}
