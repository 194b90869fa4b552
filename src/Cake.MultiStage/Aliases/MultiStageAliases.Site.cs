using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Sites;

namespace Cake.MultiStage.Aliases;

/// <content>Static sites.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Describes a static site: made by Hugo, by the build script of a <c>package.json</c> or by hand, and served by an nginx that needs no
    /// root, on port 8080: as the generator of the site needs it, or as the project's own <c>nginx.conf</c> says.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The folder with the source.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">
    /// The folder doesn't exist or holds no static site, two things in it fit equally (the message says how to choose), or a tag is not a
    /// valid image reference.
    /// </exception>
    /// <example>
    /// <code>
    /// var docs = MultiStageSite("./docs", site =>
    /// {
    ///     site.Output = "public";
    ///     site.Tags.Add("docs:1.0");
    /// });
    /// var blog = MultiStageSite("./blog", new SiteProjectSettings { Name = "blog" });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageSite(this ICakeContext context, DirectoryPath path, SiteProjectSettings? settings = null) =>
        Described(context, path, settings, SitePreset.Describe);

    /// <inheritdoc cref="MultiStageSite(ICakeContext, DirectoryPath, SiteProjectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageSite(this ICakeContext context, DirectoryPath path, Action<SiteProjectSettings> configure) =>
        MultiStageSite(context, path, Configured(configure));
}
