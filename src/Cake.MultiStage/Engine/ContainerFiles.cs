using Cake.MultiStage.Engine.Containers;
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
        // An image from scratch may have no command, which a container must have even if it never starts; and its working folder may be
        // none.
        var parameters = new CreateContainerParameters { Image = image.ToString(), Cmd = ["none"], WorkingDir = "/",
            HostConfig = new HostConfig { NetworkMode = "none" } };
        return new ContainerFiles(connection, await new EngineContainers(connection).CreateAsync(parameters, "files", cancellationToken));
    }

    /// <summary>Opens an archive of a file, or of a folder with all that is in it.</summary>
    /// <param name="what">What is done, for errors.</param>
    /// <param name="path">The path.</param>
    /// <param name="cancellationToken">Stops opening it.</param>
    /// <exception cref="EngineException">The engine refuses, as there is no such path, or is gone.</exception>
    public async Task<Stream> ArchiveAsync(string what, string path, CancellationToken cancellationToken)
    {
        var parameters = new ContainerPathStatParameters { Path = path };
        var archive = await _connection.GuardAsync(what,
            () => _connection.Client.Containers.GetArchiveFromContainerAsync(_container, parameters, statOnly: false, cancellationToken));
        return archive.Stream
            ?? throw new EngineException($"{what} failed: the engine at {_connection.Endpoint} sent no archive.", _connection.Endpoint);
    }

    public async ValueTask DisposeAsync() => await new EngineContainers(_connection).RemoveAsync(_container);
}
