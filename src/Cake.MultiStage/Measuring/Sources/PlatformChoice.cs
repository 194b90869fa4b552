using System.Runtime.InteropServices;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Measuring.Sources;

/// <summary>Chooses one image of an index: that of the platform asked for, the only one, or that of this machine's processor.</summary>
internal static class PlatformChoice
{
    /// <param name="place">Where the index lies, for errors.</param>
    /// <param name="manifests">What the index names.</param>
    /// <param name="wanted">The platform asked for.</param>
    /// <exception cref="MultiStageException">There is none; the message says which there are.</exception>
    public static RegistryDescriptor Of(string place, IReadOnlyList<RegistryDescriptor> manifests, Platform? wanted)
    {
        // Attestations are for the platform unknown/unknown; what has a type of its own is an SBOM or a signature.
        var images = manifests.Where(
            manifest => manifest.Platform is not { OperatingSystem: "unknown" } && manifest.ArtifactType is null).ToList();
        if (wanted is null && images is [var only])
        {
            return only;
        }

        var platform = wanted ?? Here;
        var matching = images.Where(image => image.Platform is { } own
            && own.OperatingSystem == platform.OperatingSystem
            && own.Architecture == platform.Architecture
            && (platform.Variant is null || platform.Variant == own.Variant)).ToList();
        return matching.FirstOrDefault() ?? throw new MultiStageException(
            $"{place} has no image for {platform}. It has: {string.Join(", ", images.Select(image => image.Platform).Distinct())}. "
                + $"Choose one, as in measure.Platform = \"{images.FirstOrDefault()?.Platform ?? platform}\".");
    }

    private static Platform Here => new("linux", RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.X86 => "386",
        Architecture.S390x => "s390x",
        Architecture.Ppc64le => "ppc64le",
        Architecture.Arm => "arm",
        Architecture.LoongArch64 => "loong64",
        Architecture.RiscV64 => "riscv64",
        _ => "arm64",
    });
}
