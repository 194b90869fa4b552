using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Cake.MultiStage.Reporting.Document;

/// <summary>
/// All that is reported of an image, as plain data. Each form of the report shows it; <c>report.json</c> is this and nothing else, and its
/// schema is made from these records. A member is absent where it is not known, or was not asked for.
/// </summary>
[Description("The report of an image that Cake.MultiStage wrote. All sizes are bytes of uncompressed files in layers, unless they "
    + "are said to be compressed; all times are seconds. Members that are absent are not known, or were not asked for.")]
internal sealed record ImageReport
{
    public const int Version = 2;
    public const string SchemaName = "urn:cake-multistage:report:2";

    /// <summary>How many of a list are told that can be as long as the image has files: more than anyone reads.</summary>
    public const int Longest = 1000;

    [JsonPropertyName("$schema")]
    [Description("This schema.")]
    public string Schema { get; init; } = SchemaName;

    [Description("The version of this schema. It rises when a member changes its meaning or goes away, not when one is added.")]
    public required int SchemaVersion { get; init; }

    [Description("The image.")]
    public required ReportedImage Image { get; init; }

    [Description("What was assumed of the project where its files say nothing; absent where the image was not built from a description "
        + "here.")]
    public IReadOnlyList<ReportedAssumption>? Assumptions { get; init; }

    [Description("The stages that the image needed, in the order of the Dockerfile; the last is the image itself.")]
    public required IReadOnlyList<ReportedStage> Stages { get; init; }

    [Description("What the final image does without; absent where it has no other stage.")]
    public ReportedSaving? Saved { get; init; }

    [Description("Wasted space: files that an upper layer replaced or removed stay in the layers below, and travel with every pull.")]
    public required ReportedWaste Waste { get; init; }

    [Description("What checking found, the most severe first; absent where the image was not checked.")]
    public IReadOnlyList<ReportedFinding>? Findings { get; init; }

    [Description("What to change to make the image smaller, what saves most first, 22 at most; absent where the image was not checked.")]
    public IReadOnlyList<ReportedSmaller>? Smaller { get; init; }

    [Description("What came of the tests of the image that its user wrote; absent where there are none.")]
    public IReadOnlyList<ReportedTest>? Tests { get; init; }

    [Description("How a container of the image started; absent where that was not asked for.")]
    public ReportedStart? Start { get; init; }

    [Description("How the image differs from another; absent where it was not compared.")]
    public ReportedComparison? Comparison { get; init; }

    [Description("The runs before, the oldest first, this one the last, 100 at most; absent where no history is kept.")]
    [MaxLength(ReportedRun.Most)]
    public IReadOnlyList<ReportedRun>? History { get; init; }

    [Description("Files with the same content.")]
    public required ReportedDuplicates Duplicates { get; init; }

    [Description("Junk that ships: what package managers, compilers and the like left in the image, the largest first.")]
    public required IReadOnlyList<ReportedLeftover> Leftovers { get; init; }

    [Description("The packages in the image: those that its package databases list, and those that its programs and manifests name, "
        + "the largest first.")]
    public required IReadOnlyList<ReportedPackage> Packages { get; init; }

    [Description("The licenses of the packages, the most frequent first.")]
    public IReadOnlyList<ReportedLicense> Licenses { get; init; } = [];

    [Description("What the builder says of the image beside it in its index; absent where there is nothing.")]
    public IReadOnlyList<ReportedAttestation>? Attestations { get; init; }

    [Description("The bytes by type of file, the largest first.")]
    public required IReadOnlyList<ReportedFileType> FileTypes { get; init; }

    [Description("The bytes of each directory down to the third level, the largest first.")]
    public required IReadOnlyList<ReportedDirectory> Directories { get; init; }

    [Description("The number of entries of layers that are in none of the lists: the image has more than is held; absent where all are "
        + "listed.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Unlisted { get; init; }

    [Description("The number of packages that files name and the list lacks: more than is held; absent where all are listed.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int UnlistedPackages { get; init; }

    [Description("How the image was built.")]
    public required ReportedBuild Build { get; init; }

    [Description("Everything in the merged file system in the order of a walk: a directory before what is in it, names in ordinal order. "
        + "Directories that no layer lists are left out.")]
    public required IReadOnlyList<ReportedFile> Files { get; init; }

    /// <summary>Returns the instruction that made a layer; empty where it is not known.</summary>
    public string InstructionOf(int layer) => layer >= 0 && layer < Image.Layers.Count ? Image.Layers[layer].CreatedBy : "";

    public static ImageReport Of(ReportSource source)
    {
        var measured = source.Measured;
        return new ImageReport
        {
            SchemaVersion = Version,
            Image = ReportedImage.Of(measured),
            Assumptions = measured.Image.Record is { } record ? [.. record.Assumptions.Select(ReportedAssumption.Of)] : null,
            Stages = [.. measured.Stages.Select(ReportedStage.Of)],
            Saved = measured.Stages.Count < 2 ? null : ReportedSaving.Of(measured),
            Waste = ReportedWaste.Of(measured.Waste),
            Findings = source.Check is { } check ? [.. check.Findings.Select(ReportedFinding.Of)] : null,
            Smaller = source.Check is { } looked ? [.. looked.Savings.Select(ReportedSmaller.Of)] : null,
            Tests = source.Check is { Tests: { Count: > 0 } tests } ? [.. tests.Select(ReportedTest.Of)] : null,
            Start = source.Check?.Start is { } start ? ReportedStart.Of(start) : null,
            Comparison = source.Comparison is { } comparison ? ReportedComparison.Of(comparison) : null,
            History = source.History.Count > 0 ? [.. source.History.TakeLast(ReportedRun.Most)] : null,
            Duplicates = ReportedDuplicates.Of(measured.Duplicates),
            Leftovers = [.. measured.Leftovers.Select(ReportedLeftover.Of)],
            Packages = [.. measured.Packages.Select(ReportedPackage.Of)],
            Licenses = ReportedLicense.Of(measured.Packages),
            Attestations = measured.Attestations.Count > 0 ? [.. measured.Attestations.Select(ReportedAttestation.Of)] : null,
            FileTypes = [.. measured.FileTypes.Select(ReportedFileType.Of)],
            Directories = [.. measured.Directories.Select(ReportedDirectory.Of)],
            Unlisted = measured.Unlisted,
            UnlistedPackages = measured.UnlistedPackages,
            Build = ReportedBuild.Of(measured.Image),
            Files = ReportedFile.Of(measured),
        };
    }
}
