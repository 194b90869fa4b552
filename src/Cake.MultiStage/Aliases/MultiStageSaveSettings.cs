using Cake.MultiStage.Building;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Aliases;

/// <summary>How images are saved. Everything has a default.</summary>
public sealed class MultiStageSaveSettings
{
    /// <summary>
    /// Gets or sets the engine that holds images that are named, such as <c>unix:///var/run/docker.sock</c>. By default it is found as the
    /// Docker CLI finds it.
    /// </summary>
    public string? Host { get; set; }

    /// <summary>Gets or sets the form: a file as <c>docker save</c> writes it by default.</summary>
    public ImageFormat Format { get; set; } = ImageFormat.DockerArchive;

    /// <summary>
    /// Gets or sets the platform, such as <c>linux/arm64</c>, whose image alone is taken of an index in a registry. All by default; files
    /// then tell engines without OCI layouts of that for <c>linux/amd64</c>, or the first.
    /// </summary>
    public string? Platform { get; set; }

    /// <summary>
    /// Gets or sets registry credentials by hosts; they take precedence over those of Docker's <c>config.json</c>.
    /// </summary>
    public IDictionary<string, RegistryCredentials> RegistryCredentials { get; set; } = new Dictionary<string,
        RegistryCredentials>(StringComparer.Ordinal);
}
