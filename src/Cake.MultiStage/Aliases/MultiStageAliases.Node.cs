using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Node;

namespace Cake.MultiStage.Aliases;

public static partial class MultiStageAliases
{
    /// <summary>Describes a Node.js program: packages by npm, pnpm or yarn, whichever has a lock; a build script, where there is one; only production dependencies ship, on the slim image of the version that <c>engines</c> or <c>.nvmrc</c> name.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no Node.js program, or two things in it fit equally; the message says how to choose.</exception>
    /// <example>
    /// <code>
    /// var api = MultiStageNode("./api");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageNode(this ICakeContext context, DirectoryPath path) => MultiStageNode(context, path, new NodeProjectSettings());

    /// <summary>Describes a Node.js program.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no Node.js program, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var api = MultiStageNode("./api", node =>
    /// {
    ///     node.Ports.Add("3000");
    ///     node.Tags.Add("api:1.0");
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageNode(this ICakeContext context, DirectoryPath path, Action<NodeProjectSettings> configure) => MultiStageNode(context, path, Configured(new NodeProjectSettings(), configure));

    /// <summary>Describes a Node.js program.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no Node.js program, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var api = MultiStageNode("./api", new NodeProjectSettings { Name = "api" });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageNode(this ICakeContext context, DirectoryPath path, NodeProjectSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Described(context, NodePreset.Describe(Absolute(context, path), settings));
    }
}
