using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Detection;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Projects whose toolchain is detected.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Looks at a folder and describes it by the preset that fits. The log, and <c>Findings</c> and <c>Assumptions</c> of the description,
    /// say what was chosen, why, and what was assumed.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="path">The project's folder.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The description.</returns>
    /// <exception cref="MultiStageException">
    /// The folder doesn't exist, nothing fits it, or several ecosystems fit equally (the message lists them), or a tag is not a valid image
    /// reference.
    /// </exception>
    /// <example>
    /// <code>
    /// MultiStageBuild(MultiStageDetect("./service"));
    ///
    /// var service = MultiStageDetect("./service", detect =>
    /// {
    ///     detect.Ecosystem = Ecosystem.Go;                             // where several fit
    ///     detect.Tags.Add("service:1.0");
    ///     detect.Configure = settings => settings.TimeZones = true;
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageDetect(this ICakeContext context, DirectoryPath path, DetectSettings? settings = null) =>
        Described(context, path, settings, (folder, detect) =>
        {
            var project = ProjectDetector.Describe(folder, detect);
            new CakeLogger(context.Log).LogInformation(
                "{Detected}", $"Detected '{project.Name}' in '{project.ContextDirectory}': {string.Join("; ", project.Findings)}.");
            return project;
        });

    /// <inheritdoc cref="MultiStageDetect(ICakeContext, DirectoryPath, DetectSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Describe")]
    public static ImageProject MultiStageDetect(this ICakeContext context, DirectoryPath path, Action<DetectSettings> configure) =>
        MultiStageDetect(context, path, Configured(configure));
}
