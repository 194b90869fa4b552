using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>What BuildKit is to say of how an image came about, beside it in its index.</summary>
/// <param name="Provenance">How much it says of the build.</param>
/// <param name="SbomGenerator">What lists the image's packages; <see langword="null"/> where nothing does.</param>
internal sealed record Attestations(Provenance Provenance, ImageReference? SbomGenerator)
{
    public static Attestations None { get; } = new(Provenance.Off, SbomGenerator: null);

    /// <summary>Gets a value indicating whether nothing is asked for.</summary>
    public bool IsNone => this == None;

    /// <summary>Gets what is asked for, as settings name it.</summary>
    public IEnumerable<string> Names =>
    [
        .. Provenance == Provenance.Off ? Array.Empty<string>() : ["Provenance"],
        .. SbomGenerator is null ? Array.Empty<string>() : ["Sbom"],
    ];

    /// <summary>Gets what decides what a build makes, as names and values; nothing where nothing is asked for.</summary>
    public IEnumerable<(string Name, string Value)> Inputs =>
    [
        .. Provenance == Provenance.Off ? Array.Empty<(string, string)>() : [("provenance", Provenance.ToString())],
        .. SbomGenerator is null ? Array.Empty<(string, string)>() : [("SBOM generator", SbomGenerator.ToString())],
    ];
}
