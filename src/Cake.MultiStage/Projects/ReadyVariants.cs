using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>The variants that presets make: for development and for tests, both from the builder stage.</summary>
internal static class ReadyVariants
{
    /// <summary>The folder in which tests leave their results.</summary>
    public const string ResultsFolder = "/test-results";

    private const string RunStage = "test-run";

    /// <summary>Makes the variant to work in: the toolchain, the source, a shell, the debugger's port.</summary>
    public static Variant Development(DevelopmentSteps steps, PresetSettings settings, IReadOnlyList<string> ports)
    {
        var stage = Stage.From(StageBase.Stage(ImageProject.BuilderStage))
            .Because("For development: the toolchain, the source and a shell; mount the source to work on it.");
        foreach (var port in ports.Concat(steps.DebuggerPort is null ? [] : [steps.DebuggerPort]))
        {
            stage = stage.With(new ExposeInstruction(port) { Reason = "A port of the program, or of its debugger." });
        }

        stage = steps.Environment.Aggregate(stage, (current, pair) => current.Env(pair.Key, pair.Value));
        var command = ProjectDescription.Given(settings.DevelopmentCommand, steps.Command);
        return new Variant(Variant.Development, stage.Cmd([.. command]).Because("Runs the program from its source."));
    }

    /// <summary>
    /// Makes the variant whose build runs the tests, and the stage before it: that one succeeds in any case and keeps the results, so that
    /// they can be had of tests that fail, too; the variant's own fails with them.
    /// </summary>
    public static (Variant Variant, Stage Run) Test(TestSteps steps)
    {
        var run = Stage.From(StageBase.Stage(ImageProject.BuilderStage)).Named(RunStage).Because("Runs the tests on what was built.");
        run = steps.Environment.Aggregate(run, (current, pair) => current.Env(pair.Key, pair.Value));
        run = run
            .Run(ShellWord.Sequence($"mkdir -p {ResultsFolder}", $"{{ ({steps.Command}); echo $? > {ResultsFolder}/exit-code; }} 2>&1 | "
                + $"tee {ResultsFolder}/output.txt"), [.. steps.Mounts])
            .Because("Succeeds in any case, so that the results of failing tests can be exported, too.");
        var check = Stage.From(StageBase.Stage(RunStage)).Because("Building this stage says whether the tests passed.")
            .Run($"tail -n 20 {ResultsFolder}/output.txt; exit \"$(cat {ResultsFolder}/exit-code)\"")
                .Because("Fails where the tests did, with their last words.");
        return (new Variant(Variant.Test, check) { Results = new StageFolder(RunStage, ResultsFolder) }, run);
    }
}
