using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Aliases;

/// <summary>What an image is verified by. Everything has a default.</summary>
public sealed class MultiStageVerifySettings
{
    /// <summary>Gets or sets what is measured. A budget of the compressed size has it measured, too.</summary>
    public MultiStageMeasureSettings Measure { get; set; } = new();

    /// <summary>
    /// Gets or sets which checks count, which fail the task, and how a container is started to prove that the image starts. By default one
    /// is started as the image says: its <c>HEALTHCHECK</c> is waited for where it has one, else the program is watched for 5 seconds. A
    /// program that can't run alone, without a database for instance, is left out by <c>verify.Check.Start = null</c>.
    /// </summary>
    public MultiStageCheckSettings Check { get; set; } = new() { Start = new() };

    /// <summary>Gets or sets the limits that the image must keep. None by default.</summary>
    public MultiStageBudgetSettings Budget { get; set; } = new();

    /// <summary>
    /// Gets or sets what the image is compared with, and what <c>Budget.MaxGrowth</c> is relative to: the <c>report.json</c> of an earlier
    /// build (a text that ends in <c>.json</c>), or the name of an image in the engine. None by default. Where a file doesn't exist yet, a
    /// note says how to make one, and nothing fails.
    /// </summary>
    public string? Baseline { get; set; }

    /// <summary>Gets or sets where and how the image is reported. Its <c>Check</c> and <c>Comparison</c> are set by this run.</summary>
    public MultiStageReportSettings Report { get; set; } = new();

    internal string? BaselineOrBudgets => Baseline ?? Budget.Baseline;

    /// <exception cref="MultiStageException">A limit can't be read, or <c>MaxGrowth</c> has no baseline.</exception>
    internal SizeBudget ToBudget()
    {
        if (Budget.MaxGrowth is not null && BaselineOrBudgets is null)
        {
            throw new MultiStageException(
                "Budget.MaxGrowth needs something to compare with, such as verify.Baseline = \"./baseline/report.json\": "
                + "the report.json of an earlier build, or the name of an image.");
        }

        return Budget.HasLimits ? Budget.ToBudget() : new SizeBudget();
    }

    internal MultiStageMeasureSettings ToMeasure() => new()
    {
        Host = Measure.Host,
        Hash = Measure.Hash,
        Compressed = Measure.Compressed || Budget.MaxCompressedSize is not null,
        BaseImage = Measure.BaseImage,
        Platform = Measure.Platform,
        BaseImages = Measure.BaseImages,
        RegistryCredentials = Measure.RegistryCredentials,
        NoCache = Measure.NoCache,
        CacheFolder = Measure.CacheFolder,
        StageContents = Measure.StageContents,
    };

    internal MultiStageReportSettings ToReport(CheckResult check, ImageComparison? comparison) => new()
    {
        Directory = Report.Directory,
        Summary = Report.Summary,
        Warnings = Report.Warnings,
        Check = check,
        Comparison = comparison,
        History = Report.History,
        Date = Report.Date,
        Commit = Report.Commit,
    };
}
