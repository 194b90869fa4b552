using System.Diagnostics;

namespace Cake.MultiStage.Building;

/// <summary>Runs the builds of a plan side by side, each when what it needs is there.</summary>
/// <param name="parallel">How many may run at once.</param>
/// <param name="keepGoing">Whether a failure stops only what depends on it.</param>
internal sealed class PlanRunner(int parallel, bool keepGoing)
{
    /// <summary>Runs them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="build">Builds one.</param>
    /// <param name="cancellationToken">Stops all.</param>
    /// <returns>What became of each, in the order of the plan.</returns>
    public async Task<IReadOnlyList<BuildOutcome>> RunAsync(
        BuildPlan plan, Func<PlannedBuild, CancellationToken, Task<BuiltImage>> build, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(parallel);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new Dictionary<string, Task<BuildOutcome>>(StringComparer.Ordinal);
        foreach (var planned in plan.Builds)
        {
            List<Task<BuildOutcome>> needed = [.. planned.Needs.Select(need => running[need.Build])];
#pragma warning disable CA2025 // all are awaited below, before either is disposed
            running[planned.Name] = RunAsync(planned, needed, places, stopping, build, cancellationToken);
#pragma warning restore CA2025
        }

        var outcomes = await Task.WhenAll(plan.Builds.Select(planned => running[planned.Name]));
        cancellationToken.ThrowIfCancellationRequested();
        return outcomes;
    }

    private async Task<BuildOutcome> RunAsync(
        PlannedBuild planned, IReadOnlyList<Task<BuildOutcome>> needed, SemaphoreSlim places, CancellationTokenSource stopping,
        Func<PlannedBuild, CancellationToken, Task<BuiltImage>> build, CancellationToken cancellationToken)
    {
        if ((await Task.WhenAll(needed)).FirstOrDefault(other => other.Image is null) is { } missing)
        {
            return new BuildOutcome(planned.Name) { Skipped = $"'{missing.Name}' is missing, which it needs" };
        }

        var started = Stopwatch.GetTimestamp();
        var isIn = false;
        try
        {
            await places.WaitAsync(stopping.Token);
            isIn = true;
            started = Stopwatch.GetTimestamp();
            var image = await build(planned, stopping.Token);
            return new BuildOutcome(planned.Name) { Image = image, Duration = Stopwatch.GetElapsedTime(started) };
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return new BuildOutcome(planned.Name)
            {
                Skipped = cancellationToken.IsCancellationRequested ? "it was stopped" : "another build failed",
            };
        }
        catch (MultiStageException exception)
        {
            if (!keepGoing)
            {
                await stopping.CancelAsync();
            }

            return new BuildOutcome(planned.Name) { Error = exception, Duration = Stopwatch.GetElapsedTime(started) };
        }
        finally
        {
            if (isIn)
            {
                places.Release();
            }
        }
    }
}
