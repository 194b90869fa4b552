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
        AddTo(task, settings, (builder, action) => builder.Does<ImageProject>(action));
    }

    /// <summary>Adds the tasks of one of several projects, each with a description of its own.</summary>
    /// <param name="task">
    /// What makes a task of a name: <c>Task</c> in a script, <c>engine.RegisterTask</c> of an <see cref="ICakeEngine"/> elsewhere.
    /// </param>
    /// <param name="prefix">What the tasks' names begin with, such as <c>Orders</c>.</param>
    /// <param name="describe">Describes the project. It is called once, when the first of the tasks runs.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <example>
    /// <code>
    /// MultiStageTasks.AddTo(Task, "Orders", context => context.MultiStageGo("./orders", go => go.Tags.Add("shop/orders:1.0")));
    /// MultiStageTasks.AddTo(Task, "Web", context => context.MultiStageDotNet("./web", web => web.Tags.Add("shop/web:1.0")));
    ///
    /// Task("Images").IsDependentOn("Orders").IsDependentOn("Web");
    /// </code>
    /// </example>
    public static void AddTo(
        Func<string, CakeTaskBuilder> task,
        string prefix,
        Func<ICakeContext, ImageProject> describe,
        Action<MultiStageTaskSettings>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentException.ThrowIfNullOrWhiteSpace(prefix);
        ArgumentNullException.ThrowIfNull(describe);
        var settings = new MultiStageTaskSettings { Prefix = prefix };
        configure?.Invoke(settings);
        ImageProject? described = null;
        AddTo(task, settings, (builder, action) => builder.Does(context => action(context, described ??= describe(context))));
    }

    private static void AddTo(
        Func<string, CakeTaskBuilder> task,
        MultiStageTaskSettings settings,
        Func<CakeTaskBuilder, Action<ICakeContext, ImageProject>, CakeTaskBuilder> does)
    {
        var name = settings.Prefix;
        BuiltImage? built = null;
        CheckResult? check = null;

        does(
            task($"{name}-Dockerfile").Description("Shows the Dockerfile, and says for each instruction why it is there."),
            (context, project) => context.Information("{0}", context.MultiStageDockerfile(project).Explain()));

        does(
            task($"{name}-Test").Description("Runs the project's tests in a stage, and brings their results to the host."),
            (context, project) => Test(context, project, settings));

        does(
            task(name).Description("Builds and tags the image."),
            (context, project) => built = context.MultiStageBuild(project, settings.Build));

        task($"{name}-Measure")
            .Description("Measures and checks the image and reports: what ships, what was saved, and whether it will run.")
            .IsDependentOn(name)
            .Does(context => check = Measure(context, Done(built, name, $"{name}-Measure"), settings).Check);

        task($"{name}-Check")
            .Description("Fails where the image will not start, or gives something away.")
            .IsDependentOn($"{name}-Measure")
            .Does(_ => Check(Done(check, $"{name}-Measure", $"{name}-Check"), settings));

        task($"{name}-Push")
            .Description("Pushes the image's tags to their registries.")
            .IsDependentOn(name)
            .Does(context =>
            {
                foreach (var pushed in context.MultiStagePush(Done(built, name, $"{name}-Push"), settings.Push))
                {
                    context.Information("{0}", pushed);
                }
            });
    }

    private static T Done<T>(T? result, string before, string task)
        where T : class =>
        result ?? throw new MultiStageException(
            $"Task '{task}' goes on with what task '{before}' made, which did not run. Run it without --exclusive, or name both: "
            + $"--target={before} --target={task} --exclusive.");

    private static VerifiedImage Measure(ICakeContext context, BuiltImage built, MultiStageTaskSettings settings) =>
        context.MultiStageVerify(built, verify =>
        {
            verify.Report.Directory = settings.Reports;
            settings.Verify(verify);
            verify.Check.FailOn = null;
        });

    private static void Check(CheckResult result, MultiStageTaskSettings settings)
    {
        var verify = new MultiStageVerifySettings();
        settings.Verify(verify);
        if (verify.Check.FailOn is { } level)
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
