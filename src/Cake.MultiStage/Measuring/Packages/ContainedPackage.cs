using System.Globalization;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>A package that a file of an image tells of.</summary>
/// <param name="Kind">One of the kinds below: the database, or the type of its package URL (purl-spec, "PURL-TYPES").</param>
/// <param name="Name">The name; a group or scope stands before it as its ecosystem writes it.</param>
/// <param name="Version">The version; empty where the file has none.</param>
/// <param name="Licenses">The licenses as they are declared; any of them where there are several.</param>
internal sealed record ContainedPackage(string Kind, string Name, string Version, IReadOnlyList<string> Licenses)
{
    public const string Debian = "dpkg";
    public const string Alpine = "apk";
    public const string Rpm = "rpm";
    public const string NuGet = "nuget";
    public const string Npm = "npm";
    public const string Python = "pypi";
    public const string Maven = "maven";
    public const string Go = "golang";
    public const string Rust = "cargo";
    public const string Ruby = "gem";
    public const string Php = "composer";

    // The licenses of a Debian package stand in a file of their own, which is no package.
    public const string Copyright = "copyright";

    // Nor is a program that was compiled ahead of time from .NET: it names no package, which is told.
    public const string NativeAot = "native-aot";

    // Nor is a program that may name packages, and is too large to be asked.
    public const string Unread = "unread";

    // Nor are packages past what is held: their number stands in the place of a version.
    private const string Unlisted = "unlisted";

    private const int LongestText = 1024;
    private const int MostLicenses = 64;

    /// <summary>Gets a value indicating whether it is a package at all.</summary>
    public bool IsPackage => Kind is not (Copyright or NativeAot or Unread or Unlisted);

    /// <summary>Gets how many packages it stands for that are not held; 0 for a package.</summary>
    public int Number => Kind == Unlisted ? int.Parse(Version, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    /// <summary>Stands for packages that are not held: there is a bound to that.</summary>
    public static ContainedPackage More(int number) => new(Unlisted, "", number.ToString(CultureInfo.InvariantCulture), []);

    /// <summary>Returns a package, or <see langword="null"/> where what names it is no name.</summary>
    public static ContainedPackage? Of(string kind, string? name, string? version, IEnumerable<string?>? licenses = null) =>
        name is not { Length: > 0 and < LongestText } || version is { Length: >= LongestText } ? null
            : new(kind, name, version ?? "",
                [.. (licenses ?? []).OfType<string>().Select(license => license.Trim())
                    .Where(license => license.Length is > 0 and < LongestText).Distinct(StringComparer.Ordinal).Take(MostLicenses)]);
}
