using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Checking.Rules;

/// <summary>A program that calls others by TLS has certificates to trust.</summary>
internal sealed class CertificatesExist()
    : CheckRule("needs-certificates", FindingLevel.Warning,
        "Without the certificates of the public authorities every call by TLS fails with 'certificate signed by unknown authority', or the "
            + "like.")
{
    // Go's crypto/x509 (root_linux.go), which covers where distributions have OpenSSL look.
    private static readonly string[] Files =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ];

    private static readonly string[] Folders = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Main is { ElfPath: { } path, Traces.TrustsSystemCertificates: not Likelihood.No and var likelihood }
            && !image.Settings.Environment.ContainsKey("SSL_CERT_FILE") && !image.Settings.Environment.ContainsKey("SSL_CERT_DIR")
            && !Files.Any(file => image.Files.Resolve(file) is { IsDirectory: false })
            && !Folders.Any(folder => image.Files.Resolve(folder) is { Children.Count: > 0 }))
        {
            yield return Found(
                $"'{path}' {(likelihood == Likelihood.Likely ? "calls" : "can call")} others by TLS, and the image has no certificates to "
                    + "know them by.",
                "Set project.CaCertificates = true, or copy /etc/ssl/certs/ca-certificates.crt from the builder.",
                path,
                image.InstructionOf(path),
                likelihood == Likelihood.Likely ? FindingLevel.Warning : FindingLevel.Note);
        }
    }
}

/// <summary>The time zone that the image sets is there, and those that the program loads.</summary>
internal sealed class TimeZonesExist()
    : CheckRule("needs-zones", FindingLevel.Warning, "A program that does not find a time zone takes UTC in silence, or fails.")
{
    private static readonly string[] Variables = ["TZDIR", "ZONEINFO"];

    // glibc's, musl's and Go's.
    private static readonly string[] Folders = ["/usr/share/zoneinfo", "/share/zoneinfo", "/etc/zoneinfo", "/usr/lib/zoneinfo",
        "/usr/share/lib/zoneinfo"];

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Evidence.LooksUpTimeZones
            && !image.Settings.Environment.ContainsKey("TZ")
            && !Folders.Any(folder => image.Files.Resolve(folder) is not null))
        {
            var assembly = DotNetProgram.Of(image)!.Assembly;
            yield return Found(
                $"'{assembly}' looks time zones up by their names, and the image has none: TimeZoneInfo.FindSystemTimeZoneById fails for "
                    + "all but UTC.",
                "Set project.TimeZones = true, copy /usr/share/zoneinfo from the builder, or take a base with time zones, such as one "
                    + "whose tag ends in -extra.",
                assembly,
                image.InstructionOf(assembly));
        }

        // Java and Node.js bring the zones with them.
        if (image.Main is not { ElfPath: { } path, Traces: { HasTimeZones: false } traces } || PosixPath.NameOf(path) is "java" or "node")
        {
            yield break;
        }

        var environment = image.Settings.Environment;
        IReadOnlyList<string> folders = [.. Variables.Select(name => environment.GetValueOrDefault(name)).OfType<string>(), .. Folders];
        if (environment.GetValueOrDefault("TZ")?.TrimStart(':') is { } zone && zone.Contains('/', StringComparison.Ordinal))
        {
            // Names without a slash, such as UTC or EST5EDT, mean something without a file, too.
            if (!(zone.StartsWith('/')
                ? [zone]
                : folders.Select(folder => $"{folder}/{zone}")).Any(file => image.Files.Resolve(file) is not null))
            {
                yield return Found($"TZ is '{zone}', and the image has no such time zone: '{path}' goes by UTC.",
                    "Set project.TimeZones = true, or copy /usr/share/zoneinfo from the builder.", $"/usr/share/zoneinfo/{zone}");
            }
        }
        else if (traces.LoadsTimeZones && !folders.Any(folder => image.Files.Resolve(folder) is not null))
        {
            yield return Found($"'{path}' can load time zones, and the image has none.",
                "Set project.TimeZones = true, copy /usr/share/zoneinfo from the builder, or import time/tzdata.", path,
                image.InstructionOf(path), FindingLevel.Note);
        }
    }
}

/// <summary>A program that has an older glibc resolve names of hosts has the libraries that glibc loads for it.</summary>
internal sealed class ResolverExists()
    : CheckRule("needs-resolver", FindingLevel.Warning,
        "Before its version 2.34 glibc loads libnss_files and libnss_dns when a name is first resolved; without them none is.")
{
    private static readonly Version BuiltIn = new(2, 34);

    private static readonly string[] Libraries = ["libnss_files.so.2", "libnss_dns.so.2"];

    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        if (image.Main is not { ElfPath: { } path, Traces: { ResolvesNames: true, Glibc: { } version } } || version >= BuiltIn)
        {
            yield break;
        }

        var names = image.AllFiles
            .Where(node => !node.IsDirectory)
            .Select(node => node.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var missing in Libraries.Where(library => !names.Contains(library)))
        {
            yield return Found($"'{path}' resolves names of hosts by glibc {version}, and the image has no '{missing}'.",
                $"Copy it beside the other libraries, by project.SharedLibraries.Add(\"/lib/…/{missing}\"), or take a base that has it.",
                path, image.InstructionOf(path));
        }
    }
}

/// <summary>There is a folder for temporary files where the program makes some.</summary>
internal sealed class TemporaryFolderExists()
    : CheckRule("needs-tmp", FindingLevel.Warning,
        "A program that can't make its temporary files fails when it first wants one, which may be late.")
{
    public override IEnumerable<Finding> Check(CheckedImage image)
    {
        var named = image.Settings.Environment.GetValueOrDefault("TMPDIR") is { Length: > 0 } set ? set : null;
        if (image.Main is not { ElfPath: { } path } program || (named is null && !program.Traces.MakesTemporaryFiles))
        {
            yield break;
        }

        var folder = named ?? "/tmp";
        var found = image.Files.Resolve(folder);
        if (found is not { IsDirectory: true } || !image.User.CanWrite(found))
        {
            yield return Found(
                $"{(named is null ? $"'{path}' can make temporary files" : $"TMPDIR is '{named}'")}, and {(found is { IsDirectory: true }
                    ? $"user '{image.Settings.User}' may not write to '{folder}'"
                    : $"there is no folder '{folder}' in the image")}.",
                named is null
                    ? "Set project.TemporaryDirectory = true, or have a volume mounted there."
                    : "Make the folder in the image, or have a volume mounted there.",
                folder,
                level: named is null ? FindingLevel.Note : FindingLevel.Warning);
        }
    }
}
