using Cake.Core.IO;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Aliases;

/// <summary>Where and how an image is reported.</summary>
public sealed class MultiStageReportSettings
{
    /// <summary>
    /// Gets or sets the folder the files are written to; it is made if it doesn't exist. <c>./artifacts/image</c> by default.
    /// </summary>
    public DirectoryPath Directory { get; set; } = "./artifacts/image";

    /// <summary>
    /// Gets or sets a value indicating whether the report is shown on the page of the run where Cake finds that it runs on GitHub Actions
    /// (the step's summary) or Azure Pipelines (the task's summary). True by default.
    /// </summary>
    public bool Summary { get; set; } = true;

    /// <summary>
    /// Gets or sets a value indicating whether what was found is shown as errors and warnings of the CI provider where Cake finds that it
    /// runs on GitHub Actions or Azure Pipelines: those of a rule together, the gravest first, ten of each level. On GitHub Actions notes
    /// are notices. They do not fail the run; <see cref="CheckResult.FailOn"/> does. True by default.
    /// </summary>
    public bool Warnings { get; set; } = true;

    /// <summary>Gets or sets what <c>MultiStageCheck</c> found, to be shown with the measurement. None by default.</summary>
    public CheckResult? Check { get; set; }

    /// <summary>Gets or sets what <c>MultiStageCompare</c> found, to be shown with the measurement. None by default.</summary>
    public ImageComparison? Comparison { get; set; }

    /// <summary>
    /// Gets or sets a file of JSON lines that this run adds one to, so that later ones show the trend. None by default. One file per image;
    /// keep it where the next run finds it, such as a CI cache.
    /// </summary>
    public FilePath? History { get; set; }

    /// <summary>Gets or sets the date of the line in <see cref="History"/>. The time of the report by default.</summary>
    public DateTimeOffset? Date { get; set; }

    /// <summary>Gets or sets the source's commit for the line in <see cref="History"/>. None by default.</summary>
    public string? Commit { get; set; }
}
