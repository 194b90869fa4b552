namespace Cake.MultiStage.Projects;

/// <summary>A description of a static site.</summary>
public sealed class SiteProjectSettings : PresetSettings
{
    /// <summary>
    /// Gets or sets the folder with the finished site, relative to the project's. By default what the generator's configuration says, or
    /// else what it does by itself: <c>public</c> for Hugo, <c>dist</c>, <c>_site</c>, <c>build</c> or <c>out</c> for Node's tools; without
    /// a generator the folder itself, or the only one of <c>public</c>, <c>site</c>, <c>html</c> with an <c>index.html</c>.
    /// </summary>
    public string? Output { get; set; }

    /// <summary>
    /// Gets or sets the script of <c>package.json</c> that builds the site. <c>build</c> by default, or where that makes no site another
    /// one that does, such as <c>generate</c> or <c>docs:build</c>.
    /// </summary>
    public string BuildScript { get; set; } = "build";

    /// <summary>
    /// Gets or sets the package of a workspace of several packages that is the site, by its folder or its name, such as <c>apps/web</c>;
    /// <c>.</c> for the root. By default the only one that makes a site.
    /// </summary>
    public string? Package { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the site is a single-page app: its <c>index.html</c> then answers for every path that is
    /// not a file. By default the generator says it; a page that is missing is answered by 404 elsewhere. The project's own configuration
    /// of nginx takes precedence.
    /// </summary>
    public bool? SinglePage { get; set; }
}
