namespace Cake.MultiStage.Aliases;

/// <summary>How images that are named are saved. Everything has a default.</summary>
public sealed class MultiStageSaveSettings
{
    /// <summary>
    /// Gets or sets the engine that holds the images, such as <c>unix:///var/run/docker.sock</c>. By default it is found as the Docker CLI
    /// finds it.
    /// </summary>
    public string? Host { get; set; }
}
