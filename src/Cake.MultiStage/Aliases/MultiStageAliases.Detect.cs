using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Detection;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Descriptions of projects whose toolchain is detected.</content>
public static partial class MultiStageAliases
{
    /// <summary>Looks at a folder and describes it by the preset that fits. The log, and <c>Findings</c> and <c>Assumptions</c> of the description, say what was chosen, why, and what is unsure.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The project's folder.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing, nothing fits it, or several ecosystems fit equally; the message lists them.</exception>
    /// <example>
    /// <code>
    /// MultiStageBuild(MultiStageDetect("./service"));
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageDetect(this ICakeContext context, DirectoryPath path) => MultiStageDetect(context, path, new DetectSettings());

    /// <summary>Looks at a folder and describes it by the preset that fits.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The project's folder.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing, nothing fits it, or several ecosystems fit equally; the message lists them.</exception>
    /// <example>
    /// <code>
    /// var service = MultiStageDetect("./service", detect =>
    /// {
    ///     detect.Ecosystem = Ecosystem.Go;                             // where several fit
    ///     detect.Tags.Add("service:1.0");
    ///     detect.Configure = settings => settings.TimeZones = true;
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageDetect(this ICakeContext context, DirectoryPath path, Action<DetectSettings> configure) => MultiStageDetect(context, path, Configured(new DetectSettings(), configure));

    /// <summary>Looks at a folder and describes it by the preset that fits.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The project's folder.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">The folder is missing, nothing fits it, or several ecosystems fit equally; the message lists them.</exception>
    /// <example>
    /// <code>
    /// var service = MultiStageDetect("./service", new DetectSettings { Ecosystem = Ecosystem.DotNet });
    /// foreach (var assumption in service.Assumptions) Information("{0}", assumption);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Describe")]
    public static ImageProject MultiStageDetect(this ICakeContext context, DirectoryPath path, DetectSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var project = ProjectDetector.Describe(Absolute(context, path), settings);
        var logger = new AliasSession(context).Logger;
        logger.LogInformation("{Detected}", $"Detected '{project.Name}' in '{project.ContextDirectory}': {string.Join("; ", project.Findings)}.");
        return Described(context, project);
    }
}
