using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Projects;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <summary>
/// Describe a project in a few lines, and have the Docker engine build a minimal image of it from a multi-stage
/// Dockerfile, tag it and measure it.
/// </summary>
/// <remarks>
/// Every alias that takes settings has three forms: with settings or without, with a function that changes them, and, where it works with
/// an engine or with files, an Async counterpart to be awaited.
/// </remarks>
[CakeAliasCategory("Docker")]
[CakeNamespaceImport("Cake.MultiStage")]
[CakeNamespaceImport("Cake.MultiStage.Aliases")]
[CakeNamespaceImport("Cake.MultiStage.Projects")]
[CakeNamespaceImport("Cake.MultiStage.Dockerfiles")]
[CakeNamespaceImport("Cake.MultiStage.Images")]
[CakeNamespaceImport("Cake.MultiStage.Building")]
[CakeNamespaceImport("Cake.MultiStage.Engine")]
[CakeNamespaceImport("Cake.MultiStage.Engine.Exports")]
[CakeNamespaceImport("Cake.MultiStage.Registries")]
[CakeNamespaceImport("Cake.MultiStage.Checking")]
[CakeNamespaceImport("Cake.MultiStage.Measuring")]
[CakeNamespaceImport("Cake.MultiStage.Measuring.Comparing")]
[CakeNamespaceImport("Cake.MultiStage.Tasks")]
public static partial class MultiStageAliases
{
    /// <summary>Describes a project and logs what the description takes for granted: nothing is assumed in silence.</summary>
    private static ImageProject Described<TSettings>(
        ICakeContext context, DirectoryPath path, TSettings? settings, Func<string, TSettings, ImageProject> preset)
        where TSettings : class, new()
    {
        ArgumentNullException.ThrowIfNull(context);
        var folder = Absolute(context, path);
        var project = ReadInTime.Describe(folder, () => preset(folder, settings ?? new TSettings()));
        var logger = new CakeLogger(context.Log);
        foreach (var assumption in project.Assumptions)
        {
            var level = assumption.Doubtful ? LogLevel.Warning : LogLevel.Information;
            logger.Log(level, "{Assumption}", $"'{project.Name}': {assumption.Text}");
        }

        return project;
    }

    private static TSettings Configured<TSettings>(Action<TSettings> configure)
        where TSettings : new()
    {
        ArgumentNullException.ThrowIfNull(configure);
        var settings = new TSettings();
        configure(settings);
        return settings;
    }

    private static string Absolute(ICakeContext context, DirectoryPath path)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(path);
        return path.MakeAbsolute(context.Environment).FullPath;
    }

    private static string Absolute(ICakeContext context, FilePath path)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(path);
        return path.MakeAbsolute(context.Environment).FullPath;
    }
}
