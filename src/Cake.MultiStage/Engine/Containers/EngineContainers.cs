using System.Net;
using Cake.MultiStage.Engine.Leftovers;
using Docker.DotNet.Models;

namespace Cake.MultiStage.Engine.Containers;

/// <summary>The containers that this addin makes in an engine, and removes.</summary>
internal sealed class EngineContainers(EngineConnection connection)
{
    /// <summary>The label by which these containers are found; its value is what they are for.</summary>
    public const string Label = "org.cake-multistage.container";

    /// <summary>Makes a container, which does not run yet.</summary>
    /// <param name="parameters">The container.</param>
    /// <param name="purpose">What it is for: the value of its label.</param>
    /// <param name="cancellationToken">Stops making it; none is left then.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="EngineException">The engine refuses, or is gone.</exception>
    public async Task<string> CreateAsync(CreateContainerParameters parameters, string purpose, CancellationToken cancellationToken)
    {
        var mark = Leftover.New(new HostProcesses(), TimeProvider.System).ToString();
        parameters.Name = Leftover.Prefix + mark;
        parameters.Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Label] = purpose, [Leftover.Label] = mark };

        // The engine makes it whether anybody waits for the answer or not: so the answer is waited for after a stop, too.
        var making = connection.AskAsync(
            $"Making a container of image '{parameters.Image}'",
            token => connection.Client.Containers.CreateContainerAsync(parameters, token),
            connection.Operation.Ending);
        try
        {
            return (await making.WaitAsync(cancellationToken)).ID;
        }
        catch (OperationCanceledException)
        {
            await connection.CleanUpAsync(
                $"container {parameters.Name} ('docker rm --force {parameters.Name}')",
                async token => await DeleteAsync((await making.WaitAsync(token)).ID, token));
            throw;
        }
    }

    /// <summary>Removes a container with its volumes, whether it runs or not, also when the operation was stopped.</summary>
    public Task RemoveAsync(string container) =>
        connection.CleanUpAsync($"container {container[..12]} ('docker rm --force {container[..12]}')",
            token => DeleteAsync(container, token));

    private async Task DeleteAsync(string container, CancellationToken cancellationToken)
    {
        var parameters = new ContainerRemoveParameters { Force = true, RemoveVolumes = true };
        try
        {
            await connection.AskAsync(
                "Removing a container", token => connection.Client.Containers.RemoveContainerAsync(container, parameters, token),
                cancellationToken);
        }
        catch (EngineException exception) when (exception.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // It is gone, or on its way: somebody else has removed it.
            return;
        }
    }
}
