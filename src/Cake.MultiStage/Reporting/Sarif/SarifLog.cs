using System.Text.Json.Serialization;
using Cake.MultiStage.Checking;

namespace Cake.MultiStage.Reporting.Sarif;

/// <summary>A log of SARIF 2.1.0, as far as it is written here.</summary>
internal sealed record SarifLog(IReadOnlyList<SarifRun> Runs)
{
    [JsonPropertyName("$schema")]
    [JsonPropertyOrder(-2)]
    public string Schema { get; init; } = "https://json.schemastore.org/sarif-2.1.0.json";

    [JsonPropertyOrder(-1)]
    public string Version { get; init; } = "2.1.0";
}

internal sealed record SarifRun(
    SarifTool Tool,
    SarifAutomation AutomationDetails,
    IReadOnlyList<SarifResult> Results,
    SarifImage Properties);

internal sealed record SarifTool(SarifDriver Driver);

internal sealed record SarifDriver(string Name, string SemanticVersion, IReadOnlyList<SarifRule> Rules);

internal sealed record SarifRule(
    string Id,
    SarifText ShortDescription,
    SarifText FullDescription,
    SarifText Help,
    SarifConfiguration DefaultConfiguration,
    string? HelpUri);

internal sealed record SarifConfiguration(FindingLevel Level);

internal sealed record SarifText(string Text);

internal sealed record SarifAutomation(string Id);

internal sealed record SarifImage(string Image, string ImageId, string Platform);

internal sealed record SarifResult(
    string RuleId,
    int RuleIndex,
    FindingLevel Level,
    int OccurrenceCount,
    SarifText Message,
    IReadOnlyList<SarifLocation> Locations,
    SarifFingerprints PartialFingerprints);

internal sealed record SarifFingerprints(string PrimaryLocationLineHash);

internal sealed record SarifLocation(SarifPhysicalLocation PhysicalLocation, IReadOnlyList<SarifLogicalLocation>? LogicalLocations);

internal sealed record SarifPhysicalLocation(SarifArtifact ArtifactLocation, SarifRegion Region);

internal sealed record SarifArtifact(string Uri);

internal sealed record SarifRegion(int StartLine);

internal sealed record SarifLogicalLocation(string FullyQualifiedName, string Kind);
