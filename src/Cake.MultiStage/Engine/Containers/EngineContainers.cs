using Docker.DotNet.Models;

namespace Cake.MultiStage.Engine.Containers;

/// <summary>The containers that this addin makes in an engine, and removes.</summary>
internal sealed class EngineContainers(EngineConnection connection)
{
    /// <summary>The label by which these containers are found, should one be left behind.</summary>
    public const string Label = "org.cake-multistage.container";

    private static readonly TimeSpan Making = TimeSpan.FromSeconds(10);

    /// <summary>Makes a container, which does not run yet.</summary>
    /// <param name="parameters">The container.</param>
    /// <param name="purpose">What it is for: the value of its label.</param>
    /// <param name="cancellationToken">Stops making it; none is left then.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="EngineException">The engine refuses, or is gone.</exception>
    public async Task<string> CreateAsync(CreateContainerParameters parameters, string purpose, CancellationToken cancellationToken)
    {
        parameters.Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Label] = purpose };
        var making = connection.GuardAsync($"Making a container of image '{parameters.Image}'", () => connection.Client.Containers.CreateContainerAsync(parameters, CancellationToken.None));
        try
        {
            return (await making.WaitAsync(cancellationToken)).ID;
        }
        catch (OperationCanceledException)
        {
            // The engine makes it all the same, whether anybody waits for the answer or not.
            await Task.WhenAny(making, Task.Delay(Making, CancellationToken.None));
            if (making.IsCompletedSuccessfully)
            {
                await RemoveAsync((await making).ID);
            }

            throw;
        }
    }

    /// <summary>Removes a container with its volumes, whether it runs or not.</summary>
    public async Task RemoveAsync(string container)
    {
        try
        {
            await connection.GuardAsync("Removing a container", async () =>
            {
                await connection.Client.Containers.RemoveContainerAsync(container, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, CancellationToken.None);
                return true;
            });
        }
        catch (EngineException)
        {
            // The engine is gone, which whoever asked next has been told, or has removed the container itself.
            return;
        }
    }
}
