using Cake.MultiStage.Images;
using Docker.DotNet.Models;

namespace Cake.MultiStage.Engine.Containers;

/// <summary>A container as it is asked for. It has no network, and what it writes is kept by nobody but who attaches to it.</summary>
/// <param name="Image">The image's id or reference.</param>
internal sealed record ContainerDescription(string Image)
{
    // Often enough to tell when a program became healthy, and no load worth the name.
    private static readonly TimeSpan HealthInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets what it is for: the value of <see cref="EngineContainers.Label"/>.</summary>
    public required string Purpose { get; init; }

    /// <summary>Gets the program in place of the image's; <see langword="null"/> for the image's.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Gets the arguments in place of the image's <c>CMD</c>; <see langword="null"/> for the image's.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    /// <summary>Gets the user in place of the image's; <see langword="null"/> for the image's.</summary>
    public string? User { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public bool ReadOnly { get; init; }

    /// <summary>Gets the folders that are writable and in memory.</summary>
    public IReadOnlyList<string> Tmpfs { get; init; } = [];

    public ByteSize? Memory { get; init; }

    /// <summary>
    /// Gets a value indicating whether the image's health check is run from the start, twice a second, however seldom the image has it run.
    /// </summary>
    public bool HealthCheck { get; init; }

    /// <summary>Gets the id of the container whose network (none, too) it shares; <see langword="null"/> for one of its own.</summary>
    public string? NetworkOf { get; init; }

    public CreateContainerParameters ToParameters()
    {
        var parameters = new CreateContainerParameters
        {
            Image = Image,
            Env = [.. Environment.Select(pair => $"{pair.Key}={pair.Value}")],

            // Where no test is given, the image's is taken. A program that is not ready yet fails many times before it passes once.
            Healthcheck = HealthCheck
                ? new HealthcheckConfig { Interval = HealthInterval, StartPeriod = TimeSpan.FromMilliseconds(1), Retries = 1_000_000 }
                : new HealthcheckConfig { Test = ["NONE"] },
            HostConfig = new HostConfig
            {
                NetworkMode = NetworkOf is null ? "none" : "container:" + NetworkOf,
                ReadonlyRootfs = ReadOnly,
                Tmpfs = Tmpfs.ToDictionary(folder => folder, _ => "", StringComparer.Ordinal),
                Memory = Memory?.Bytes ?? 0,
                MemorySwap = Memory?.Bytes ?? 0,
                LogConfig = new LogConfig { Type = "none" },
            },
        };
        if (User is not null)
        {
            parameters.User = User;
        }

        if (Entrypoint is not null)
        {
            parameters.Entrypoint = [.. Entrypoint];
        }

        if (Arguments is not null)
        {
            parameters.Cmd = [.. Arguments];
        }

        return parameters;
    }
}
