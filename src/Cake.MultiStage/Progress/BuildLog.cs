using System.Globalization;
using Cake.MultiStage.Building;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Progress;

/// <summary>
/// Tells the log of a build: one line a step, and at verbose level what the steps write and what the builder does for itself. What the
/// builder does for itself is told to everyone where it takes long, such as listing and sending a hundred thousand files.
/// </summary>
internal sealed class BuildLog(ILogger logger, TimeProvider? time = null) : IBuildObserver
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _reported = new(StringComparer.Ordinal);

    public static string Describe(StepFinished step) =>
        step.Error is not null ? $"{step.Step.Text} FAILED"
        : step.Cached ? $"{step.Step.Text} CACHED"
        : string.Create(CultureInfo.InvariantCulture, $"{step.Step.Text} {step.Duration.TotalSeconds:0.0}s");

    public void On(BuildEvent buildEvent)
    {
        switch (buildEvent)
        {
            case StepStarted step:
                logger.LogDebug("{Step}", step.Step.Text);
                _told[step.Step.Text] = _time.GetTimestamp();
                break;
            case StepOutput { Step.IsInstruction: false } output when IsDue(output.Step.Text):
                logger.LogInformation("{Progress}", $"{output.Step.Text}: {output.Line}");
                break;
            case StepOutput output:
                logger.LogDebug("  {Line}", output.Line);
                break;
            case StepFinished step:
                logger.Log(Level(step), "{Step}", Describe(step));
                break;
            case Transferred transfer:
                Report(transfer);
                break;
            case LayerPushed layer:
                logger.LogInformation("{Layer}", layer.ToString());
                break;
            case BuildWarning warning:
                logger.LogWarning("{Warning}", warning.Text);
                break;
            case BuildNote note:
                logger.LogInformation("{Note}", note.Text);
                break;
            default:
                break;
        }
    }

    private static LogLevel Level(StepFinished step) =>
        step.Step.IsInstruction || step.Duration >= Long || step.Step.Text.StartsWith("pull ", StringComparison.Ordinal)
            ? LogLevel.Information
            : LogLevel.Debug;

    private bool IsDue(string step)
    {
        if (!_told.TryGetValue(step, out var told))
        {
            _told[step] = _time.GetTimestamp();
            return false;
        }

        if (_time.GetElapsedTime(told) < Pause)
        {
            return false;
        }

        _told[step] = _time.GetTimestamp();
        return true;
    }

    /// <summary>Long transfers say how far they are, each quarter once, or every 100 MB where the end is not known.</summary>
    private void Report(Transferred transfer)
    {
        const long Chunk = 100_000_000;
        const long Small = 10_000_000;
        var part = transfer.Total > 0 ? (int)(4 * transfer.Current / transfer.Total) : (int)(transfer.Current / Chunk);
        if (part > _reported.GetValueOrDefault(transfer.What) && Math.Max(transfer.Current, transfer.Total) >= Small)
        {
            _reported[transfer.What] = part;
            var size = new Images.ByteSize(transfer.Current);
            logger.LogInformation("{Transfer}",
                transfer.Total > 0 ? $"{transfer.What}: {size} of {new Images.ByteSize(transfer.Total)}" : $"{transfer.What}: {size}");
        }
    }
}

/// <summary>Tells the log of a build that only measuring needs, at verbose level.</summary>
internal sealed class QuietBuildLog(ILogger logger) : IBuildObserver
{
    public void On(BuildEvent buildEvent)
    {
        if (buildEvent is StepFinished step)
        {
            logger.LogDebug("{Step}", BuildLog.Describe(step));
        }
    }
}
