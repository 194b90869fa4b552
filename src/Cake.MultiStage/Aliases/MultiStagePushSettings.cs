using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Aliases;

/// <summary>How an image is pushed.</summary>
public sealed class MultiStagePushSettings
{
    /// <summary>
    /// Gets or sets the references to push. All tags of the image by default; a reference that is not a tag of the image yet becomes one.
    /// </summary>
    public IList<string> References { get; set; } = [];

    /// <summary>
    /// Gets or sets registry credentials by hosts, such as <c>registry.example.com:5000</c>; they take precedence over those of Docker's
    /// <c>config.json</c>.
    /// </summary>
    public IDictionary<string, RegistryCredentials> RegistryCredentials { get; set; } = new Dictionary<string,
        RegistryCredentials>(StringComparer.Ordinal);
}
