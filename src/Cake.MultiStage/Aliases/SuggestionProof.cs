using System.Globalization;
using Cake.MultiStage.Building;
using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Starting;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Reporting;

namespace Cake.MultiStage.Aliases;

/// <summary>Tells what a proposal would gain: by an estimate, or by building it beside what there is.</summary>
/// <param name="session">The session.</param>
/// <param name="settings">What is told, and how containers are started.</param>
/// <param name="build">Builds and measures an image.</param>
internal sealed class SuggestionProof(
    AliasSession session, MultiStageSuggestSettings settings, Func<ImageProject, Task<MeasuredImage>> build)
{
    /// <summary>Adds the expected size: what the program needs of a measured image, on the proposal's base.</summary>
    public async Task<Suggestion> ExpectAsync(Suggestion suggestion, MeasuredImage measured, NeededFiles? needed)
    {
        if (needed is null)
        {
            return With(suggestion,
                $"{measured.Image} is {measured.Size}; which of its files the program needs can't be told from how it starts, so no size "
                    + "is expected.");
        }

        var file = suggestion.Project!.ToDockerfile();
        var name = Substituted(file.RootImage(suggestion.Project.BuildArguments, target: null) ?? "scratch");
        var known = name == "scratch" ? default(ByteSize?) : await SizeOfAsync(measured.Image, name);
        if (name != "scratch" && known is null)
        {
            return With(suggestion,
                $"{measured.Image} is {measured.Size}. The program needs about {needed.Size} of it ({needed.What}), and the proposal's "
                    + $"base '{name}' comes on top: pull it, and its size is told too.");
        }

        var expected = needed.Size + (known ?? default);
        var on = known is { } size ? $", on '{name}' of {size} by the engine's own figure" : "";
        return With(suggestion,
            $"{measured.Image} is {measured.Size}; the proposal is expected to be about {expected}: {needed.What}, {needed.Size}{on}.") with
        {
            ExpectedSize = expected,
        };
    }

    /// <summary>Builds the proposal, measures and starts both, and compares them.</summary>
    public async Task<Suggestion> ProveAsync(Suggestion suggestion, MeasuredImage before, CheckResult checkedBefore)
    {
        MeasuredImage after;
        try
        {
            after = await build(suggestion.Project! with { Name = $"{suggestion.Project.Name}-proposal", Tags = [] });
        }
        catch (MultiStageException exception) when (exception is not EngineException)
        {
            return With(suggestion, $"The proposal can't be built as it is: {exception.Message.Split('\n')[0]}") with { Proven = false };
        }

        var checkedAfter = await CheckAsync(after, isStarted: true);
        var starts = Failure(checkedAfter) is null || Failure(checkedBefore) is not null;
        var smaller = after.Size.Bytes < before.Size.Bytes;
        var difference = new ByteSize(Math.Abs(before.Size.Bytes - after.Size.Bytes));
        return With(
            suggestion,
            string.Create(CultureInfo.InvariantCulture,
                $"Built as '{after.Image}': {after.Size} in the place of {before.Size}, {difference} {(smaller ? "smaller" : "larger")} ")
                + string.Create(CultureInfo.InvariantCulture,
                    $"({100.0 * difference.Bytes / Math.Max(1, before.Size.Bytes):0.0} %)."),
            $"Today's image: {Started(checkedBefore)}.",
            $"The proposal: {Started(checkedAfter)}.") with
        {
            Proven = smaller && starts,
        };
    }

    /// <summary>Checks nothing but how an image starts, and which files its program needs.</summary>
    public Task<CheckResult> CheckAsync(MeasuredImage measured, bool isStarted)
    {
        var options = new CheckOptions
        {
            Skip = [.. ImageChecker.Rules.Select(rule => rule.Id)],
            Start = isStarted ? settings.Start.ToRequest(ImageSettings.Read(measured.Configuration)) : null,
        };
        Task<CheckResult> CheckAsync(EngineConnection? connection) =>
            new ImageChecker(connection).CheckAsync(measured, options, session.Token);
        return measured.Image.Engine is { } engine ? session.WithEngineAsync(engine, CheckAsync) : CheckAsync(null);
    }

    /// <summary>Names a base as it is built upon.</summary>
    private string Substituted(string name) =>
        settings.Build.BaseImages is { } policy && name != "scratch" && ImageReference.TryParse(name, out var image)
            ? policy.ToRules().Apply(image).ToString() : name;

    private async Task<ByteSize?> SizeOfAsync(BuiltImage beside, string name) =>
        beside.Engine is { } engine
            && await session.WithEngineAsync(engine, connection => new EngineImages(connection).FindAsync(name, session.Token)) is { } known
            ? new ByteSize(known.Size)
            : null;

    private static Finding? Failure(CheckResult result) =>
        result.Findings.FirstOrDefault(finding => finding.Rule == StartJudge.Id && finding.Level == FindingLevel.Error);

    private static string Started(CheckResult result) =>
        LogText.Clean((result.Start is { } start ? StartWords.Of(start) : "it was not started")
            + (Failure(result) is { } failure ? $"; {failure.Message.TrimEnd('.')}" : ""));

    private static Suggestion With(Suggestion suggestion, params IEnumerable<string> lines) =>
        suggestion with { Proof = [.. suggestion.Proof, .. lines] };
}
