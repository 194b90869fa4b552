using System.Globalization;
using Cake.MultiStage.Building;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Progress;

/// <summary>
/// Tells the log of a build: one line a step, and at verbose level the whole of it, what the steps write and what the builder does for
/// itself. What the builder does for itself is told to everyone where it takes long, such as listing and sending a hundred thousand files;
/// of a step that takes long a line says now and then that it still runs, as CI providers end what is silent.
/// </summary>
internal sealed class BuildLog(ILogger logger, TimeProvider? time = null) : IBuildObserver, IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _reported = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);

    public static string Describe(StepFinished step) =>
        step.Error is not null ? $"{step.Step.Text} FAILED"
        : step.Cached ? $"{step.Step.Text} CACHED"
        : string.Create(CultureInfo.InvariantCulture, $"{step.Step.Text} {step.Duration.TotalSeconds:0.0}s");

    public void On(BuildEvent buildEvent)
    {
        switch (buildEvent)
        {
            case StepStarted step:
                Begin(step.Step, step.IsSource);
                break;
            case StepOutput { Step.IsInstruction: false } output when IsDue(output.Step.Text):
                logger.LogInformation("{Progress}", $"{output.Step.Text}: {output.Line}");
                break;
            case StepOutput output:
                logger.LogDebug("  {Line}", output.Line);
                _running.GetValueOrDefault(output.Step.Text)?.Tests.Read(output.Line);
                break;
            case StepFinished step:
                End(step);
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

    /// <summary>A build that was stopped ends no step.</summary>
    public void Dispose()
    {
        foreach (var running in _running.Values)
        {
            running.Timer?.Dispose();
        }

        _running.Clear();
    }

    private void Begin(StepName step, bool isSource)
    {
        logger.LogDebug("{Step}", step.Text);
        var began = _told[step.Text] = _time.GetTimestamp();
        // A base image waits for the step that needs it, for as long as others compile; what travels of it is told by itself.
        var timer = isSource ? null : _time.CreateTimer(
            _ => logger.LogInformation("{Step}", StepLine.Of(step.Text,
                string.Create(CultureInfo.InvariantCulture, $" still running after {_time.GetElapsedTime(began).TotalSeconds:0}s"))),
            state: null, Beat, Beat);
        if (_running.Remove(step.Text, out var before))
        {
            before.Timer?.Dispose();
        }

        _running[step.Text] = new Running(timer, new TestCount());
    }

    private void End(StepFinished step)
    {
        var text = step.Step.Text;
        var described = Describe(step);
        var line = StepLine.Of(text, described[text.Length..]);
        var began = _running.Remove(text, out var running);
        running?.Timer?.Dispose();
        if (!began && line != described)
        {
            logger.LogDebug("{Step}", text);
        }

        logger.Log(Level(step), "{Step}", line);
        if (running?.Tests.Told is { } tests && step.Error is null)
        {
            logger.LogInformation("  {Tests}", tests);
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

    private sealed record Running(ITimer? Timer, TestCount Tests);
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
