using System.Globalization;
using System.Text.Json.Serialization;
using Cake.MultiStage.Measuring.Packages;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting.Sbom;

/// <summary>The packages of an image as SPDX 2.3 (ISO/IEC 5962), as far as it is written here.</summary>
internal sealed class SpdxReport
{
    private const string Document = "SPDXRef-DOCUMENT";
    private const string Image = "SPDXRef-Image";
    private const string Unknown = "NOASSERTION";

    // Licenses that are not on the SPDX License List have a name in the document, and their text is what was declared.
    private readonly Dictionary<string, string> _others = new(StringComparer.Ordinal);

    public static Task WriteAsync(ImageReport report, Stream stream, CancellationToken cancellationToken) =>
        ReportJson.WriteAsync(new SpdxReport().Make(report), json => json.SpdxDocument, stream, cancellationToken);

    private SpdxDocument Make(ImageReport report)
    {
        List<SpdxPackage> packages =
        [
            new(Image, report.Image.Name)
            {
                Version = report.Image.Id.ToString(),
                Purpose = "CONTAINER",
            },
            .. System(report),
            .. SbomPackage.Of(report).Index().Select(package => Package(report, package.Index, package.Item.Package)),
        ];
        return new SpdxDocument(
            report.Image.Name,
            $"urn:uuid:{SbomPackage.DocumentId(report)}",
            // The same image has the same document: its time is that of the image.
            new SpdxCreation(
                (report.Image.Created ?? DateTimeOffset.UnixEpoch).UtcDateTime
                    .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                [$"Tool: {SbomPackage.Tool}-{ReportJson.ToolVersion}"])
            {
                Comment = report.UnlistedPackages == 0 ? null : string.Create(CultureInfo.InvariantCulture,
                    $"{report.UnlistedPackages} more packages are named in the image: more than is held."),
            },
            packages,
            [
                new(Document, "DESCRIBES", Image),
                .. packages.Skip(1).Select(package => new SpdxRelationship(Image, "CONTAINS", package.Id)),
            ])
        {
            OtherLicenses = _others.Count == 0 ? null
                : [.. _others.Select(license => new SpdxOtherLicense(license.Value, license.Key, license.Key))],
        };
    }

    private static IEnumerable<SpdxPackage> System(ImageReport report) => report.Image.System is not { } system ? []
        : [new("SPDXRef-System", system.Id) { Version = system.Version, Purpose = "OPERATING_SYSTEM", Source = system.Name }];

    private SpdxPackage Package(ImageReport report, int index, ReportedPackage package) =>
        new(FormattableString.Invariant($"SPDXRef-Package-{index + 1}"), package.Name)
        {
            Version = package.Version.Length > 0 ? package.Version : null,
            DeclaredLicense = package.Licenses is { Count: > 0 } licenses ? Expression(licenses) : Unknown,
            References = [new SpdxReference("PACKAGE-MANAGER", "purl", package.Url)],
            Source = Source(report, package),
        };

    /// <summary>All that is declared holds for the package, so it is joined by AND.</summary>
    private string Expression(IReadOnlyList<string> licenses) => licenses is [var only] ? One(only)
        : string.Join(" AND ", licenses.Select(One).Select(license =>
            license.Contains(" OR ", StringComparison.Ordinal) ? $"({license})" : license));

    private string One(string license)
    {
        if (LicenseExpression.TryParse(license, out var expression))
        {
            return expression.ToString();
        }

        if (!_others.TryGetValue(license, out var name))
        {
            _others[license] = name = FormattableString.Invariant($"LicenseRef-{_others.Count + 1}");
        }

        return name;
    }

    private static string? Source(ImageReport report, ReportedPackage package)
    {
        var layer = package.Layer is { } index ? $"layer {report.Image.Layers[index].Digest}: {report.InstructionOf(index)}" : null;
        return package.Path is { } path && layer is not null ? $"{path} of {layer}" : package.Path ?? layer;
    }
}

internal sealed record SpdxDocument(
    string Name,
    string DocumentNamespace,
    SpdxCreation CreationInfo,
    IReadOnlyList<SpdxPackage> Packages,
    IReadOnlyList<SpdxRelationship> Relationships)
{
    [JsonPropertyOrder(-3)]
    public string SpdxVersion { get; init; } = "SPDX-2.3";

    [JsonPropertyOrder(-2)]
    public string DataLicense { get; init; } = "CC0-1.0";

    [JsonPropertyName("SPDXID")]
    [JsonPropertyOrder(-1)]
    public string Id { get; init; } = "SPDXRef-DOCUMENT";

    [JsonPropertyName("hasExtractedLicensingInfos")]
    public IReadOnlyList<SpdxOtherLicense>? OtherLicenses { get; init; }
}

internal sealed record SpdxCreation(string Created, IReadOnlyList<string> Creators)
{
    public string? Comment { get; init; }
}

internal sealed record SpdxPackage([property: JsonPropertyName("SPDXID")] string Id, string Name)
{
    [JsonPropertyName("versionInfo")]
    public string? Version { get; init; }

    public string DownloadLocation { get; init; } = "NOASSERTION";

    public bool FilesAnalyzed { get; init; }

    [JsonPropertyName("licenseConcluded")]
    public string ConcludedLicense { get; init; } = "NOASSERTION";

    [JsonPropertyName("licenseDeclared")]
    public string DeclaredLicense { get; init; } = "NOASSERTION";

    [JsonPropertyName("copyrightText")]
    public string Copyright { get; init; } = "NOASSERTION";

    [JsonPropertyName("primaryPackagePurpose")]
    public string? Purpose { get; init; }

    [JsonPropertyName("sourceInfo")]
    public string? Source { get; init; }

    [JsonPropertyName("externalRefs")]
    public IReadOnlyList<SpdxReference>? References { get; init; }
}

internal sealed record SpdxReference(
    [property: JsonPropertyName("referenceCategory")] string Category,
    [property: JsonPropertyName("referenceType")] string Type,
    [property: JsonPropertyName("referenceLocator")] string Locator);

internal sealed record SpdxRelationship(
    [property: JsonPropertyName("spdxElementId")] string From,
    [property: JsonPropertyName("relationshipType")] string Type,
    [property: JsonPropertyName("relatedSpdxElement")] string To);

internal sealed record SpdxOtherLicense(
    [property: JsonPropertyName("licenseId")] string Id,
    [property: JsonPropertyName("extractedText")] string Text,
    string Name);
