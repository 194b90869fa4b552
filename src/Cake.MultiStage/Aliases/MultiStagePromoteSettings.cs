using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Aliases;

/// <summary>How an image is promoted.</summary>
public sealed class MultiStagePromoteSettings
{
    /// <summary>
    /// Gets or sets registry credentials by hosts, such as <c>registry.example.com:5000</c>; they take precedence over those of Docker's
    /// <c>config.json</c>.
    /// </summary>
    public IDictionary<string, RegistryCredentials> RegistryCredentials { get; set; } = new Dictionary<string,
        RegistryCredentials>(StringComparer.Ordinal);
}
