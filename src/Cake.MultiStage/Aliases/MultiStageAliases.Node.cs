using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Node;

namespace Cake.MultiStage.Aliases;

/// <content>Programs for Node.js.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Describes a Node.js program: packages by npm, pnpm or yarn, whichever has a lock file; a build script, where there is one; only
    /// production dependencies ship, on the slim image of the version that <c>engines</c> or <c>.nvmrc</c> name.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">
    /// The folder doesn't exist or holds no Node.js program, two things in it fit equally (the message says how to choose), or a tag is not
    /// a valid image reference.
    /// </exception>
    /// <example>
    /// <code>
    /// var api = MultiStageNode("./api", node =>
    /// {
    ///     node.Ports.Add("3000");
    ///     node.Tags.Add("api:1.0");
    /// });
    /// var jobs = MultiStageNode("./jobs", new NodeProjectSettings { Name = "jobs" });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageNode(this ICakeContext context, DirectoryPath path, NodeProjectSettings? settings = null) =>
        Described(context, path, settings, NodePreset.Describe);

    /// <inheritdoc cref="MultiStageNode(ICakeContext, DirectoryPath, NodeProjectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageNode(this ICakeContext context, DirectoryPath path, Action<NodeProjectSettings> configure) =>
        MultiStageNode(context, path, Configured(configure));
}
