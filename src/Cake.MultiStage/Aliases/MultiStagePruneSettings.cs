namespace Cake.MultiStage.Aliases;

/// <summary>What is kept of the images that earlier builds have left. Everything has a default.</summary>
public sealed class MultiStagePruneSettings
{
    /// <summary>
    /// Gets or sets the engine, such as <c>unix:///var/run/docker.sock</c>. By default it is found as the Docker CLI finds it.
    /// </summary>
    public string? Host { get; set; }

    /// <summary>
    /// Gets or sets how many images of each repository stay, the newest; of images whose tags have moved on, those among the newest of
    /// their project. 5 by default; 0 keeps those alone that another setting or a container keeps.
    /// </summary>
    public int Keep { get; set; } = 5;

    /// <summary>
    /// Gets or sets the age up to which an image stays however many there are, counted from when it was built or last tagged. None by
    /// default.
    /// </summary>
    public TimeSpan? KeepYounger { get; set; }

    /// <summary>
    /// Gets or sets the names of the projects whose images are looked at: values of the label <c>org.cake-multistage.project</c>. All by
    /// default.
    /// </summary>
    public IList<string> Projects { get; set; } = [];

    /// <summary>Gets or sets a value indicating whether it is only said what would be removed. False by default.</summary>
    public bool DryRun { get; set; }

    /// <summary>
    /// Gets or sets what the engine's build cache may hold, such as <c>20 GB</c>: what was not used for the longest time is removed beyond
    /// that. The cache is everybody's who builds in the engine, so it is left alone unless this or <see cref="BuildCacheAge"/> is set.
    /// Needs an engine with BuildKit.
    /// </summary>
    public string? BuildCacheSize { get; set; }

    /// <summary>
    /// Gets or sets the time after which what no build has used is removed from the engine's build cache. None by default. Needs an engine
    /// with BuildKit.
    /// </summary>
    public TimeSpan? BuildCacheAge { get; set; }
}
