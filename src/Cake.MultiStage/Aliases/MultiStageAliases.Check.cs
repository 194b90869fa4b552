using Cake.Core;
using Cake.Core.Annotations;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Registries;
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
    ///     check.DeniedLicenses.Add("AGPL-3.0-only");
    ///     check.Tests.Missing("/bin/sh");
    ///     check.Tests.Command(["/bin/hello"], output: "Hello");
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

    /// <summary>
    /// Checks the Dockerfile of a description before anything is built: by Docker's build checks, and by those of this library that need no
    /// image. A finding that is an error fails the task.
    /// </summary>
    /// <param name="context">The Cake context.</param>
    /// <param name="project">The description.</param>
    /// <param name="settings">The settings; all defaults if left out.</param>
    /// <returns>The findings, with the lines of a Dockerfile that exists.</returns>
    /// <exception cref="CheckFailedException">A finding is of a level that fails the task, an error by default.</exception>
    /// <exception cref="DockerfileException">The description can't be built; the message lists all problems.</exception>
    /// <exception cref="MultiStageException">A check that is named doesn't exist, or a start, tests, licenses or what scanners found are
    /// asked for, which take an image.</exception>
    /// <example>
    /// <code>
    /// foreach (var finding in MultiStageCheck(MultiStageFromDockerfile("./Dockerfile")).Findings) Information("{0}", finding);
    ///
    /// MultiStageCheck(MultiStageFromDockerfile("./Dockerfile"), check => check.FailOn = FindingLevel.Warning);
    ///
    /// Task("Check-Dockerfile").Does(async () => await MultiStageCheckAsync(MultiStageFromDockerfile("./Dockerfile")));
    /// </code>
    /// </example>
    [CakeMethodAlias, CakeAliasCategory("Check")]
    public static CheckResult MultiStageCheck(
        this ICakeContext context, ImageProject project, MultiStageCheckSettings? settings = null) =>
        AliasSession.Run(context, Check(context, project, settings));

    /// <inheritdoc cref="MultiStageCheck(ICakeContext, ImageProject, MultiStageCheckSettings)"/>
    /// <param name="configure">Changes the settings.</param>
    [CakeMethodAlias, CakeAliasCategory("Check")]
    public static CheckResult MultiStageCheck(
        this ICakeContext context, ImageProject project, Action<MultiStageCheckSettings> configure) =>
        MultiStageCheck(context, project, Configured(configure));

    /// <inheritdoc cref="MultiStageCheck(ICakeContext, ImageProject, MultiStageCheckSettings)"/>
    /// <param name="cancellationToken">Stops checking.</param>
    [CakeMethodAlias, CakeAliasCategory("Check")]
    public static Task<CheckResult> MultiStageCheckAsync(
        this ICakeContext context,
        ImageProject project,
        MultiStageCheckSettings? settings = null,
        CancellationToken? cancellationToken = null) =>
        AliasSession.RunAsync(context, Check(context, project, settings), cancellationToken);

    private static AliasWork<CheckResult> Check(ICakeContext context, ImageProject project, MultiStageCheckSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(project);
        var settings = given ?? new MultiStageCheckSettings();
        return new($"Checking the Dockerfile of '{project.Name}'", async session =>
        {
            if (settings.Start is not null)
            {
                throw new MultiStageException(
                    $"Nothing of '{project.Name}' is built yet, so nothing can be started. Check the measured image: "
                    + "MultiStageCheck(MultiStageMeasure(MultiStageBuild(project)), …).");
            }

            if (settings.Tests.Tests.Count > 0
                || settings.Sarif.Count > 0
                || settings.AllowedLicenses.Count > 0
                || settings.DeniedLicenses.Count > 0)
            {
                throw new MultiStageException(
                    $"Nothing of '{project.Name}' is built yet, so there are no files to test, no packages with licenses and nothing that "
                    + "a scanner found (check.Tests, check.AllowedLicenses, check.DeniedLicenses, check.Sarif). Check the measured image: "
                    + "MultiStageCheck(MultiStageMeasure(MultiStageBuild(project)), …).");
            }

            var none = new Dictionary<string, BuildSecret>(StringComparer.Ordinal);
            var request = ProjectRequest.Of(project with { Secrets = none }, new MultiStageBuildSettings(), context.Environment);
            var file = await CheckedDockerfile.OfAsync(request, session.Token);
            var result = DockerfileChecker.Check(project.Name, file, [.. settings.Skip],
                settings.Levels.ToDictionary(StringComparer.Ordinal));
            return Told(result, settings, session.Logger);
        });
    }

    /// <summary>Asks the registry of an image's base for its tags.</summary>
    private static async Task<BaseTags?> BaseTagsAsync(MeasuredImage measured, AliasSession session)
    {
        if (measured.Base is not { Layers: > 0, Name: var name } || !ImageReference.TryParse(name, out var reference))
        {
            return null;
        }

        try
        {
            using var client = new RegistryClient(session.Keyring(given: null));
            var tags = await client.TagsAsync(reference, session.Token);
            // Of a list that was cut off, a newer tag is one all the same; that there is none can't be told.
            var isTold = tags.AreAll || (reference.Tag is { } tag && NewerTag.Of(tag, tags.Tags) is not null);
            return new BaseTags(reference, tags.Tags)
            {
                Trouble = isTold ? null
                    : FormattableString.Invariant($"'{reference.Repository}' has more tags than the {tags.Tags.Count} that were read"),
            };
        }
        catch (RegistryException exception)
        {
            return new BaseTags(reference, []) { Trouble = exception.Message };
        }
    }

    /// <summary>Logs what fails nothing, and fails by the rest.</summary>
    private static CheckResult Told(CheckResult result, MultiStageCheckSettings settings, ILogger logger)
    {
        foreach (var finding in result.Findings.Where(finding => finding.Level < settings.FailOn))
        {
            var level = finding.Level == FindingLevel.Note ? LogLevel.Information : LogLevel.Warning;
            logger.Log(level, "{Finding}", finding.ToString());
        }

        if (result.Tests is { Count: > 0 } tests)
        {
            var failed = tests.Count(test => !test.Passed);
            logger.LogInformation("{Tests}", $"Tests of {result.Image}: {tests.Count - failed} passed, {failed} failed");
        }

        if (settings.FailOn is { } least)
        {
            result.FailOn(least);
        }

        return result;
    }

    private static AliasWork<CheckResult> Check(ICakeContext context, MeasuredImage measured, MultiStageCheckSettings? given)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(measured);
        var settings = given ?? new MultiStageCheckSettings();
        return new($"Checking {measured.Image}", async session =>
        {
            var options = new CheckOptions
            {
                Skip = [.. settings.Skip],
                Levels = settings.Levels.ToDictionary(StringComparer.Ordinal),
                Start = settings.Start?.ToRequest(ImageSettings.Read(measured.Configuration)),
                Licenses = new LicensePolicy([.. settings.AllowedLicenses], [.. settings.DeniedLicenses]),
                Tests = settings.Tests.Tests,
                Sarif = [.. settings.Sarif.Select(file => Absolute(context, file))],
                BaseTags = settings.NewerBase ? await BaseTagsAsync(measured, session) : null,
            };
            Task<CheckResult> CheckAsync(EngineConnection? connection) =>
                new ImageChecker(connection).CheckAsync(measured, options, session.Token);
            var result = measured.Image.Engine is { } engine ? await session.WithEngineAsync(engine, CheckAsync) : await CheckAsync(null);
            return Told(result, settings, session.Logger);
        });
    }
}
