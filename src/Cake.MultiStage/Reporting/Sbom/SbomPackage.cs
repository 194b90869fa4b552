using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting.Sbom;

/// <summary>What both forms of the bill of materials say of a package beside its name.</summary>
internal static class SbomPackage
{
    public const string Tool = "Cake.MultiStage";

    /// <summary>Gets the packages with a reference each, by which the document names them.</summary>
    public static IEnumerable<(string Reference, ReportedPackage Package)> Of(ImageReport report)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, package) in report.Packages.Index())
        {
            yield return (known.Add(package.Url) ? package.Url : FormattableString.Invariant($"{package.Url}#{index}"), package);
        }
    }

    /// <summary>
    /// Makes a UUID of the image's id, and of what else decides what is in the document: the platform, as those of an index have one id,
    /// and the version of this assembly. The same image has the same document (RFC 9562, version 8).
    /// </summary>
    public static Guid DocumentId(ImageReport report)
    {
        var bytes = SHA256.HashData(
            Encoding.UTF8.GetBytes($"{report.Image.Id}\n{report.Image.Platform}\n{ReportJson.ToolVersion}"))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
