using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Archives;
using Cake.MultiStage.Building;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Loading images of files.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Loads images of a file or a folder into an engine: what <c>docker save</c> or <c>MultiStageSave</c> wrote, an OCI archive, packed by
    /// gzip or not, or a folder that is an OCI layout. Engines that know no OCI layouts get them in the form they know; of an index they
    /// get the image for their own platform.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The file or folder.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The images that were loaded, with the tags that came with them.</returns>
    /// <exception cref="MultiStageException">
    /// There is no such file, it holds no images or is damaged, or the engine refuses.
    /// </exception>
    /// <example>
    /// <code>
    /// var loaded = MultiStageLoad("./artifacts/hello.tar.gz");
    /// Information("{0} is {1}", loaded[0], loaded[0].Id);
    ///
    /// MultiStageLoad("./artifacts/hello", load => load.Host = "ssh://me@build");
    ///
    /// Task("Load").Does(async () => await MultiStageLoadAsync("./artifacts/hello.oci.tar"));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Keep")]
    public static IReadOnlyList<LoadedImage> MultiStageLoad(
        this ICakeContext context, FilePath path, MultiStageLoadSettings? settings = null) =>
        AliasSession.Run(context, Load(context, path, settings));

    /// <inheritdoc cref="MultiStageLoad(ICakeContext, FilePath, MultiStageLoadSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Keep")]
    public static IReadOnlyList<LoadedImage> MultiStageLoad(
        this ICakeContext context, FilePath path, Action<MultiStageLoadSettings> configure) =>
        MultiStageLoad(context, path, Configured(configure));

    /// <inheritdoc cref="MultiStageLoad(ICakeContext, FilePath, MultiStageLoadSettings)"/>
    /// <param name="cancellationToken">Stops loading.</param>
    [CakeMethodAlias, CakeAliasCategory("Keep")]
    public static Task<IReadOnlyList<LoadedImage>> MultiStageLoadAsync(
        this ICakeContext context,
        FilePath path,
        MultiStageLoadSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Load(context, path, settings), cancellationToken);

    private static AliasWork<IReadOnlyList<LoadedImage>> Load(ICakeContext context, FilePath path, MultiStageLoadSettings? settings)
    {
        var from = Absolute(context, path);
        return new($"Loading '{from}'", async session =>
        {
            var loaded = await session.WithEngineAsync(
                session.Endpoint(settings?.Host), connection => new ImageFileLoader(connection).LoadAsync(from, session.Token));
            foreach (var image in loaded)
            {
                var names = image.Tags.Count == 0 ? "" : $" as {string.Join(", ", image.Tags)}";
                session.Logger.LogInformation("{Loaded}", $"Loaded {image.Id.Abbreviated} for {image.Platform}{names}");
            }

            return loaded;
        })
        {
            AfterStop = "Images that were loaded until then stay.",
        };
    }
}
