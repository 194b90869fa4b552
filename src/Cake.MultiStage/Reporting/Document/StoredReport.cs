using System.Text.Json;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Reporting.Document;

/// <summary>What later images are compared with, of a stored <c>report.json</c>: members that all versions have, and have alike.</summary>
internal sealed record StoredReport
{
    public required int SchemaVersion { get; init; }

    public StoredImage? Image { get; init; }

    public IReadOnlyList<ReportedStage>? Stages { get; init; }

    public StoredWaste? Waste { get; init; }

    public IReadOnlyList<ReportedFile>? Files { get; init; }

    /// <exception cref="MultiStageException">The file is missing, is not a report, or is one of a newer version.</exception>
    public static async Task<ImageBaseline> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            var report = await JsonSerializer.DeserializeAsync(stream, ReportJson.Create().StoredReport, cancellationToken)
                ?? throw new JsonException("It is null.");
            if (report.SchemaVersion is < 1 or > ImageReport.Version)
            {
                throw new MultiStageException(FormattableString.Invariant(
                    $"The report '{file}' has schema version {report.SchemaVersion}; this addin reads 1 to {ImageReport.Version}.")
                    + " Report the image to compare with again.");
            }

            return report.ToBaseline();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MultiStageException(
                $"The report '{file}' can't be read: {exception.Message} Name the report.json that MultiStageReport wrote for the image.",
                exception);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or FormatException or OverflowException)
        {
            throw new MultiStageException(
                $"The file '{file}' is not a report of MultiStageReport: {exception.Message} Report the image to compare with again.",
                exception);
        }
    }

    private ImageBaseline ToBaseline()
    {
        if (Image is not { } image || Stages is not { } stages || Waste is not { } waste || Files is not { } files)
        {
            throw new JsonException("It lacks the image, its stages, its waste or its files.");
        }

        return new ImageBaseline
        {
            Name = image.Tags is [var first, ..] ? first : image.Id.ToString(),
            Id = image.Id,
            Size = image.Size,
            Wasted = waste.Bytes,
            Layers = [.. image.Layers.Select(Baseline)],
            Stages = [.. stages.Select(Baseline)],
            Files = [.. files.Where(file => file.Type != ReportedFileKind.Directory).Select(Baseline)],
        };
    }

    private static MeasuredLayer Baseline(ReportedLayer layer) =>
        new(layer.Digest, layer.Size, layer.Files, layer.CreatedBy) { CompressedSize = layer.CompressedSize, IsFromBase = layer.FromBase };

    private static MeasuredStage Baseline(ReportedStage stage) =>
        new(stage.Name, stage.Base, stage.Size) { Layers = stage.Layers, Added = stage.Added };

    private static BaselineFile Baseline(ReportedFile file) => new(file.Path, TypeOf(file.Type), file.Size, file.Layer)
    {
        Mode = Convert.ToInt32(file.Mode, 8),
        UserId = file.Uid,
        GroupId = file.Gid,
        LinkTarget = file.Target,
        Hash = file.Sha256,
    };

    /// <summary>A further name of a file is compared as the file that it names.</summary>
    private static ImageFileType TypeOf(ReportedFileKind kind) => kind switch
    {
        ReportedFileKind.SymbolicLink => ImageFileType.SymbolicLink,
        ReportedFileKind.CharacterDevice => ImageFileType.CharacterDevice,
        ReportedFileKind.BlockDevice => ImageFileType.BlockDevice,
        ReportedFileKind.Fifo => ImageFileType.Fifo,
        _ => ImageFileType.File,
    };
}

/// <summary>The image of a stored report.</summary>
internal sealed record StoredImage
{
    public required Digest Id { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required ByteSize Size { get; init; }

    public required IReadOnlyList<ReportedLayer> Layers { get; init; }
}

/// <summary>The waste of a stored report.</summary>
internal sealed record StoredWaste
{
    public required ByteSize Bytes { get; init; }
}
