using System.Formats.Tar;
using Cake.MultiStage.Images;
using Docker.DotNet.Models;

namespace Cake.MultiStage.Engine;

/// <summary>Files of an image, read out of a container that is never started.</summary>
internal sealed class ContainerFiles : IAsyncDisposable
{
    private readonly EngineConnection _connection;
    private readonly string _container;

    private ContainerFiles(EngineConnection connection, string container)
    {
        _connection = connection;
        _container = container;
    }

    public static async Task<ContainerFiles> OpenAsync(EngineConnection connection, Digest image, CancellationToken cancellationToken)
    {
        // An image from scratch may have no command, which a container must have even if it never starts; and its working folder may be none.
        var parameters = new CreateContainerParameters { Image = image.ToString(), Cmd = ["none"], WorkingDir = "/", HostConfig = new HostConfig { NetworkMode = "none" } };
        var container = await connection.GuardAsync($"Making a container of image '{image.Abbreviated}'", () => connection.Client.Containers.CreateContainerAsync(parameters, cancellationToken));
        return new ContainerFiles(connection, container.ID);
    }

    /// <summary>Reads a regular file.</summary>
    public Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken) => _connection.GuardAsync($"Reading '{path}' of the image", async () =>
    {
        var archive = await _connection.Client.Containers.GetArchiveFromContainerAsync(_container, new ContainerPathStatParameters { Path = path }, statOnly: false, cancellationToken);
        await using var stream = archive.Stream ?? Stream.Null;
        await using var tar = new TarReader(stream);
        var entry = await tar.GetNextEntryAsync(copyData: false, cancellationToken);
        if (entry?.DataStream is not { } data)
        {
            return [];
        }

        using var content = new MemoryStream();
        await data.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    });

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _connection.GuardAsync("Removing a container", async () =>
            {
                await _connection.Client.Containers.RemoveContainerAsync(_container, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, CancellationToken.None);
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
