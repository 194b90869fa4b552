using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Putting images of several platforms together.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Puts images of a registry together under one tag, an image for each platform: what runners of different processors have built,
    /// each natively. No engine takes part, and nothing is pulled; images of another repository are copied first. The tag moves last.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="tag">The tag, such as <c>registry.example.com/shop/web:1.0</c>.</param>
    /// <param name="images">
    /// The images, best by their digests, as <c>MultiStagePush</c> returns them: <c>registry.example.com/shop/web@sha256:…</c>. The images
    /// of an index are taken over.
    /// </param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The index under its tag, with its digest.</returns>
    /// <exception cref="MultiStageException">
    /// A registry can't be reached, refuses, or lacks an image; two images are for the same platform; or tags are of several repositories.
    /// </exception>
    /// <example>
    /// <code>
    /// // The digests of two jobs, one on an amd64 runner and one on an arm64 runner.
    /// var index = MultiStageIndex("registry.example.com/shop/web:1.0", new[]
    /// {
    ///     "registry.example.com/shop/web@" + EnvironmentVariable("DIGEST_AMD64"),
    ///     "registry.example.com/shop/web@" + EnvironmentVariable("DIGEST_ARM64"),
    /// });
    /// Information("{0}", index.Digest);
    ///
    /// Task("Index").Does(async () => await MultiStageIndexAsync("team/hello:1.0", ["team/hello:amd64", "team/hello:arm64"]));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static PushedImage MultiStageIndex(
        this ICakeContext context, string tag, string[] images, MultiStageIndexSettings? settings = null) =>
        AliasSession.Run(context, Index(context, tag, images, settings));

    /// <inheritdoc cref="MultiStageIndex(ICakeContext, string, string[], MultiStageIndexSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static PushedImage MultiStageIndex(
        this ICakeContext context, string tag, string[] images, Action<MultiStageIndexSettings> configure) =>
        MultiStageIndex(context, tag, images, Configured(configure));

    /// <inheritdoc cref="MultiStageIndex(ICakeContext, string, string[], MultiStageIndexSettings)"/>
    /// <param name="cancellationToken">Stops it; a tag that has not been moved is where it was.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<PushedImage> MultiStageIndexAsync(
        this ICakeContext context,
        string tag,
        string[] images,
        MultiStageIndexSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Index(context, tag, images, settings), cancellationToken);

    private static AliasWork<PushedImage> Index(ICakeContext context, string tag, string[] images, MultiStageIndexSettings? settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(tag);
        ArgumentNullException.ThrowIfNull(images);
        List<ImageReference> tags = [.. (settings?.Tags ?? []).Prepend(tag).Select(text => ImageReference.Parse(text).AsTag())];
        List<ImageReference> parts = [.. images.Select(text => ImageReference.Parse(text).OrLatest())];
        if (parts.Count == 0)
        {
            throw new MultiStageException($"'{tags[0]}' needs an image at least. Name those that the platforms' builds have pushed.");
        }

        if (tags.Find(other => other.Repository != tags[0].Repository) is { } elsewhere)
        {
            throw new MultiStageException(
                $"'{tags[0]}' and '{elsewhere}' are of different repositories. Put the images together in one, then copy them by "
                    + $"MultiStagePromote(\"{tags[0]}\", \"{elsewhere}\").");
        }

        return new($"Putting {parts.Count} images together to '{tags[0]}'", async session =>
        {
            using var client = new RegistryClient(session.Keyring(settings?.RegistryCredentials));
            var index = await session.ShowAsync(
                observer => new ImageIndexer(client, observer).IndexAsync(parts, tags, session.Token));
            session.Logger.LogInformation("{Indexed}", $"Put {parts.Count} images together to {index}");
            return index;
        })
        {
            AfterStop = "A tag that has not been moved is where it was.",
        };
    }
}
