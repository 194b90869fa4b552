using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

[CakeNamespaceImport("Cake.MultiStage.Aliases")]
public static partial class MultiStageAliases
{
    /// <summary>Generates the Dockerfile of a description, has the engine build it, and tags the image.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <returns>The image: id, tags, duration, steps and platform.</returns>
    /// <exception cref="BuildFailedException">A step failed; the message names the stage, the instruction and the line, and shows the step's last output.</exception>
    /// <exception cref="EngineException">No engine answers, it refuses, or it went away.</exception>
    /// <exception cref="MultiStageException">The description, the build context or a base image is at fault.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello"));
    /// Information("Built {0} in {1}", image, image.Duration);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static BuiltImage MultiStageBuild(this ICakeContext context, ImageProject project) => MultiStageBuild(context, project, new MultiStageBuildSettings());

    /// <summary>Generates the Dockerfile of a description, has the engine build it, and tags the image.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The image.</returns>
    /// <exception cref="MultiStageException">The build failed; see the overload without settings.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello"), build =>
    /// {
    ///     build.Tags.Add("hello:latest");
    ///     build.NoCache = true;
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static BuiltImage MultiStageBuild(this ICakeContext context, ImageProject project, Action<MultiStageBuildSettings> configure) => MultiStageBuild(context, project, Configured(new MultiStageBuildSettings(), configure));

    /// <summary>Generates the Dockerfile of a description, has the engine build it, and tags the image.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The image.</returns>
    /// <exception cref="MultiStageException">The build failed; see the overload without settings.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello"), new MultiStageBuildSettings { Builder = BuilderKind.Classic });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static BuiltImage MultiStageBuild(this ICakeContext context, ImageProject project, MultiStageBuildSettings settings) =>
        AliasSession.Run(token => MultiStageBuildAsync(context, project, settings, token));

    /// <summary>As <c>MultiStageBuild</c>, to be awaited: in an <c>async</c> task, or several at a time.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <returns>The image.</returns>
    /// <exception cref="MultiStageException">The build failed; see the synchronous form.</exception>
    /// <example>
    /// <code>
    /// Task("Image").Does(async () =>
    /// {
    ///     var image = await MultiStageBuildAsync(MultiStageGo("./hello"));
    ///     Information("{0}", image.Id);
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static Task<BuiltImage> MultiStageBuildAsync(this ICakeContext context, ImageProject project) => MultiStageBuildAsync(context, project, new MultiStageBuildSettings(), null);

    /// <summary>As <c>MultiStageBuild</c>, to be awaited: in an <c>async</c> task, or several at a time.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Stops the build, in the engine too.</param>
    /// <returns>The image.</returns>
    /// <exception cref="MultiStageException">The build failed; see the synchronous form.</exception>
    /// <example>
    /// <code>
    /// Task("Image").Does(async () =>
    /// {
    ///     using var limit = new System.Threading.CancellationTokenSource(TimeSpan.FromMinutes(10));
    ///     await MultiStageBuildAsync(MultiStageGo("./hello"), new MultiStageBuildSettings(), limit.Token);
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static async Task<BuiltImage> MultiStageBuildAsync(this ICakeContext context, ImageProject project, MultiStageBuildSettings settings, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(settings);
        var token = cancellationToken ?? CancellationToken.None;
        var session = new AliasSession(context);
        var request = Request(context, project, settings);
        var image = await session.WithEngineAsync(
            session.Endpoint(settings.Host),
            connection => session.ShowAsync(observer => new ImageBuildService(connection).BuildAsync(request, observer, token)),
            token,
            settings.Logins);
        session.Logger.LogInformation("{Built}", FormattableString.Invariant($"Built {image.Id.Abbreviated} for {image.Platform} in {image.Duration.TotalSeconds:0.0}s{(image.Tags.Count == 0 ? "" : ", tagged " + string.Join(", ", image.Tags))}"));
        return image;
    }

    /// <summary>Gives an image more tags.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image.</param>
    /// <param name="tags">The tags, such as <c>hello:latest</c>. All are checked before the first is given.</param>
    /// <returns>The image with its new tags added.</returns>
    /// <exception cref="MultiStageException">A tag is no image reference, or the engine refuses.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello"));
    /// MultiStageTag(image, "hello:latest", "localhost:5000/hello:1.0");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static BuiltImage MultiStageTag(this ICakeContext context, BuiltImage image, params string[] tags) =>
        AliasSession.Run(_ => MultiStageTagAsync(context, image, tags));

    /// <summary>As <c>MultiStageTag</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image.</param>
    /// <param name="tags">The tags.</param>
    /// <returns>The image with its new tags added.</returns>
    /// <exception cref="MultiStageException">A tag is no image reference, or the engine refuses.</exception>
    /// <example>
    /// <code>
    /// Task("Tag").Does(async () =>
    /// {
    ///     var image = await MultiStageBuildAsync(MultiStageGo("./hello"));
    ///     await MultiStageTagAsync(image, "hello:latest");
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Build")]
    public static async Task<BuiltImage> MultiStageTagAsync(this ICakeContext context, BuiltImage image, params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(tags);
        List<ImageReference> references = [.. tags.Select(tag => ImageReference.Parse(tag).AsTag())];
        return await new AliasSession(context).WithEngineAsync(
            image.Engine,
            async connection =>
            {
                foreach (var reference in references)
                {
                    await new EngineImages(connection).TagAsync(image.Id.ToString(), reference, CancellationToken.None);
                }

                return image with { Tags = [.. image.Tags.Union(references)] };
            },
            CancellationToken.None);
    }

    private static BuildRequest Request(ICakeContext context, ImageProject project, MultiStageBuildSettings settings)
    {
        var variant = settings is { Target: null, Variant: { } name } ? project.VariantNamed(name) : null;
        var target = settings.Target ?? variant?.Target ?? project.Target;
        return new BuildRequest
        {
            Dockerfile = (project with { Target = target }).ToDockerfile(),
            ContextDirectory = project.ContextDirectory,
            Tags = [.. project.Tags.Select(tag => Tagged(tag.AsTag(), variant)).Concat(settings.Tags.Select(tag => ImageReference.Parse(tag).AsTag())).Distinct()],
            Target = target,
            BuildArguments = Merged(project.BuildArguments, settings.BuildArguments),
            Secrets = Merged(project.Secrets, settings.Secrets).ToDictionary(secret => secret.Key, secret => secret.Value.Read(secret.Key, context.Environment.GetEnvironmentVariable), StringComparer.Ordinal),
            SshAgents = project.SshAgents,
            Platform = settings.Platform is null ? null : Platform.Parse(settings.Platform),
            Network = settings.Network,
            NoCache = settings.NoCache,
            Pull = settings.Pull,
            Builder = settings.Builder ?? BuilderVariable.Read(context.Environment.GetEnvironmentVariable),
        };
    }

    private static ImageReference Tagged(ImageReference tag, Variant? variant) =>
        variant is null or { Stage: null } ? tag : ImageReference.Parse($"{tag}-{variant.Name}");

    private static Dictionary<string, T> Merged<T>(IReadOnlyDictionary<string, T> described, IDictionary<string, T> given)
    {
        var merged = described.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            merged[name] = value;
        }

        return merged;
    }
}
