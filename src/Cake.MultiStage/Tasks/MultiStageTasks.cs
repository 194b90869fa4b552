using Cake.Common.Diagnostics;
using Cake.Core;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.Tasks;

/// <summary>
/// Ready-made tasks over one description, to be composed into a pipeline: <c>Image</c> builds and tags, <c>Image-Dockerfile</c> explains
/// the Dockerfile, <c>Image-Test</c> runs the tests and brings their results to the host, <c>Image-Measure</c> measures, checks and
/// reports, <c>Image-Check</c> fails on what was found, <c>Image-Push</c> pushes. The description is the data of a setup,
/// <c>Setup&lt;ImageProject&gt;(…)</c>, so nothing is read before a target runs.
/// </summary>
/// <example>
/// <code>
/// Setup&lt;ImageProject&gt;(context => context.MultiStageGo("./hello", go => go.Tags.Add("hello:1.0")));
/// MultiStageTasks.AddTo(Task);
///
/// Task("Version").IsDependeeOf("Image").Does(() => Information("1.0"));
/// Task("Release").IsDependentOn("Image-Test").IsDependentOn("Image-Push");
/// </code>
/// </example>
public static class MultiStageTasks
{
    /// <summary>Adds the tasks, with all defaults.</summary>
    /// <param name="task">
    /// What makes a task of a name: <c>Task</c> in a script, <c>engine.RegisterTask</c> of an <see cref="ICakeEngine"/> elsewhere.
    /// </param>
    public static void AddTo(Func<string, CakeTaskBuilder> task) => AddTo(task, _ => { });

    /// <summary>Adds the tasks.</summary>
    /// <param name="task">
    /// What makes a task of a name: <c>Task</c> in a script, <c>engine.RegisterTask</c> of an <see cref="ICakeEngine"/> elsewhere.
    /// </param>
    /// <param name="configure">Changes the settings.</param>
    /// <example>
    /// <code>
    /// MultiStageTasks.AddTo(Task, tasks => tasks.Build = build => build.Tags.Add("hello:latest"));
    /// </code>
    /// </example>
    public static void AddTo(Func<string, CakeTaskBuilder> task, Action<MultiStageTaskSettings> configure)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(configure);
        var settings = new MultiStageTaskSettings();
        configure(settings);
        var name = settings.Prefix;
        BuiltImage? built = null;
        CheckResult? check = null;

        task($"{name}-Dockerfile")
            .Description("Shows the Dockerfile, and says for each instruction why it is there.")
            .Does<ImageProject>((context, project) => context.Information("{0}", context.MultiStageDockerfile(project).Explain()));

        task($"{name}-Test")
            .Description("Runs the project's tests in a stage, and brings their results to the host.")
            .Does<ImageProject>((context, project) => Test(context, project, settings));

        task(name)
            .Description("Builds and tags the image.")
            .Does<ImageProject>((context, project) => built = context.MultiStageBuild(project, settings.Build));

        task($"{name}-Measure")
            .Description("Measures and checks the image and reports: what ships, what was saved, and whether it will run.")
            .IsDependentOn(name)
            .Does(context => check = Measure(context, built!, settings));

        task($"{name}-Check")
            .Description("Fails where the image will not start, or gives something away.")
            .IsDependentOn($"{name}-Measure")
            .Does(context => Check(check!, settings));

        task($"{name}-Push")
            .Description("Pushes the image's tags to their registries.")
            .IsDependentOn(name)
            .Does(context =>
            {
                foreach (var pushed in context.MultiStagePush(built!, settings.Push))
                {
                    context.Information("{0}", pushed);
                }
            });
    }

    private static CheckResult Measure(ICakeContext context, BuiltImage built, MultiStageTaskSettings settings)
    {
        var measured = context.MultiStageMeasure(built);
        var result = context.MultiStageCheck(measured, check =>
        {
            settings.Check(check);
            check.FailOn = null;
        });
        context.MultiStageReport(measured, report =>
        {
            report.Check = result;
            settings.Report(report);
        });
        return result;
    }

    private static void Check(CheckResult result, MultiStageTaskSettings settings)
    {
        var check = new MultiStageCheckSettings();
        settings.Check(check);
        if (check.FailOn is { } level)
        {
            result.FailOn(level);
        }
    }

    /// <summary>Exports first: the results of failing tests are wanted most.</summary>
    private static void Test(ICakeContext context, ImageProject project, MultiStageTaskSettings settings)
    {
        if (project.Variants.FirstOrDefault(variant => variant.Name == Variant.Test) is not { } test)
        {
            context.Information("Project '{0}' has no tests.", project.Name);
            return;
        }

        if (test.Results is { } results)
        {
            context.MultiStageExport(project, export =>
            {
                (export.Stage, export.Destination) = (results.Stage, settings.TestResults);
                export.Paths.Add(results.Path + "/.");
                settings.Build(export.Build);
            });
        }

        context.MultiStageBuild(project, build =>
        {
            settings.Build(build);
            build.Variant = Variant.Test;
        });
    }
}
