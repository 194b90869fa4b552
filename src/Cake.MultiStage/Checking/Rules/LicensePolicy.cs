using Cake.MultiStage.Measuring.Packages;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>Which licenses packages may have, by their names on the SPDX License List or as packages declare them.</summary>
/// <param name="Allowed">Those that are allowed; all where there are none.</param>
/// <param name="Denied">Those that are denied.</param>
internal sealed record LicensePolicy(IReadOnlyList<string> Allowed, IReadOnlyList<string> Denied)
{
    public static LicensePolicy None { get; } = new([], []);

    public bool IsNone => Allowed.Count == 0 && Denied.Count == 0;

    /// <summary>
    /// Says whether a license may be used: of a choice one that may is enough; where several hold together, all must. What is listed as it
    /// is declared counts as a whole; else each license counts that it names, whatever else stands beside it.
    /// </summary>
    public bool IsGood(string license) => !Has(Denied, license)
        && (Has(Allowed, license)
            || (LicenseExpression.TryParseDeclared(license, out var expression)
                ? expression.IsSatisfied(IsGoodName)
                : IsGoodName(license)));

    private bool IsGoodName(string license) => !Has(Denied, license) && (Allowed.Count == 0 || Has(Allowed, license));

    private static bool Has(IReadOnlyList<string> licenses, string license) =>
        licenses.Any(one => string.Equals(LicenseNames.Of(one), license, StringComparison.OrdinalIgnoreCase));
}
