namespace Cake.MultiStage.Building;

/// <summary>How much an image's provenance says of its build (SLSA, as BuildKit writes it).</summary>
public enum Provenance
{
    /// <summary>There is none.</summary>
    Off,

    /// <summary>The base images with their digests, the times of the build and the platform: nothing that may be secret.</summary>
    Min,

    /// <summary>
    /// Also the Dockerfile, each step, and the values of all build arguments, which whoever can pull the image then reads. Secrets that
    /// steps mount are never in it.
    /// </summary>
    Max,
}
