using Cake.Core.IO;

namespace Cake.MultiStage.Aliases;

/// <summary>Where and how a measurement is reported.</summary>
public sealed class MultiStageReportSettings
{
    /// <summary>Gets or sets the folder the files are written to; it is made where it is missing. <c>./artifacts/image</c> by default.</summary>
    public DirectoryPath Directory { get; set; } = "./artifacts/image";
}
