namespace Cake.MultiStage.Checking.Rules;

/// <summary>No package has a license that is not wanted.</summary>
internal sealed class LicensesAreAllowed()
    : CheckRule("license-denied", FindingLevel.Error, "Who hands an image on is bound by the licenses of everything in it.")
{
    public override IEnumerable<Finding> Check(CheckedImage image) =>
        from package in image.Measured.Packages
        from license in package.Licenses
        where !image.Licenses.IsGood(license)
        select Found(
            $"The package '{package.Name}' {package.Version} ({package.Manager}) has the license '{license}', which is not allowed.",
            "Do without the package, or allow its license: check.AllowedLicenses, check.DeniedLicenses.",
            package.Path,
            package.CreatedBy) with { Kind = license, Subject = package.Name };
}

/// <summary>Each package has a license, where some are asked for.</summary>
internal sealed class LicensesAreKnown()
    : CheckRule("license-unknown", FindingLevel.Warning, "What declares no license can't be held against a list of those that are allowed.")
{
    public override IEnumerable<Finding> Check(CheckedImage image) =>
        image.Licenses.IsNone ? [] : image.Measured.Packages.Where(package => package.Licenses.Count == 0).Select(package => Found(
            $"The package '{package.Name}' {package.Version} ({package.Manager}) declares no license in the image.",
            "Look its license up where the package comes from.",
            package.Path,
            package.CreatedBy) with { Kind = package.Manager, Subject = package.Name });
}
