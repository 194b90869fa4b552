using System.Globalization;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>Says in words what is said of an image beside it.</summary>
internal static class AttestationWords
{
    public static string Of(ReportedAttestation attestation) =>
        (attestation.Kind == "other" ? attestation.Predicate : attestation.Kind)
            + (attestation.By is { Length: > 0 } by ? $" by {by.ReplaceLineEndings(" ")}" : "")
            + (attestation.Packages is { } packages ? string.Create(CultureInfo.InvariantCulture, $", {packages} packages") : "")
            + (attestation.Sources.Count > 0
                ? string.Create(CultureInfo.InvariantCulture, $", made from {attestation.Sources.Count} sources") : "");
}
