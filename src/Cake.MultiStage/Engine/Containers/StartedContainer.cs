using System.Globalization;
using Docker.DotNet.Models;

namespace Cake.MultiStage.Engine.Containers;

/// <summary>A container that is started and watched; it is removed with its volumes when it is disposed of.</summary>
internal sealed class StartedContainer : IAsyncDisposable
{
    private static readonly TimeSpan LastOutput = TimeSpan.FromSeconds(5);

    private readonly EngineConnection _connection;
    private readonly CancellationTokenSource _disposal = new();
    private Task _reading = Task.CompletedTask;

    private StartedContainer(EngineConnection connection, string id)
    {
        _connection = connection;
        Id = id;
    }

    public string Id { get; }

    public ContainerOutput Output { get; } = new();

    /// <summary>Gets the moment just before it was started (<see cref="TimeProvider.GetTimestamp"/> of the system).</summary>
    public long StartedAt { get; private set; }

    /// <summary>Gets the time from the start to the first output; <see langword="null"/> where there was none yet.</summary>
    public TimeSpan? FirstOutput => Output.FirstAt is { } first ? TimeProvider.System.GetElapsedTime(StartedAt, first) : null;

    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(StartedAt);

    /// <summary>Makes and starts a container.</summary>
    /// <exception cref="EngineException">The engine is gone, or refuses: <see cref="EngineException.Refusal"/> has its words.</exception>
    public static async Task<StartedContainer> StartAsync(
        EngineConnection connection, ContainerDescription description, CancellationToken cancellationToken)
    {
        var container = new StartedContainer(connection,
            await new EngineContainers(connection).CreateAsync(description.ToParameters(), description.Purpose, cancellationToken));
        try
        {
            await container.AttachAsync(cancellationToken);
            container.StartedAt = TimeProvider.System.GetTimestamp();
            await connection.AskAsync(
                $"Starting a container of image '{description.Image}'",
                token => connection.Client.Containers.StartContainerAsync(container.Id, new ContainerStartParameters(), token),
                cancellationToken);
            return container;
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for the program's end, and for the last of its output.</summary>
    /// <returns>The exit code.</returns>
    public async Task<long> WaitAsync(CancellationToken cancellationToken)
    {
        var answer = await _connection.GuardAsync(
            "Waiting for a container", () => _connection.Client.Containers.WaitContainerAsync(Id, cancellationToken));
        await ReadToEndAsync(cancellationToken);
        return answer.StatusCode;
    }

    public async Task<ContainerState> InspectAsync(CancellationToken cancellationToken) =>
        ContainerState.Of(await _connection.AskAsync(
            "Looking at a container", token => _connection.Client.Containers.InspectContainerAsync(Id, token), cancellationToken));

    /// <summary>Asks the program to end (the image's stop signal, else SIGTERM), and kills it where it does not in time.</summary>
    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        var parameters = new ContainerStopParameters { WaitBeforeKillSeconds = (uint)grace.TotalSeconds };
        await _connection.AskAsync(
            "Stopping a container", token => _connection.Client.Containers.StopContainerAsync(Id, parameters, token), cancellationToken);
        await ReadToEndAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await new EngineContainers(_connection).RemoveAsync(Id);
        await _disposal.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _disposal.Dispose();
    }

    // Before the start: so nothing that the program writes is missed, and its first output is timed rightly.
    private async Task AttachAsync(CancellationToken cancellationToken)
    {
        var response = await _connection.SendAsync(
            HttpMethod.Post,
            string.Create(CultureInfo.InvariantCulture, $"/containers/{Id}/attach?stream=1&stdout=1&stderr=1"),
            content: null,
            "Attaching to a container",
            cancellationToken,
            headers =>
            {
                headers.Connection.Add("Upgrade");
                headers.Upgrade.Add(new("tcp"));
            });
        _reading = ReadAsync(response);
    }

    private async Task ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            await using var stream = await response.Content.ReadAsStreamAsync(_disposal.Token);
            await Output.ReadAsync(stream, _disposal.Token);
        }
    }

    // The engine closes the stream once the program has ended; it is not waited for longer than it may take.
    private async Task ReadToEndAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAny(_reading, Task.Delay(LastOutput, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
    }
}
