namespace Cake.MultiStage.Aliases;

/// <summary>How images are loaded. Everything has a default.</summary>
public sealed class MultiStageLoadSettings
{
    /// <summary>
    /// Gets or sets the engine that gets the images, such as <c>unix:///var/run/docker.sock</c>. By default it is found as the Docker CLI
    /// finds it.
    /// </summary>
    public string? Host { get; set; }
}
