using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>What names the findings of a report from build to build, for services that show which are new and which are gone.</summary>
internal sealed class FindingMarks
{
    // Where a finding is about no file of the image, it is about what made the image.
    private const string NoFile = "Dockerfile";

    private readonly Dictionary<string, int> _occurrences = new(StringComparer.Ordinal);

    /// <summary>
    /// Returns the path within the image as a relative reference (RFC 3986, section 4.2), or the Dockerfile where its line is known.
    /// </summary>
    public static string Place(ReportedFinding finding) =>
        finding.Line is null && finding.Path?.Trim('/') is { Length: > 0 } relative
            ? string.Join('/', relative.Split('/').Select(Uri.EscapeDataString))
            : NoFile;

    /// <summary>Returns the line of that file; the first where none is known, as the services ask for one.</summary>
    public static int Line(ReportedFinding finding) => finding.Line ?? 1;

    /// <summary>
    /// Returns a mark of the rule and the file, or where there is none the instruction; neither sizes nor digests are in it. Those that
    /// would be the same are numbered, so each finding is to be asked for once.
    /// </summary>
    public string Of(ReportedFinding finding)
    {
        var name = Encoding.UTF8.GetBytes($"{finding.Rule}\n{finding.Path ?? finding.Instruction}");
        var hash = Convert.ToHexStringLower(SHA256.HashData(name))[..16];
        _occurrences[hash] = _occurrences.GetValueOrDefault(hash) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{hash}:{_occurrences[hash]}");
    }
}
