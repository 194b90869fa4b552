using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Comparing;

namespace Cake.MultiStage.Aliases;

/// <content>Verifying images.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Verifies an image in one call: measures it, checks it, starts a container of it, compares it with a baseline, holds it against a
    /// budget, and reports all of it. Only then, if something is wrong, does it fail, once, with everything in the report.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="image">The image, as <c>MultiStageBuild</c> returned it.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The measurement, the findings and the comparison.</returns>
    /// <exception cref="CheckFailedException">
    /// A finding is of a level that fails the task, or a limit of the budget is broken; the message lists all of them, with what to do.
    /// </exception>
    /// <exception cref="Engine.EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone, a setting is wrong, or the report can't be written.</exception>
    /// <example>
    /// <code>
    /// var image = MultiStageBuild(MultiStageGo("./hello"));
    /// MultiStageVerify(image);
    ///
    /// MultiStageVerify(image, verify =>
    /// {
    ///     verify.Budget.MaxSize = "20 MB";
    ///     verify.Budget.MaxGrowth = "5 %";
    ///     verify.Baseline = "./baseline/report.json";
    ///     verify.Check.FailOn = FindingLevel.Warning;
    ///     verify.Report.Directory = "./artifacts/hello";
    /// });
    ///
    /// Task("Verify").Does(async () => await MultiStageVerifyAsync(image, new MultiStageVerifySettings()));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Verify")]
    public static VerifiedImage MultiStageVerify(this ICakeContext context, BuiltImage image, MultiStageVerifySettings? settings = null) =>
        AliasSession.Run(context, Verify(context, image, settings));

    /// <inheritdoc cref="MultiStageVerify(ICakeContext, BuiltImage, MultiStageVerifySettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Verify")]
    public static VerifiedImage MultiStageVerify(
        this ICakeContext context, BuiltImage image, Action<MultiStageVerifySettings> configure) =>
        MultiStageVerify(context, image, Configured(configure));

    /// <inheritdoc cref="MultiStageVerify(ICakeContext, BuiltImage, MultiStageVerifySettings)"/>
    /// <param name="cancellationToken">Stops verifying.</param>
    [CakeMethodAlias, CakeAliasCategory("Verify")]
    public static Task<VerifiedImage> MultiStageVerifyAsync(
        this ICakeContext context,
        BuiltImage image,
        MultiStageVerifySettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Verify(context, image, settings), cancellationToken);

    /// <summary>
    /// Verifies any image in one call, wherever it lies as <c>MultiStageMeasure</c> has it. It counts as one stage. Only an image of an
    /// engine can be started; of another, a note says that it was not.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="reference">The image's name or id, such as <c>debian:trixie-slim</c>, or where else it lies.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The measurement, the findings and the comparison.</returns>
    /// <exception cref="CheckFailedException">
    /// A finding is of a level that fails the task, or a limit of the budget is broken; the message lists all of them, with what to do.
    /// </exception>
    /// <exception cref="Engine.EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">
    /// The image isn't there, a setting is wrong, or the report can't be written.
    /// </exception>
    /// <example>
    /// <code>
    /// MultiStageVerify("hello:1.0");
    /// MultiStageVerify("hello:1.0", verify => verify.Check.Start = null);
    /// Task("Verify").Does(async () => await MultiStageVerifyAsync("hello:1.0", new MultiStageVerifySettings()));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Verify")]
    public static VerifiedImage MultiStageVerify(this ICakeContext context, string reference, MultiStageVerifySettings? settings = null) =>
        AliasSession.Run(context, Verify(context, reference, settings));

    /// <inheritdoc cref="MultiStageVerify(ICakeContext, string, MultiStageVerifySettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Verify")]
    public static VerifiedImage MultiStageVerify(
        this ICakeContext context, string reference, Action<MultiStageVerifySettings> configure) =>
        MultiStageVerify(context, reference, Configured(configure));

    /// <inheritdoc cref="MultiStageVerify(ICakeContext, string, MultiStageVerifySettings)"/>
    /// <param name="cancellationToken">Stops verifying.</param>
    [CakeMethodAlias, CakeAliasCategory("Verify")]
    public static Task<VerifiedImage> MultiStageVerifyAsync(
        this ICakeContext context,
        string reference,
        MultiStageVerifySettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Verify(context, reference, settings), cancellationToken);

    private static AliasWork<VerifiedImage> Verify(ICakeContext context, BuiltImage image, MultiStageVerifySettings? settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(image);
        return Verify(context, image.ToString(), given => Measure(context, image, given), settings ?? new());
    }

    private static AliasWork<VerifiedImage> Verify(ICakeContext context, string reference, MultiStageVerifySettings? settings)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(reference);
        return Verify(context, reference, given => Measure(context, reference, given), settings ?? new());
    }

    private static AliasWork<VerifiedImage> Verify(
        ICakeContext context,
        string what,
        Func<MultiStageMeasureSettings, AliasWork<MeasuredImage>> measure,
        MultiStageVerifySettings settings) => new($"Verifying {what}", async session =>
        {
            // A limit that can't be read, or has nothing to be relative to, is told before minutes of work.
            var budget = settings.ToBudget();
            var measured = await measure(settings.ToMeasure()).Body(session);
            var (baseline, missing) = await BaselineAsync(context, settings, measured, session);
            var comparison = baseline is null ? null : ImageComparer.Compare(baseline, ImageBaseline.Of(measured));
            var check = await Check(context, measured, settings.Check.WithoutFailing()).Body(session);
            IEnumerable<Finding> found =
            [
                .. BudgetFindings.Of(measured, missing is null ? budget : budget with { MaxGrowth = null }, baseline,
                    session.Token),
                .. check.Findings,
                .. missing is null ? Array.Empty<Finding>() : [missing],
            ];
            check = check with { Findings = [.. found.OrderByDescending(finding => finding.Level)] };
            await Report(context, measured, settings.ToReport(check, comparison)).Body(session);
            if (settings.Check.FailOn is { } least)
            {
                check.FailOn(least);
            }

            return new VerifiedImage(measured, check, comparison);
        });

    private static async Task<(ImageBaseline? Baseline, Finding? Missing)> BaselineAsync(
        ICakeContext context, MultiStageVerifySettings settings, MeasuredImage measured, AliasSession session)
    {
        if (settings.BaselineOrBudgets is not { } before)
        {
            return (null, null);
        }

        if (before.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !System.IO.File.Exists(Absolute(context, new FilePath(before))))
        {
            var report = settings.Report.Directory.CombineWithFilePath("report.json");
            return (null, new Finding(
                "baseline",
                FindingLevel.Note,
                $"The baseline '{before}' doesn't exist yet, so the image was compared with nothing.",
                $"Keep '{report}' of a build that is released under that name; the next run compares with it."));
        }

        return (await Baseline(context, before, measured)(session), null);
    }
}
