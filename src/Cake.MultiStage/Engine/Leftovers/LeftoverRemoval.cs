using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Engine.Leftovers;

/// <summary>Removes from an engine, and from folders, what runs have left that were killed.</summary>
internal sealed class LeftoverRemoval(HostProcesses processes, TimeProvider time)
{
    /// <summary>
    /// Removes the containers, images and temporary tags of processes that are gone. What can't be removed stays for the next run.
    /// </summary>
    public async Task RemoveAsync(EngineConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await RemoveContainersAsync(connection, cancellationToken);
            await RemoveImagesAsync(connection, cancellationToken);
            await RemoveTagsAsync(connection, cancellationToken);
        }
        catch (EngineException exception)
        {
            connection.Logger.LogDebug("{Text}", $"Looking for leftovers of earlier runs: {exception.Message}");
        }
    }

    /// <summary>Removes the files and folders of processes that are gone from a folder.</summary>
    public void RemoveFrom(string folder)
    {
        try
        {
            var found = Directory.EnumerateFileSystemEntries(folder, $".{Leftover.Prefix}*");
            foreach (var path in found.Where(path => IsGone(Path.GetFileName(path))))
            {
                if (Directory.Exists(path))
                {
                    Directory.Delete(path, recursive: true);
                }
                else
                {
                    File.Delete(path);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It belongs to another user, or another run is removing it.
            return;
        }
    }

    private static Dictionary<string, IDictionary<string, bool>> Filter(params (string Name, string Value)[] filters) =>
        filters.ToDictionary(
            filter => filter.Name,
            filter => (IDictionary<string, bool>)new Dictionary<string, bool>(StringComparer.Ordinal) { [filter.Value] = true },
            StringComparer.Ordinal);

    private static string? MarkOf(IDictionary<string, string>? labels) =>
        labels is not null && labels.TryGetValue(Leftover.Label, out var mark) ? mark : null;

    private bool IsGone(string? mark) => Leftover.Parse(mark) is { } leftover && leftover.IsGone(processes, time);

    private async Task RemoveContainersAsync(EngineConnection connection, CancellationToken cancellationToken)
    {
        var all = new ContainersListParameters { All = true, Filters = Filter(("label", Leftover.Label)) };
        var found = await connection.AskAsync(
            "Listing containers", token => connection.Client.Containers.ListContainersAsync(all, token), cancellationToken);
        foreach (var container in found.Where(container => IsGone(MarkOf(container.Labels))))
        {
            var removal = new ContainerRemoveParameters { Force = true, RemoveVolumes = true };
            await TryAsync(
                connection,
                $"container {container.ID[..12]}",
                token => connection.Client.Containers.RemoveContainerAsync(container.ID, removal, token),
                cancellationToken);
        }
    }

    private async Task RemoveImagesAsync(EngineConnection connection, CancellationToken cancellationToken)
    {
        var dangling = new ImagesListParameters { Filters = Filter(("label", Leftover.Label), ("dangling", "true")) };
        var found = await connection.AskAsync(
            "Listing images", token => connection.Client.Images.ListImagesAsync(dangling, token), cancellationToken);
        foreach (var image in found.Where(image => IsGone(MarkOf(image.Labels))))
        {
            await DeleteAsync(connection, image.ID, cancellationToken);
        }
    }

    private async Task RemoveTagsAsync(EngineConnection connection, CancellationToken cancellationToken)
    {
        var temporary = new ImagesListParameters { Filters = Filter(("reference", Leftover.Repository)) };
        var found = await connection.AskAsync(
            "Listing images", token => connection.Client.Images.ListImagesAsync(temporary, token), cancellationToken);
        var tags = found.SelectMany(image => image.RepoTags ?? []);
        foreach (var tag in tags.Where(
            tag => tag.StartsWith(Leftover.Repository + ":", StringComparison.Ordinal) && IsGone(tag.Split(':')[^1])))
        {
            await DeleteAsync(connection, tag, cancellationToken);
        }
    }

    private static Task DeleteAsync(EngineConnection connection, string image, CancellationToken cancellationToken) => TryAsync(
        connection,
        $"image {image}",
        token => connection.Client.Images.DeleteImageAsync(image, new ImageDeleteParameters { NoPrune = true }, token),
        cancellationToken);

    private static async Task TryAsync(
        EngineConnection connection, string what, Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        try
        {
            await connection.AskAsync($"Removing {what}", action, cancellationToken);
            connection.Logger.LogInformation("{Text}", $"Removed {what}, which a run has left that was killed");
        }
        catch (EngineException exception) when (exception.Status is not null)
        {
            // Another run is removing it, or something uses it.
            connection.Logger.LogDebug("{Text}", $"A leftover of an earlier run stays: {exception.Message}");
        }
    }
}
