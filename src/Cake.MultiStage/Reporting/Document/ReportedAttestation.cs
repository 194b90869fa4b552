using System.ComponentModel;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Reporting.Document;

[Description("What the builder says of the image beside it in its index: how it was built (provenance), or what is in it (SBOM).")]
internal sealed record ReportedAttestation
{
    [Description("What it is: provenance, SBOM or other.")]
    public required string Kind { get; init; }

    [Description("The kind of statement, as an address, such as https://slsa.dev/provenance/v0.2.")]
    public required string Predicate { get; init; }

    [Description("The digest of the statement, by which a registry has it.")]
    public required Digest Digest { get; init; }

    [Description("The size of the statement.")]
    public required ByteSize Size { get; init; }

    [Description("What built the image, or listed its packages, as the statement says; absent where it says nothing.")]
    public string? By { get; init; }

    [Description("What the image was made from, as the statement says, with digests where it has them.")]
    public required IReadOnlyList<string> Sources { get; init; }

    [Description("The number of packages that it lists; absent where it is no SBOM.")]
    public int? Packages { get; init; }

    public static ReportedAttestation Of(ImageAttestation attestation) => new()
    {
        Kind = attestation.Kind,
        Predicate = attestation.Predicate,
        Digest = attestation.Digest,
        Size = attestation.Size,
        By = attestation.By.Length > 0 ? attestation.By : null,
        Sources = [.. attestation.Sources.Take(ImageReport.Longest)],
        Packages = attestation.Packages,
    };
}
