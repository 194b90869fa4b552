using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Sites;

namespace Cake.MultiStage.Aliases;

public static partial class MultiStageAliases
{
    /// <summary>Describes a static site: made by Hugo, by the build script of a <c>package.json</c> or by hand, and served by an nginx that needs no root, on port 8080.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no static site, or two things in it fit equally; the message says how to choose.</exception>
    /// <example>
    /// <code>
    /// var docs = MultiStageSite("./docs");
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageSite(this ICakeContext context, DirectoryPath path) => MultiStageSite(context, path, new SiteProjectSettings());

    /// <summary>Describes a static site.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no static site, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var docs = MultiStageSite("./docs", site =>
    /// {
    ///     site.Output = "public";
    ///     site.Tags.Add("docs:1.0");
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageSite(this ICakeContext context, DirectoryPath path, Action<SiteProjectSettings> configure) => MultiStageSite(context, path, Configured(new SiteProjectSettings(), configure));

    /// <summary>Describes a static site.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing or holds no static site, or a tag is no image reference.</exception>
    /// <example>
    /// <code>
    /// var docs = MultiStageSite("./docs", new SiteProjectSettings { Name = "docs" });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageSite(this ICakeContext context, DirectoryPath path, SiteProjectSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Described(context, SitePreset.Describe(Absolute(context, path), settings));
    }
}
