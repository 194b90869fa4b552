using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Budgets.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Holds a measurement against a budget. A broken limit fails the task, and the error names the three largest causes.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="settings">The limits; at least one.</param>
    /// <exception cref="BudgetExceededException">A limit is broken.</exception>
    /// <exception cref="MultiStageException">No limit is set, a limit can't be read, or what it needs was not measured.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// MultiStageBudget(measured, budget =>
    /// {
    ///     budget.MaxSize = "20 MB";
    ///     budget.MaxWaste = "1 %";
    ///     budget.MaxLayers = 10;
    ///     budget.Stages["builder"] = "2 GB";
    /// });
    /// MultiStageBudget(measured, new MultiStageBudgetSettings { MaxGrowth = "5 %", Baseline = "./baseline/report.json" });
    ///
    /// Task("Budget").Does(async () => await MultiStageBudgetAsync(measured, new MultiStageBudgetSettings { MaxSize = "20 MB" }));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static void MultiStageBudget(this ICakeContext context, MeasuredImage measured, MultiStageBudgetSettings? settings = null) =>
        AliasSession.Run(context, Budget(context, measured, settings));

    /// <inheritdoc cref="MultiStageBudget(ICakeContext, MeasuredImage, MultiStageBudgetSettings)"/>
    /// <param name="configure">Sets the limits.</param>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static void MultiStageBudget(this ICakeContext context, MeasuredImage measured, Action<MultiStageBudgetSettings> configure) =>
        MultiStageBudget(context, measured, Configured(configure));

    /// <inheritdoc cref="MultiStageBudget(ICakeContext, MeasuredImage, MultiStageBudgetSettings)"/>
    /// <param name="cancellationToken">Stops reading the baseline.</param>
    /// <returns>The work.</returns>
    [CakeMethodAlias, CakeAliasCategory("Measure")]
    public static Task MultiStageBudgetAsync(
        this ICakeContext context,
        MeasuredImage measured,
        MultiStageBudgetSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Budget(context, measured, settings), cancellationToken);

    private static AliasWork<bool> Budget(ICakeContext context, MeasuredImage measured, MultiStageBudgetSettings? settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(measured);
        return new($"Checking the budget of {measured.Image}", async session =>
        {
            var budget = (settings ?? new()).ToBudget();
            var baseline = settings?.Baseline is { } before ? await Baseline(context, before, measured)(session) : null;
            new BudgetCheck(measured, budget, baseline, session.Token).Run();
            session.Logger.LogInformation("{Kept}", $"{measured.Image} keeps its budget");
            return true;
        });
    }
}
