using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Reporting;
using Cake.MultiStage.Reporting.Document;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Aliases;

/// <content>Reports.</content>
public static partial class MultiStageAliases
{
    /// <summary>
    /// Reports a measurement, and what was found, compared and kept of runs before: tables in the log; <c>report.json</c> with all numbers,
    /// <c>report.html</c> to look at, <c>report.md</c>, and where the image was checked <c>report.sarif</c> and GitLab's
    /// <c>report.codequality.json</c>, in <c>./artifacts/image</c>; on GitHub Actions and Azure Pipelines the summary of the run, and on
    /// them and TeamCity findings as warnings and errors.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="measured">The measurement.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <exception cref="MultiStageException">The files can't be written.</exception>
    /// <example>
    /// <code>
    /// var measured = MultiStageMeasure(MultiStageBuild(MultiStageGo("./hello")));
    /// MultiStageReport(measured);
    ///
    /// var result = MultiStageCheck(measured, check => check.FailOn = null);
    /// MultiStageReport(measured, report =>
    /// {
    ///     report.Directory = "./artifacts/hello";
    ///     report.Check = result;
    /// });
    /// result.FailOn(FindingLevel.Error);
    ///
    /// Task("Report").Does(async () => await MultiStageReportAsync(measured, new MultiStageReportSettings { Summary = false }));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Report")]
    public static void MultiStageReport(this ICakeContext context, MeasuredImage measured, MultiStageReportSettings? settings = null) =>
        AliasSession.Run(context, Report(context, measured, settings));

    /// <inheritdoc cref="MultiStageReport(ICakeContext, MeasuredImage, MultiStageReportSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Report")]
    public static void MultiStageReport(this ICakeContext context, MeasuredImage measured, Action<MultiStageReportSettings> configure) =>
        MultiStageReport(context, measured, Configured(configure));

    /// <inheritdoc cref="MultiStageReport(ICakeContext, MeasuredImage, MultiStageReportSettings)"/>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>The work.</returns>
    [CakeMethodAlias, CakeAliasCategory("Report")]
    public static Task MultiStageReportAsync(
        this ICakeContext context,
        MeasuredImage measured,
        MultiStageReportSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Report(context, measured, settings), cancellationToken);

    /// <summary>
    /// Reports several images together: a table in the log; <c>index.html</c> and <c>index.md</c>, which have them beside each other, the
    /// largest first, in <c>./artifacts/image</c>, and in a folder there for each image the files that the report of one has; on GitHub
    /// Actions and Azure Pipelines the summary of the run, and findings as warnings and errors.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="images">What <c>MultiStageVerify</c> returned for each.</param>
    /// <param name="settings">The settings; all defaults if left out. What belongs to one image alone is refused.</param>
    /// <exception cref="MultiStageException">There is none, a setting is of one image alone, or the files can't be written.</exception>
    /// <example>
    /// <code>
    /// var orders = MultiStageGo("./orders", go => go.Tags.Add("shop/orders:1"));
    /// var web = MultiStageDotNet("./web", dotnet => dotnet.Tags.Add("shop/web:1"));
    /// var verified = MultiStageBuildAll([orders, web])
    ///     .Select(built => MultiStageVerify(built.Image!, verify =>
    ///     {
    ///         verify.Check.FailOn = null;
    ///         verify.Report.Directory = $"./artifacts/verified/{built.Name}";
    ///     }))
    ///     .ToList();
    /// MultiStageReport(verified, report => report.Directory = "./artifacts/images");
    /// foreach (var image in verified) image.Check.FailOn(FindingLevel.Error);
    ///
    /// Task("Report").Does(async () => await MultiStageReportAsync(verified, new MultiStageReportSettings()));
    /// MultiStageReport(verified);
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Report")]
    public static void MultiStageReport(
        this ICakeContext context, IEnumerable<VerifiedImage> images, MultiStageReportSettings? settings = null) =>
        AliasSession.Run(context, Report(context, images, settings));

    /// <inheritdoc cref="MultiStageReport(ICakeContext, IEnumerable{VerifiedImage}, MultiStageReportSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Report")]
    public static void MultiStageReport(
        this ICakeContext context, IEnumerable<VerifiedImage> images, Action<MultiStageReportSettings> configure) =>
        MultiStageReport(context, images, Configured(configure));

    /// <inheritdoc cref="MultiStageReport(ICakeContext, IEnumerable{VerifiedImage}, MultiStageReportSettings)"/>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>The work.</returns>
    [CakeMethodAlias, CakeAliasCategory("Report")]
    public static Task MultiStageReportAsync(
        this ICakeContext context,
        IEnumerable<VerifiedImage> images,
        MultiStageReportSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Report(context, images, settings), cancellationToken);

    private static AliasWork<bool> Report(ICakeContext context, IEnumerable<VerifiedImage> images, MultiStageReportSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(images);
        var settings = given ?? new MultiStageReportSettings();
        List<VerifiedImage> verified = [.. images];
        return new($"Reporting on {verified.Count} images", async session =>
        {
            RequireForMany(verified, settings);
            var overview = Overview.Of(verified.Select(image => ImageReport.Of(
                new ReportSource(image.Measured) { Check = image.Check, Comparison = image.Comparison })));
            foreach (var line in overview.ConsoleLines())
            {
                session.Logger.LogInformation("{Line}", line);
            }

            var folder = new OverviewFolder(Absolute(context, settings.Directory));
            await folder.WriteAsync(overview, session.Token);
            var pipeline = new PipelineReport(context);
            if (settings.Summary)
            {
                pipeline.ShowSummary(folder.Markdown, overview.Markdown());
            }

            if (settings.Warnings)
            {
                foreach (var image in overview.Images)
                {
                    pipeline.ShowFindings(image.Report);
                }
            }

            session.Logger.LogInformation("{Written}", $"Report of all images in {folder.Page}");
            return true;
        });
    }

    private static void RequireForMany(List<VerifiedImage> verified, MultiStageReportSettings settings)
    {
        if (verified.Count == 0)
        {
            throw new MultiStageException("There is nothing to report: no verified image is given.");
        }

        if (settings.Check is not null || settings.Comparison is not null || settings.History is not null)
        {
            throw new MultiStageException(
                "Check, Comparison and History of the report's settings are of one image, and several are reported. Leave them out: each "
                    + "image brings what MultiStageVerify found, and verify.Report.History = \"./history/web.jsonl\" keeps its runs.");
        }
    }

    private static AliasWork<bool> Report(ICakeContext context, MeasuredImage measured, MultiStageReportSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(measured);
        var settings = given ?? new MultiStageReportSettings();
        return new($"Reporting on {measured.Image}", async session =>
        {
            var report = ImageReport.Of(new ReportSource(measured)
            {
                Check = settings.Check,
                Comparison = settings.Comparison,
                History = await HistoryAsync(context, measured, settings, session.Token),
            });
            foreach (var line in ConsoleReport.Lines(report))
            {
                session.Logger.LogInformation("{Line}", line);
            }

            var folder = new ReportFolder(Absolute(context, settings.Directory));
            var written = await folder.WriteAsync(report, session.Token);
            var pipeline = new PipelineReport(context);
            if (settings.Summary)
            {
                pipeline.ShowSummary(folder.Markdown, MarkdownReport.Text(report));
            }

            if (settings.Warnings)
            {
                pipeline.ShowFindings(report);
            }

            session.Logger.LogInformation(
                "{Written}", $"Report in {Absolute(context, settings.Directory)}: {string.Join(", ", written)}");
            return true;
        });
    }

    private static async Task<IReadOnlyList<ReportedRun>> HistoryAsync(
        ICakeContext context, MeasuredImage measured, MultiStageReportSettings settings, CancellationToken cancellationToken)
    {
        if (settings.History is null)
        {
            return [];
        }

        var history = new HistoryFile(Absolute(context, settings.History), TimeProvider.System);
        await history.AppendAsync(HistoryLine.Of(measured, settings.Date ?? DateTimeOffset.UtcNow, settings.Commit), cancellationToken);
        return await history.ReadAsync(cancellationToken);
    }
}
