using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Tasks;

/// <summary>How the ready-made tasks work. Everything has a default.</summary>
public sealed class MultiStageTaskSettings
{
    /// <summary>
    /// Gets or sets what the tasks' names begin with: <c>Image</c> by default, for <c>Image</c>, <c>Image-Dockerfile</c>,
    /// <c>Image-Test</c>, <c>Image-Measure</c>, <c>Image-Check</c> and <c>Image-Push</c>. Another one lets a script have the tasks of
    /// several projects.
    /// </summary>
    public string Prefix { get; set; } = "Image";

    /// <summary>
    /// Gets or sets the folder into which <c>Image-Test</c> brings the test results, those of failing tests too.
    /// <c>./artifacts/test-results</c> by default; with another prefix one of its own, such as <c>./artifacts/orders/test-results</c>.
    /// </summary>
    public DirectoryPath TestResults
    {
        get => field ?? (Prefix == "Image" ? "./artifacts/test-results" : Reports.Combine("test-results"));
        set;
    }

    /// <summary>Gets or sets what changes the settings of builds.</summary>
    public Action<MultiStageBuildSettings> Build { get; set; } = _ => { };

    /// <summary>
    /// Gets or sets what changes the settings of verifying: what <c>Image-Measure</c> measures, checks and reports, and what fails
    /// <c>Image-Check</c>. Reports go to <c>./artifacts/image</c>; with another prefix to a folder of its name, such as
    /// <c>./artifacts/orders</c>.
    /// </summary>
    public Action<MultiStageVerifySettings> Verify { get; set; } = _ => { };

    /// <summary>Gets or sets what changes the settings of pushes.</summary>
    public Action<MultiStagePushSettings> Push { get; set; } = _ => { };

    /// <summary>Gets the folder of the reports: tasks of several projects don't overwrite each other's.</summary>
    internal DirectoryPath Reports => "./artifacts/" + ProjectDescription.NameFrom(Prefix);
}
