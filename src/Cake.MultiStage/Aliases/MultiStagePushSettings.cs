using Cake.MultiStage.Measuring;
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

    /// <summary>
    /// Gets or sets the measurement of the image whose packages are attached to it in the registry, as a CycloneDX bill of materials that
    /// refers to it: where the registry keeps no list of what refers to an image, under the tag that stands for one. None by default.
    /// </summary>
    public MeasuredImage? Sbom { get; set; }
}
