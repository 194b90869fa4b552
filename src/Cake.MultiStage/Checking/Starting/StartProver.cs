using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Containers;
using Cake.MultiStage.Measuring;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Checking.Starting;

/// <summary>Starts a container of an image, without a network, and watches it until it ends, is ready, or its time is up.</summary>
internal sealed class StartProver(EngineConnection connection)
{
    private static readonly TimeSpan HealthLook = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    /// <exception cref="MultiStageException">What is to be waited for can't be.</exception>
    /// <exception cref="EngineException">The engine went away.</exception>
    public async Task<(StartProof Proof, Finding? Finding)> ProveAsync(MeasuredImage measured, StartRequest request,
        CancellationToken cancellationToken)
    {
        var image = measured.Image.ToString();
        connection.Logger.LogInformation("{Text}", $"Starting a container of {image} ({request})");
        var outcome = await RunAsync(measured, request, cancellationToken);
        connection.Logger.LogInformation("{Text}", $"{image}: {outcome}");
        return (outcome.Proof, new StartJudge(image, request).Judge(outcome));
    }

    private async Task<StartOutcome> RunAsync(MeasuredImage measured, StartRequest request, CancellationToken cancellationToken)
    {
        await using var probe = request.Port is { } port
            ? await PortProbe.OpenAsync(connection, await ProbeImagesAsync(measured, request, cancellationToken), port, cancellationToken)
            : null;
        var description = new ContainerDescription(measured.Image.Id.ToString())
        {
            Purpose = StartJudge.Id,
            Arguments = request.Arguments is [] ? null : request.Arguments,
            Environment = request.Environment,
            ReadOnly = request.ReadOnly,
            Tmpfs = request.Tmpfs,
            Memory = request.Memory,
            HealthCheck = request.HealthCheck,
            NetworkOf = probe?.Network,
        };
        StartedContainer container;
        try
        {
            container = await StartedContainer.StartAsync(connection, description, cancellationToken);
        }
        catch (EngineException exception) when (exception.Refusal is { } refusal)
        {
            return new StartOutcome(new StartProof { Refusal = refusal, WaitedFor = request.WaitedFor });
        }

        await using (container)
        {
            return await WatchAsync(container, probe, request, cancellationToken);
        }
    }

    private static async Task<StartOutcome> WatchAsync(StartedContainer container, PortProbe? probe, StartRequest request,
        CancellationToken cancellationToken)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = container.WaitAsync(watching.Token);
        var ready = ReadyAsync(container, probe, request, watching.Token);
        try
        {
            var first = await Task.WhenAny(ended, ready, Task.Delay(request.Timeout, watching.Token));
            cancellationToken.ThrowIfCancellationRequested();
            var proof = new StartProof
            {
                Duration = container.Elapsed,
                WaitedFor = request.WaitedFor,
                ExitCode = first != ready && ended.IsCompleted ? await ended : null,
                Ready = first == ready ? container.Elapsed : null,
            };
            var isLoopbackOnly = first == ready && await ready;
            var state = await container.InspectAsync(cancellationToken);
            if (proof.ExitCode is null)
            {
                await container.StopAsync(StopGrace, cancellationToken);
            }

            var output = container.Output.ToString();
            if (proof.ExitCode is not null && RuntimeRefusal.In(output) is { } refusal)
            {
                return new StartOutcome(new StartProof { Refusal = refusal, WaitedFor = request.WaitedFor });
            }

            return new StartOutcome(proof with { Output = output, FirstOutput = container.FirstOutput })
            {
                IsOutOfMemory = state.IsOutOfMemory,
                IsLoopbackOnly = isLoopbackOnly,
                HealthOutput = state.HealthOutput,
            };
        }
        finally
        {
            await watching.CancelAsync();
            await Task.WhenAll(ended, ready).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Completes when all that is waited for is there, with whether the port is listened on at the loopback address alone; never where
    /// nothing is waited for.
    /// </summary>
    private static async Task<bool> ReadyAsync(StartedContainer container, PortProbe? probe, StartRequest request,
        CancellationToken cancellationToken)
    {
        if (request.WaitedFor is null)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        var isLoopbackOnly = probe is not null && await probe.WaitAsync(cancellationToken);
        while (request.HealthCheck && await container.InspectAsync(cancellationToken) is { IsHealthy: false } state)
        {
            if (!state.HasHealthCheck)
            {
                throw new MultiStageException(
                    "The start proof is to wait for a health check, but the image has none. Give it a HEALTHCHECK, or wait for a TCP port "
                        + "by Start.Port.");
            }

            await Task.Delay(HealthLook, cancellationToken);
        }

        return isLoopbackOnly;
    }

    /// <summary>
    /// The images that may have a shell: the one that was named, else those that stages start from, and last the image itself.
    /// </summary>
    private async Task<IReadOnlyList<string>> ProbeImagesAsync(MeasuredImage measured, StartRequest request,
        CancellationToken cancellationToken)
    {
        if (request.ProbeImage is { } named)
        {
            return [named];
        }

        List<string> found = [];
        foreach (var name in measured.Stages.Select(stage => stage.Base)
            .Except(measured.Stages.Select(stage => stage.Name), StringComparer.Ordinal)
            .Where(name => name != "scratch"))
        {
            if (await new EngineImages(connection).FindAsync(name, cancellationToken) is not null)
            {
                found.Add(name);
            }
        }

        return [.. found, measured.Image.Id.ToString()];
    }
}
