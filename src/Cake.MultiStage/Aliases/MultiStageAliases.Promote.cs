using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Promoting images within and between registries.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Gives an image of a registry another tag, or copies it to another repository or registry, without an engine and without pulling it.
    /// The image is the same byte for byte, with all its platforms, its attestations, its signatures and what else refers to it: its digest
    /// stays. Layers that are there already are not sent. The tag moves last.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="from">The image, by tag or better by the digest that was tested: <c>registry.example.com/shop/web@sha256:…</c>.</param>
    /// <param name="to">The tag it gets, such as <c>registry.example.com/shop/web:1.0</c>.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The image under its new tag, with its digest.</returns>
    /// <exception cref="MultiStageException">A registry can't be reached or refuses, or lacks the image or a part of it.</exception>
    /// <example>
    /// <code>
    /// // Push a candidate; once it is tested, the very same image gets its final name.
    /// var image = MultiStageBuild(MultiStageGo("./hello", go => go.Tags.Add("registry.example.com/team/hello:candidate")));
    /// var candidate = MultiStagePush(image)[0];
    /// var released = MultiStagePromote(candidate.ToString(), "registry.example.com/team/hello:1.0");
    /// Information("{0}", released.Digest);
    ///
    /// MultiStagePromote("ghcr.io/team/hello:1.0", "registry.example.com/mirror/hello:1.0", promote =>
    ///     promote.RegistryCredentials["registry.example.com"] = RegistryCredentials.FromEnvironment("robot", "REGISTRY_PASSWORD"));
    ///
    /// Task("Promote").Does(async () => await MultiStagePromoteAsync("team/hello:candidate", "team/hello:1.0"));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static PushedImage MultiStagePromote(
        this ICakeContext context, string from, string to, MultiStagePromoteSettings? settings = null) =>
        AliasSession.Run(context, Promote(context, from, to, settings));

    /// <inheritdoc cref="MultiStagePromote(ICakeContext, string, string, MultiStagePromoteSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static PushedImage MultiStagePromote(
        this ICakeContext context, string from, string to, Action<MultiStagePromoteSettings> configure) =>
        MultiStagePromote(context, from, to, Configured(configure));

    /// <inheritdoc cref="MultiStagePromote(ICakeContext, string, string, MultiStagePromoteSettings)"/>
    /// <param name="cancellationToken">Stops promoting; the tag is then where it was.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<PushedImage> MultiStagePromoteAsync(
        this ICakeContext context,
        string from,
        string to,
        MultiStagePromoteSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Promote(context, from, to, settings), cancellationToken);

    private static AliasWork<PushedImage> Promote(ICakeContext context, string from, string to, MultiStagePromoteSettings? settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var (source, tag) = (ImageReference.Parse(from).OrLatest(), ImageReference.Parse(to).AsTag());
        return new($"Promoting '{source}' to '{tag}'", async session =>
        {
            using var client = new RegistryClient(session.Keyring(settings?.RegistryCredentials));
            var promoted = await session.ShowAsync(
                observer => new ImagePromoter(client, observer).PromoteAsync(source, tag, session.Token));
            session.Logger.LogInformation("{Promoted}", $"Promoted '{source}' to {promoted}");
            return promoted;
        })
        {
            AfterStop = "The tag was not moved.",
        };
    }
}
