using Cake.MultiStage.Images;

namespace Cake.MultiStage.Measuring;

/// <summary>What is said of an image beside it: how it was built, or what is in it.</summary>
/// <param name="Predicate">What kind of statement it is, as an address: <c>https://slsa.dev/provenance/v0.2</c>.</param>
/// <param name="Digest">The digest of the statement.</param>
/// <param name="Size">Its size.</param>
internal sealed record ImageAttestation(string Predicate, Digest Digest, ByteSize Size)
{
    /// <summary>Gets what it is in a word.</summary>
    public string Kind => Predicate.StartsWith("https://slsa.dev/provenance", StringComparison.Ordinal) ? "provenance"
        : Predicate.Contains("spdx.dev", StringComparison.Ordinal) || Predicate.Contains("cyclonedx.org", StringComparison.Ordinal) ? "SBOM"
        : "other";

    /// <summary>Gets what built the image, or listed its packages; empty where it doesn't say.</summary>
    public string By { get; init; } = "";

    /// <summary>Gets what the image was made from, with digests where they are known.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Gets the number of packages that are listed; <see langword="null"/> where none are to be.</summary>
    public int? Packages { get; init; }
}
