using Cake.Core.IO;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Aliases;

/// <summary>Where and how a measurement is reported.</summary>
public sealed class MultiStageReportSettings
{
    /// <summary>Gets or sets the folder the files are written to; it is made where it is missing. <c>./artifacts/image</c> by default.</summary>
    public DirectoryPath Directory { get; set; } = "./artifacts/image";

    /// <summary>Gets or sets a value indicating whether the report is shown on the page of the run where Cake finds that it runs on GitHub Actions (the step's summary) or Azure Pipelines (the task's summary). True by default.</summary>
    public bool Summary { get; set; } = true;

    /// <summary>Gets or sets what <c>MultiStageCheck</c> found, to be shown with the measurement. None by default.</summary>
    public CheckResult? Check { get; set; }

    /// <summary>Gets or sets what <c>MultiStageCompare</c> found, to be shown with the measurement. None by default.</summary>
    public ImageComparison? Comparison { get; set; }

    /// <summary>Gets or sets a file of JSON lines that this run adds one to, so that later ones show the trend. None by default. Keep it where the next run finds it, such as a CI cache.</summary>
    public FilePath? History { get; set; }

    /// <summary>Gets or sets the date of the line in <see cref="History"/>. The time of the report by default.</summary>
    public DateTimeOffset? Date { get; set; }

    /// <summary>Gets or sets the source's commit for the line in <see cref="History"/>. None by default.</summary>
    public string? Commit { get; set; }
}
