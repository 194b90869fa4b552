namespace Cake.MultiStage.Measuring.Packages;

/// <summary>Writes package URLs (purl-spec, "PURL-SPECIFICATION" and "PURL-TYPES").</summary>
/// <param name="system">The image's operating system.</param>
internal sealed class PackageUrl(OperatingSystemRelease system)
{
    public string Of(string kind, string name, string version, string? architecture = null)
    {
        var (type, path) = kind switch
        {
            ContainedPackage.Debian => ("deb", $"{Vendor("debian")}/{Part(name)}"),
            ContainedPackage.Alpine => ("apk", $"{Vendor("alpine")}/{Part(name)}"),
            ContainedPackage.Rpm => ("rpm", $"{Vendor("redhat")}/{Part(name)}"),
            // Names of these are the same in any case, and with any of the three separators.
            ContainedPackage.Python => (kind, Part(name.ToLowerInvariant().Replace('_', '-').Replace('.', '-'))),
            ContainedPackage.Php => (kind, Parts(name.ToLowerInvariant(), '/')),
            ContainedPackage.Maven => (kind, Parts(name, ':')),
            ContainedPackage.Go => (kind, Parts(name.ToLowerInvariant(), '/')),
            ContainedPackage.Npm => (kind, Parts(name, '/')),
            _ => (kind, Part(name)),
        };
        // The epoch of rpm is a qualifier; that of Debian is of the version.
        var (epoch, rest) = type == "rpm" && version.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            ? (version[..colon], version[(colon + 1)..]) : ("", version);
        return $"pkg:{type}/{path}{(rest.Length > 0 ? "@" + Part(rest) : "")}{Qualifiers(type, architecture, epoch)}";
    }

    private string Vendor(string other) => Part(system.Id is { Length: > 0 } id ? id : other);

    private string Qualifiers(string type, string? architecture, string epoch)
    {
        string[] qualifiers = type is not ("deb" or "apk" or "rpm") ? [] :
        [
            .. architecture is { Length: > 0 } ? (string[])["arch=" + Part(architecture)] : [],
            .. system is { Id.Length: > 0, Version.Length: > 0 } ? (string[])["distro=" + Part($"{system.Id}-{system.Version}")] : [],
            .. epoch.Length > 0 ? (string[])["epoch=" + Part(epoch)] : [],
        ];
        return qualifiers.Length == 0 ? "" : "?" + string.Join('&', qualifiers);
    }

    private static string Parts(string name, char separator) => string.Join('/', name.Split(separator).Select(Part));

    // A colon stays as it is.
    private static string Part(string text) => Uri.EscapeDataString(text).Replace("%3A", ":", StringComparison.Ordinal);
}
