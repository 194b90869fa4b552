using Cake.MultiStage.Engine.Registries;

namespace Cake.MultiStage.Aliases;

/// <summary>How an image is pushed.</summary>
public sealed class MultiStagePushSettings
{
    /// <summary>Gets or sets the references to push. All tags of the image by default; a reference that is no tag of the image becomes one.</summary>
    public IList<string> References { get; set; } = [];

    /// <summary>Gets or sets logins to registries by their hosts, such as <c>registry.example.com:5000</c>; they win over those of Docker's <c>config.json</c>.</summary>
    public IDictionary<string, RegistryLogin> Logins { get; set; } = new Dictionary<string, RegistryLogin>(StringComparer.Ordinal);
}
