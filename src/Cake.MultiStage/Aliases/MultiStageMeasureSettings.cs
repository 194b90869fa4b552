using Cake.Core.IO;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Aliases;

/// <summary>What is measured of an image. Everything has a default.</summary>
public sealed class MultiStageMeasureSettings
{
    /// <summary>
    /// Gets or sets the engine that holds an image given by its name, such as <c>unix:///var/run/docker.sock</c>. By default it is found as
    /// the Docker CLI finds it. An image that was built here is measured where it was built.
    /// </summary>
    public string? Host { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the content of files is hashed (SHA-256), which finds duplicates and changed files. On by
    /// default: it happens while the engine sends the layers, and costs about a second per 2 GB.
    /// </summary>
    public bool Hash { get; set; } = true;

    /// <summary>
    /// Gets or sets a value indicating whether layers that the engine keeps unpacked are packed (gzip) to learn what a pull costs. Off by
    /// default: it takes about 10 seconds per GB.
    /// </summary>
    public bool Compressed { get; set; }

    /// <summary>
    /// Gets or sets the image that an image given by its name starts from, to tell its own part from its base's: in the engine, or where
    /// else <c>MultiStageMeasure</c> finds images. By default what the labels <c>org.opencontainers.image.base.name</c> and <c>.digest</c>
    /// say, else what has its lowest layers: among the images of the engine, of the layout or archive, or of the registry where it lists
    /// its repositories; the log says which.
    /// </summary>
    public string? BaseImage { get; set; }

    /// <summary>
    /// Gets or sets the platform that is measured of an image for several, such as <c>linux/arm64</c>. By default the only one, or else
    /// that of this machine's processor. An engine has one of each name.
    /// </summary>
    public string? Platform { get; set; }

    /// <summary>
    /// Gets or sets where images in registries are read from, as for builds: a mirror in place of their own registry. What is measured
    /// keeps its name. Pins and substitutions have no effect. Their own by default.
    /// </summary>
    public BaseImagePolicy? BaseImages { get; set; }

    /// <summary>
    /// Gets or sets registry credentials by hosts for an image in a registry, such as <c>registry.example.com:5000</c>; they take
    /// precedence over those of Docker's <c>config.json</c>.
    /// </summary>
    public IDictionary<string, RegistryCredentials> RegistryCredentials { get; set; } = new Dictionary<string,
        RegistryCredentials>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets a value indicating whether the image is read anew, though it was read before. Off by default: what was read of an image
    /// is kept by its id, and of images outside of engines by the digests of their layers.
    /// </summary>
    public bool NoCache { get; set; }

    /// <summary>
    /// Gets or sets the folder in which what was read of images is kept, at most 256 MiB of it. By default <c>cake-multistage</c> in the
    /// user's folder for caches, or what the environment variable <c>CAKE_MULTISTAGE_CACHE</c> says.
    /// </summary>
    public DirectoryPath? CacheFolder { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the contents of the largest other stage are read too, which tells what a single stage would
    /// have had to add (<c>Artifacts</c>). Off by default: a stage with a toolchain takes many times as long to read as the image. The
    /// stage is built again from the build cache; where the project's files have changed since, it is left out and the log says so.
    /// </summary>
    public bool StageContents { get; set; }
}
