using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Aliases;

/// <summary>How images of several platforms are put together.</summary>
public sealed class MultiStageIndexSettings
{
    /// <summary>Gets or sets further tags of the same repository. None by default.</summary>
    public IList<string> Tags { get; set; } = [];

    /// <summary>
    /// Gets or sets registry credentials by hosts, such as <c>registry.example.com:5000</c>; they take precedence over those of Docker's
    /// <c>config.json</c>.
    /// </summary>
    public IDictionary<string, RegistryCredentials> RegistryCredentials { get; set; } = new Dictionary<string,
        RegistryCredentials>(StringComparer.Ordinal);
}
