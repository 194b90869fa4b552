using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Aliases;

/// <summary>How base images are locked. Everything has a default.</summary>
public sealed class MultiStageLockSettings
{
    /// <summary>Gets or sets the lock file, relative to the script. <c>multistage.lock.json</c> by default.</summary>
    public string File { get; set; } = "multistage.lock.json";

    /// <summary>
    /// Gets or sets a value indicating whether images that the file has already are asked for again, and take over where their names have
    /// moved. False by default: what is locked stays locked.
    /// </summary>
    public bool Update { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether it is only said what is out of date: what is missing in the file and what has moved. False
    /// by default.
    /// </summary>
    public bool Check { get; set; }

    /// <summary>
    /// Gets or sets the platforms that each image must have, such as <c>linux/amd64</c> and <c>linux/arm64</c>. None by default.
    /// </summary>
    public IList<string> Platforms { get; set; } = [];

    /// <summary>
    /// Gets or sets images that builds use and no description names, such as the one that lists packages for <c>build.Sbom</c>:
    /// <c>docker/buildkit-syft-scanner:stable-1</c>. None by default.
    /// </summary>
    public IList<string> Images { get; set; } = [];

    /// <summary>
    /// Gets or sets build arguments that the names of base images depend on, as in <c>FROM golang:$VERSION</c>, over those of the
    /// descriptions. None by default.
    /// </summary>
    public IDictionary<string, string> BuildArguments { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets where the images come from: a mirror is asked in place of their own registry, and what takes an image's place is
    /// locked. Take the policy of the builds. None by default.
    /// </summary>
    public BaseImagePolicy? BaseImages { get; set; }

    /// <summary>
    /// Gets or sets registry credentials by hosts; they take precedence over those of Docker's <c>config.json</c>.
    /// </summary>
    public IDictionary<string, RegistryCredentials> RegistryCredentials { get; set; } = new Dictionary<string,
        RegistryCredentials>(StringComparer.Ordinal);
}
