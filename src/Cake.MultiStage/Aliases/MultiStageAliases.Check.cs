using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Measuring;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

public static partial class MultiStageAliases
{
    /// <summary>Checks a measured image: will it start, is it safe, is it small. A finding that is an error fails the task. Settings can have it start a container, too.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="CheckFailedException">A finding is an error; the message lists all of them, with what to do.</exception>
    /// <exception cref="EngineException">No engine answers, or it went away.</exception>
    /// <exception cref="MultiStageException">The image is gone.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// foreach (var finding in MultiStageCheck(measured).Findings) Information("{0}", finding);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Check")]
    public static CheckResult MultiStageCheck(this ICakeContext context, MeasuredImage measured) => MultiStageCheck(context, measured, new MultiStageCheckSettings());

    /// <summary>Checks a measured image.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="CheckFailedException">A finding is of a level that fails the task.</exception>
    /// <exception cref="MultiStageException">A check that is named does not exist, or the image is gone.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// MultiStageCheck(measured, check =>
    /// {
    ///     check.FailOn = FindingLevel.Warning;
    ///     check.Skip.Add("safe-user");
    /// });
    ///
    /// var result = MultiStageCheck(measured, check => check.Start = new MultiStageStartSettings { ReadOnly = true, Timeout = TimeSpan.FromSeconds(10) });
    /// Information("Exit code {0}, first output after {1}", result.Start.ExitCode, result.Start.FirstOutput);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Check")]
    public static CheckResult MultiStageCheck(this ICakeContext context, MeasuredImage measured, Action<MultiStageCheckSettings> configure) => MultiStageCheck(context, measured, Configured(new MultiStageCheckSettings(), configure));

    /// <summary>Checks a measured image.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="CheckFailedException">A finding is of a level that fails the task.</exception>
    /// <exception cref="MultiStageException">A check that is named does not exist, or the image is gone.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// MultiStageCheck(measured, new MultiStageCheckSettings { FailOn = FindingLevel.Warning });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Check")]
    public static CheckResult MultiStageCheck(this ICakeContext context, MeasuredImage measured, MultiStageCheckSettings settings) =>
        AliasSession.Run(token => MultiStageCheckAsync(context, measured, settings, token));

    /// <summary>As <c>MultiStageCheck</c>, to be awaited.</summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Stops checking.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="CheckFailedException">A finding is of a level that fails the task.</exception>
    /// <exception cref="MultiStageException">A check that is named does not exist, or the image is gone.</exception>
    /// <example>
    /// <code>
    /// Task("Check").Does(async () =>
    /// {
    ///     var measured = await MultiStageMeasureAsync(await MultiStageBuildAsync(MultiStageGo("./hello")));
    ///     await MultiStageCheckAsync(measured, new MultiStageCheckSettings());
    /// });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Check")]
    public static async Task<CheckResult> MultiStageCheckAsync(this ICakeContext context, MeasuredImage measured, MultiStageCheckSettings settings, CancellationToken? cancellationToken = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(settings);
        var token = cancellationToken ?? CancellationToken.None;
        var session = new AliasSession(context);
        var result = await session.WithEngineAsync(
            measured.Image.Engine,
            connection => new ImageChecker(connection).CheckAsync(measured, [.. settings.Skip], settings.Levels.ToDictionary(StringComparer.Ordinal), settings.Start?.ToRequest(), token),
            token);
        foreach (var finding in result.Findings.Where(finding => finding.Level < settings.FailOn))
        {
            session.Logger.Log(finding.Level == FindingLevel.Note ? LogLevel.Information : LogLevel.Warning, "{Finding}", finding.ToString());
        }

        if (settings.FailOn is { } level)
        {
            result.FailOn(level);
        }

        return result;
    }
}
