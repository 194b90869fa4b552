using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Registries;
using Cake.MultiStage.Images;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

public static partial class MultiStageAliases
{
    /// <summary>Pushes all tags of an image to their registries. Logins come from Docker's <c>config.json</c>.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image.</param>
    /// <returns>What was pushed, each with the digest the registry knows it by.</returns>
    /// <exception cref="MultiStageException">The image has no tag, or a registry refused.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello", go => go.Tags.Add("localhost:5000/hello:1.0")));
    /// foreach (var pushed in MultiStagePush(image))
    /// {
    ///     Information("{0}", pushed);
    /// }
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static IReadOnlyList<PushedImage> MultiStagePush(this ICakeContext context, BuiltImage image) => MultiStagePush(context, image, new MultiStagePushSettings());

    /// <summary>Pushes an image to registries.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>What was pushed.</returns>
    /// <exception cref="MultiStageException">There is nothing to push, or a registry refused.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello"));
    /// MultiStagePush(image, push =>
    /// {
    ///     push.References.Add("registry.example.com/hello:1.0");
    ///     push.Logins["registry.example.com"] = new RegistryLogin("robot", EnvironmentVariable("REGISTRY_PASSWORD"));
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static IReadOnlyList<PushedImage> MultiStagePush(this ICakeContext context, BuiltImage image, Action<MultiStagePushSettings> configure) => MultiStagePush(context, image, Configured(new MultiStagePushSettings(), configure));

    /// <summary>Pushes an image to registries.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>What was pushed.</returns>
    /// <exception cref="MultiStageException">There is nothing to push, or a registry refused.</exception>
    /// <example>
    /// <code>
    /// var settings = new MultiStagePushSettings();
    /// settings.References.Add("localhost:5000/hello:1.0");
    /// MultiStagePush(MultiStageBuild(MultiStageGo("./hello")), settings);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static IReadOnlyList<PushedImage> MultiStagePush(this ICakeContext context, BuiltImage image, MultiStagePushSettings settings) =>
        AliasSession.Run(token => MultiStagePushAsync(context, image, settings, token));

    /// <summary>As <c>MultiStagePush</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Stops pushing.</param>
    /// <returns>What was pushed.</returns>
    /// <exception cref="MultiStageException">There is nothing to push, or a registry refused.</exception>
    /// <example>
    /// <code>
    /// Task("Push").Does(async () =>
    /// {
    ///     var image = await MultiStageBuildAsync(MultiStageGo("./hello", go => go.Tags.Add("localhost:5000/hello:1.0")));
    ///     await MultiStagePushAsync(image, new MultiStagePushSettings());
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static async Task<IReadOnlyList<PushedImage>> MultiStagePushAsync(this ICakeContext context, BuiltImage image, MultiStagePushSettings settings, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(settings);
        var token = cancellationToken ?? CancellationToken.None;
        List<ImageReference> references = settings.References.Count == 0 ? [.. image.Tags] : [.. settings.References.Select(text => ImageReference.Parse(text).AsTag())];
        if (references.Count == 0)
        {
            throw new MultiStageException($"There is nothing to push: image '{image}' has no tag. Give it one in the description or by MultiStageTag, or name references in the settings.");
        }

        var session = new AliasSession(context);
        return await session.WithEngineAsync(
            image.Engine,
            async connection =>
            {
                var pushed = new List<PushedImage>();
                var pusher = new ImagePusher(connection, TimeProvider.System);
                foreach (var reference in references)
                {
                    if (!image.Tags.Contains(reference))
                    {
                        await new EngineImages(connection).TagAsync(image.Id.ToString(), reference, token);
                    }

                    pushed.Add(await session.ShowAsync(observer => pusher.PushAsync(reference, observer, token)));
                    session.Logger.LogInformation("{Pushed}", $"Pushed {pushed[^1]}");
                }

                return (IReadOnlyList<PushedImage>)pushed;
            },
            token,
            settings.Logins);
    }
}
