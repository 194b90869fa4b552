using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Pushing;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Registries;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Cake.MultiStage.Reporting.Sbom;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Pushing images to registries.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Pushes all tags of an image to their registries, or the references that the settings name. Registry credentials come from Docker's
    /// <c>config.json</c>, or from the settings. What lies in a registry already, as an image that is up to date there, is given its
    /// references there; nothing is sent.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>What was pushed, each with the digest the registry knows it by.</returns>
    /// <exception cref="MultiStageException">The image has no tag, a reference is not valid, or a registry refused.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello", go => go.Tags.Add("localhost:5000/hello:1.0")));
    /// foreach (var pushed in MultiStagePush(image))
    /// {
    ///     Information("{0}", pushed);
    /// }
    ///
    /// MultiStagePush(image, push =>
    /// {
    ///     push.References.Add("registry.example.com/hello:1.0");
    ///     push.RegistryCredentials["registry.example.com"] = RegistryCredentials.FromEnvironment("robot", "REGISTRY_PASSWORD");
    ///     push.Sbom = MultiStageMeasure(image);
    /// });
    ///
    /// Task("Push").Does(async () => await MultiStagePushAsync(image));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static IReadOnlyList<PushedImage> MultiStagePush(
        this ICakeContext context, BuiltImage image, MultiStagePushSettings? settings = null) =>
        AliasSession.Run(context, Push(context, image, settings));

    /// <inheritdoc cref="MultiStagePush(ICakeContext, BuiltImage, MultiStagePushSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static IReadOnlyList<PushedImage> MultiStagePush(
        this ICakeContext context, BuiltImage image, Action<MultiStagePushSettings> configure) =>
        MultiStagePush(context, image, Configured(configure));

    /// <inheritdoc cref="MultiStagePush(ICakeContext, BuiltImage, MultiStagePushSettings)"/>
    /// <param name="cancellationToken">Stops pushing; references that were pushed stay in their registries.</param>
    [CakeMethodAlias, CakeAliasCategory("Build")]
    public static Task<IReadOnlyList<PushedImage>> MultiStagePushAsync(
        this ICakeContext context,
        BuiltImage image,
        MultiStagePushSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Push(context, image, settings), cancellationToken);

    private static AliasWork<IReadOnlyList<PushedImage>> Push(ICakeContext context, BuiltImage image, MultiStagePushSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(image);
        var settings = given ?? new MultiStagePushSettings();
        if (settings.Sbom is { } other && other.Image.Id != image.Id)
        {
            throw new MultiStageException($"The packages of {other.Image} can't be attached to {image}: it is another image. "
                + "Measure the image that is pushed: push.Sbom = MultiStageMeasure(image).");
        }

        List<ImageReference> references = settings.References.Count == 0
            ? [.. image.Tags]
            : [.. settings.References.Select(text => ImageReference.Parse(text).AsTag())];
        if (references.Count == 0)
        {
            throw new MultiStageException(
                $"There is nothing to push: image '{image}' has no tag. "
                + "Give it one in the description or by MultiStageTag, or name references in the settings.");
        }

        if (image.InRegistry is { Digest: not null } there)
        {
            return new($"Pushing '{string.Join("', '", references)}'", session => MoveAsync(image, there, references, settings, session))
            {
                AfterStop = "References that were pushed stay in their registries.",
            };
        }

        return new($"Pushing '{string.Join("', '", references)}'", session => session.WithEngineAsync(
            image.EngineFor("pushed"),
            async connection =>
            {
                var pushed = new List<PushedImage>();
                var pusher = new ImagePusher(connection, TimeProvider.System);
                foreach (var reference in references)
                {
                    if (!image.Tags.Contains(reference))
                    {
                        await new EngineImages(connection).TagAsync(image.Id.ToString(), reference, session.Token);
                    }

                    pushed.Add(await session.ShowAsync(observer => pusher.PushAsync(reference, observer, session.Token)));
                    session.Logger.LogInformation("{Pushed}", $"Pushed {pushed[^1]}");
                    if (settings.Sbom is { } measured)
                    {
                        await AttachAsync(image, measured, pushed[^1], settings, session);
                    }
                }

                return (IReadOnlyList<PushedImage>)pushed;
            },
            settings.RegistryCredentials))
        {
            AfterStop = "References that were pushed stay in their registries.",
        };
    }

    /// <summary>
    /// Gives an image that lies in a registry the references there, or brings it to another registry; no engine takes part.
    /// </summary>
    private static async Task<IReadOnlyList<PushedImage>> MoveAsync(
        BuiltImage image, ImageReference there, IReadOnlyList<ImageReference> references, MultiStagePushSettings settings,
        AliasSession session)
    {
        using var client = new RegistryClient(session.Keyring(settings.RegistryCredentials));
        var manifest = await client.GetAsync(there, session.Token);
        var moved = await session.ShowAsync(observer => new PushedBuilds(client).MoveAsync(there, references, observer, session.Token));
        List<PushedImage> pushed = [];
        foreach (var reference in references)
        {
            pushed.Add(new PushedImage(reference, manifest.Digest, new ByteSize(manifest.Bytes.Length)));
            session.Logger.LogInformation("{Pushed}", $"{(moved.Contains(reference) ? "Pushed" : "There already:")} {pushed[^1]}");
            if (settings.Sbom is { } measured)
            {
                await AttachAsync(image, measured, pushed[^1], settings, session);
            }
        }

        return pushed;
    }

    private static async Task AttachAsync(
        BuiltImage image, MeasuredImage measured, PushedImage pushed, MultiStagePushSettings settings, AliasSession session)
    {
        using var document = new MemoryStream();
        await CycloneDxReport.WriteAsync(ImageReport.Of(new ReportSource(measured)), document, session.Token);
        using var client = new RegistryClient(session.Keyring(settings.RegistryCredentials));
        var subject = image.Platforms.Count > 1
            ? await ManifestAsync(client, pushed, measured.Image.Platform, session.Token) : pushed.Digest;
        await new ReferrerWriter(client).AttachAsync(
            pushed.Reference.WithDigest(subject), CycloneDxReport.MediaType, document.ToArray(), session.Token);
        session.Logger.LogInformation("{Attached}", $"Attached the list of {measured.Packages.Count} packages to {pushed}");
    }

    /// <summary>Finds the platform that was measured in what was pushed: what is attached to an index stands for all of them.</summary>
    private static async Task<Digest> ManifestAsync(
        RegistryClient client, PushedImage pushed, Platform platform, CancellationToken cancellationToken)
    {
        var index = await client.GetAsync(pushed.Reference.WithDigest(pushed.Digest), cancellationToken);
        return !index.IsIndex ? pushed.Digest : index.Manifests.FirstOrDefault(part => part.Platform == platform)?.Digest
            ?? throw new MultiStageException(
                $"The packages for {platform} can't be attached to {pushed}: it has "
                    + $"{string.Join(", ", index.Manifests.Select(part => part.Platform).OfType<Platform>())}. Measure one of them, as in "
                    + "push.Sbom = MultiStageMeasure(image, measure => measure.Platform = \"linux/amd64\").");
    }
}
