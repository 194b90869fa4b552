using System.Text.Json.Serialization;
using Cake.MultiStage.Measuring.Packages;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting.Sbom;

/// <summary>The packages of an image as CycloneDX 1.6 (ECMA-424), as far as it is written here.</summary>
internal static class CycloneDxReport
{
    public const string MediaType = "application/vnd.cyclonedx+json";

    private const string Image = "image";
    private const string Prefix = "cake-multistage:";

    public static Task WriteAsync(ImageReport report, Stream stream, CancellationToken cancellationToken) =>
        ReportJson.WriteAsync(Bom(report), json => json.CycloneDxBom, stream, cancellationToken);

    private static CycloneDxBom Bom(ImageReport report) => new(
        $"urn:uuid:{SbomPackage.DocumentId(report)}",
        new CycloneDxMetadata(
            new CycloneDxTools([new CycloneDxComponent("application", SbomPackage.Tool) { Version = ReportJson.ToolVersion }]),
            new CycloneDxComponent("container", report.Image.Name)
            {
                Reference = Image,
                Version = report.Image.Id.ToString(),
            }),
        [.. System(report), .. SbomPackage.Of(report).Select(package => Component(report, package.Reference, package.Package))])
    {
        Compositions = report.UnlistedPackages > 0 ? [new CycloneDxComposition("incomplete", [Image])] : null,
    };

    private static IEnumerable<CycloneDxComponent> System(ImageReport report) => report.Image.System is not { } system ? []
        : [new CycloneDxComponent("operating-system", system.Id)
        {
            Reference = $"system:{system.Id}",
            Version = system.Version,
            Description = system.Name,
        }];

    private static CycloneDxComponent Component(ImageReport report, string reference, ReportedPackage package)
    {
        var colon = package.Manager == ContainedPackage.Maven ? package.Name.IndexOf(':', StringComparison.Ordinal) : -1;
        return new CycloneDxComponent("library", package.Name[(colon + 1)..])
        {
            Reference = reference,
            Group = colon < 0 ? null : package.Name[..colon],
            Version = package.Version.Length > 0 ? package.Version : null,
            Url = package.Url,
            Licenses = package.Licenses is { Count: > 0 } licenses ? Licenses(licenses) : null,
            Properties = [.. Properties(report, package)],
        };
    }

    /// <summary>An expression stands alone; a list holds names of the SPDX License List, and what else is declared.</summary>
    private static IReadOnlyList<CycloneDxLicenseChoice> Licenses(IReadOnlyList<string> licenses) =>
        licenses is [var only] && LicenseNames.IdOf(only) is null && LicenseExpression.TryParse(only, out _)
            ? [new CycloneDxLicenseChoice(null, only)]
            : [.. licenses.Select(license => new CycloneDxLicenseChoice(
                LicenseNames.IdOf(license) == license ? new CycloneDxLicense(license, null) : new CycloneDxLicense(null, license), null))];

    private static IEnumerable<CycloneDxProperty> Properties(ImageReport report, ReportedPackage package)
    {
        if (package.Path is { } path)
        {
            yield return new(Prefix + "path", path);
        }

        if (package.Layer is { } layer)
        {
            yield return new(Prefix + "layer", report.Image.Layers[layer].Digest.ToString());
            if (report.InstructionOf(layer) is { Length: > 0 } instruction)
            {
                yield return new(Prefix + "instruction", instruction);
            }
        }
    }
}

internal sealed record CycloneDxBom(string SerialNumber, CycloneDxMetadata Metadata, IReadOnlyList<CycloneDxComponent> Components)
{
    [JsonPropertyName("$schema")]
    [JsonPropertyOrder(-3)]
    public string Schema { get; init; } = "http://cyclonedx.org/schema/bom-1.6.schema.json";

    [JsonPropertyOrder(-2)]
    public string BomFormat { get; init; } = "CycloneDX";

    [JsonPropertyOrder(-1)]
    public string SpecVersion { get; init; } = "1.6";

    public int Version { get; init; } = 1;

    public IReadOnlyList<CycloneDxComposition>? Compositions { get; init; }
}

internal sealed record CycloneDxComposition(string Aggregate, IReadOnlyList<string> Assemblies);

internal sealed record CycloneDxMetadata(CycloneDxTools Tools, CycloneDxComponent Component);

internal sealed record CycloneDxTools(IReadOnlyList<CycloneDxComponent> Components);

internal sealed record CycloneDxComponent(string Type, string Name)
{
    [JsonPropertyName("bom-ref")]
    public string? Reference { get; init; }

    public string? Group { get; init; }

    public string? Version { get; init; }

    public string? Description { get; init; }

    [JsonPropertyName("purl")]
    public string? Url { get; init; }

    public IReadOnlyList<CycloneDxLicenseChoice>? Licenses { get; init; }

    public IReadOnlyList<CycloneDxProperty>? Properties { get; init; }
}

internal sealed record CycloneDxLicenseChoice(CycloneDxLicense? License, string? Expression);

internal sealed record CycloneDxLicense(string? Id, string? Name);

internal sealed record CycloneDxProperty(string Name, string Value);
