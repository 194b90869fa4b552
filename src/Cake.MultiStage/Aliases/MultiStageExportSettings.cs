using Cake.Core.IO;

namespace Cake.MultiStage.Aliases;

/// <summary>What is brought out of a stage, and where to.</summary>
public sealed class MultiStageExportSettings
{
    /// <summary>Gets or sets the name of the stage. The final stage by default.</summary>
    public string? Stage { get; set; }

    /// <summary>
    /// Gets or sets the absolute paths in the stage: <c>/out</c> brings the file or folder itself, <c>/out/.</c> what is in the folder,
    /// <c>/</c> everything. By default everything, where the stage is made from scratch; of others the paths must be named.
    /// </summary>
    public IList<string> Paths { get; set; } = [];

    /// <summary>Gets or sets the folder on the host; it is made if it doesn't exist. <c>./artifacts/export</c> by default.</summary>
    public DirectoryPath Destination { get; set; } = "./artifacts/export";

    /// <summary>
    /// Gets or sets how the stage is built. What concerns an image is passed over, as there is none: tags, labels, <c>UpToDate</c>, and of
    /// <c>Reproducible</c> all but the time that steps see.
    /// </summary>
    public MultiStageBuildSettings Build { get; set; } = new();
}
