using Docker.DotNet.Models;

namespace Cake.MultiStage.Engine.Containers;

/// <summary>How a container is, as the engine says.</summary>
internal sealed record ContainerState
{
    public bool IsRunning { get; init; }

    /// <summary>Gets a value indicating whether the kernel killed it because its memory was used up.</summary>
    public bool IsOutOfMemory { get; init; }

    /// <summary>Gets a value indicating whether it has a health check.</summary>
    public bool HasHealthCheck { get; init; }

    public bool IsHealthy { get; init; }

    /// <summary>Gets what the health check said last; <see langword="null"/> where it has not been run.</summary>
    public string? HealthOutput { get; init; }

    public static ContainerState Of(ContainerInspectResponse inspected) => new()
    {
        IsRunning = inspected.State?.Running == true,
        IsOutOfMemory = inspected.State?.OOMKilled == true,
        HasHealthCheck = inspected.State?.Health is { Status: not "none" },
        IsHealthy = inspected.State?.Health?.Status == "healthy",
        HealthOutput = inspected.State?.Health?.Log?.LastOrDefault() is { } last
            ? $"exit code {last.ExitCode}: {last.Output?.Trim()}"
            : null,
    };
}
