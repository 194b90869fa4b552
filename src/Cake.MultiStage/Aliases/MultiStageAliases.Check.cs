using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Measuring;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Checking images.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Checks a measured image: will it start, is it safe, is it small. A finding that is an error fails the task. Settings can have it
    /// start a container, too.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="CheckFailedException">
    /// A finding is of a level that fails the task, an error by default; the message lists all of them, with what to do.
    /// </exception>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">A check that is named doesn't exist, or the image is gone.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// foreach (var finding in MultiStageCheck(measured).Findings) Information("{0}", finding);
    ///
    /// var result = MultiStageCheck(measured, check =>
    /// {
    ///     check.FailOn = FindingLevel.Warning;
    ///     check.Skip.Add("safe-user");
    ///     check.Start = new MultiStageStartSettings { ReadOnly = true, Timeout = TimeSpan.FromSeconds(10) };
    /// });
    /// Information("Exit code {0}, first output after {1}", result.Start.ExitCode, result.Start.FirstOutput);
    ///
    /// Task("Check").Does(async () => await MultiStageCheckAsync(measured, new MultiStageCheckSettings { FailOn = null }));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Check")]
    public static CheckResult MultiStageCheck(
        this ICakeContext context, MeasuredImage measured, MultiStageCheckSettings? settings = null) =>
        AliasSession.Run(context, Check(context, measured, settings));

    /// <inheritdoc cref="MultiStageCheck(ICakeContext, MeasuredImage, MultiStageCheckSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Check")]
    public static CheckResult MultiStageCheck(
        this ICakeContext context, MeasuredImage measured, Action<MultiStageCheckSettings> configure) =>
        MultiStageCheck(context, measured, Configured(configure));

    /// <inheritdoc cref="MultiStageCheck(ICakeContext, MeasuredImage, MultiStageCheckSettings)"/>
    /// <param name="cancellationToken">Stops checking.</param>
    [CakeMethodAlias, CakeAliasCategory("Check")]
    public static Task<CheckResult> MultiStageCheckAsync(
        this ICakeContext context,
        MeasuredImage measured,
        MultiStageCheckSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Check(context, measured, settings), cancellationToken);

    private static AliasWork<CheckResult> Check(ICakeContext context, MeasuredImage measured, MultiStageCheckSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(measured);
        var settings = given ?? new MultiStageCheckSettings();
        return new($"Checking {measured.Image}", async session =>
        {
            var levels = settings.Levels.ToDictionary(StringComparer.Ordinal);
            var result = await session.WithEngineAsync(
                measured.Image.Engine,
                connection => new ImageChecker(connection)
                    .CheckAsync(measured, [.. settings.Skip], levels, settings.Start?.ToRequest(ImageSettings.Read(measured.Configuration)), session.Token));
            foreach (var finding in result.Findings.Where(finding => finding.Level < settings.FailOn))
            {
                var level = finding.Level == FindingLevel.Note ? LogLevel.Information : LogLevel.Warning;
                session.Logger.Log(level, "{Finding}", finding.ToString());
            }

            if (settings.FailOn is { } least)
            {
                result.FailOn(least);
            }

            return result;
        });
    }
}
