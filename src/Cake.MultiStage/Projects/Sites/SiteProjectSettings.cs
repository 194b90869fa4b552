namespace Cake.MultiStage.Projects;

/// <summary>A description of a static site.</summary>
public sealed class SiteProjectSettings : PresetSettings
{
    /// <summary>Gets or sets the folder with the finished site, relative to the project's. By default what the generator puts out: <c>public</c> for Hugo, <c>dist</c>, <c>_site</c>, <c>build</c> or <c>out</c> for Node's tools; without a generator the folder itself, or the only one of <c>public</c>, <c>site</c>, <c>html</c> with an <c>index.html</c>.</summary>
    public string? Output { get; set; }

    /// <summary>Gets or sets the script of <c>package.json</c> that builds the site. <c>build</c> by default.</summary>
    public string BuildScript { get; set; } = "build";
}
