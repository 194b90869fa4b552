using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>An engine, looked at beside the addin: by Docker.DotNet alone.</summary>
internal sealed class TestEngine : IDisposable
{
    private readonly DockerClient _client;

    public TestEngine(string host)
    {
        Host = host;
        _client = new DockerClientBuilder().WithEndpoint(new Uri(host)).WithTimeout(Timeout.InfiniteTimeSpan).Build();
    }

    public string Host { get; }

    public void Dispose() => _client.Dispose();

    public Task<ImageInspectResponse> InspectAsync(string image) => _client.Images.InspectImageAsync(image);

    public async Task<DockerOCIImageConfig> ConfigAsync(string image) => (await InspectAsync(image)).Config!;

    public async Task<IReadOnlySet<string>> ImageIdsAsync() =>
        (await _client.Images.ListImagesAsync(new ImagesListParameters { All = true }))
            .Select(image => image.ID)
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Gets the ids of the images and containers that carry a label, intermediate and stopped ones included.</summary>
    public async Task<IReadOnlySet<string>> LabelledAsync(string label)
    {
        var images = await _client.Images.ListImagesAsync(new ImagesListParameters { All = true, Filters = Filter("label", label) });
        var containers =
            await _client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = Filter("label", label) });
        return images.Select(image => image.ID).Concat(containers.Select(container => container.ID)).ToHashSet(StringComparer.Ordinal);
    }

    public Task TagAsync(string image, string repository, string tag) =>
        _client.Images.TagImageAsync(image, new ImageTagParameters { RepositoryName = repository, Tag = tag });

    public Task DeleteAsync(string image) => _client.Images.DeleteImageAsync(image, new ImageDeleteParameters { Force = true });

    /// <summary>Takes a tag away, if it is there.</summary>
    public async Task UntagAsync(string tag)
    {
        try
        {
            await _client.Images.DeleteImageAsync(tag, new ImageDeleteParameters { NoPrune = true });
        }
        catch (DockerImageNotFoundException)
        {
            return;
        }
    }

    public async Task PushAsync(string repository, string tag)
    {
        string? error = null;
        await _client.Images.PushImageAsync($"{repository}:{tag}", new ImagePushParameters(), new AuthConfig(),
            new Progress<JSONMessage>(message => error = message.Error?.Message ?? error));
        Assert.That(error, Is.Null);
    }

    /// <summary>Writes what <c>docker save</c> would.</summary>
    public async Task SaveAsync(string image, string file)
    {
        await using var saved = await _client.Images.SaveImageAsync(image);
        await using var target = File.Create(file);
        await saved.CopyToAsync(target);
    }

    /// <summary>Runs a container of an image to its end.</summary>
    /// <param name="image">The image.</param>
    /// <param name="command">What to run; nothing for what the image runs by itself.</param>
    /// <returns>The exit code and the standard output.</returns>
    public async Task<(long ExitCode, string Output)> RunAsync(string image, params string[] command)
    {
        var parameters = new CreateContainerParameters { Image = image, HostConfig = new HostConfig { NetworkMode = "none" } };
        if (command.Length > 0)
        {
            (parameters.Entrypoint, parameters.Cmd) = ([command[0]], command[1..]);
        }

        var container = await _client.Containers.CreateContainerAsync(parameters);
        try
        {
            await _client.Containers.StartContainerAsync(container.ID, new ContainerStartParameters());
            var ended = await _client.Containers.WaitContainerAsync(container.ID);
            using var logs = await _client.Containers.GetContainerLogsAsync(container.ID,
                new ContainerLogsParameters { ShowStdout = true, ShowStderr = true });
            var (output, error) = await logs.ReadOutputToEndAsync(CancellationToken.None);
            await TestContext.Out.WriteAsync(error);
            return (ended.StatusCode, output);
        }
        finally
        {
            await _client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true });
        }
    }

    /// <summary>Starts a container whose program listens on a port.</summary>
    public Task<RunningContainer> ServeAsync(string image, int port) => RunningContainer.StartAsync(_client, image, port);

    /// <summary>Starts a container whose program listens on this host's own addresses.</summary>
    /// <returns>The container's id.</returns>
    public async Task<string> StartOnHostAsync(string image, params string[] environment)
    {
        var parameters = new CreateContainerParameters { Image = image, Env = [.. environment],
            HostConfig = new HostConfig { NetworkMode = "host" } };
        var container = await _client.Containers.CreateContainerAsync(parameters);
        await _client.Containers.StartContainerAsync(container.ID, new ContainerStartParameters());
        return container.ID;
    }

    public Task RemoveContainerAsync(string container) =>
        _client.Containers.RemoveContainerAsync(container, new ContainerRemoveParameters { Force = true });

    /// <summary>Reads a file of an image, which need not have a shell.</summary>
    public async Task<string> ReadFileAsync(string image, string path)
    {
        var container = await _client.Containers.CreateContainerAsync(new CreateContainerParameters { Image = image, Cmd = ["none"] });
        try
        {
            var archive = await _client.Containers.GetArchiveFromContainerAsync(container.ID,
                new ContainerPathStatParameters { Path = path }, statOnly: false);
            await using var stream = archive.Stream!;
            await using var tar = new TarReader(stream);
            var entry = await tar.GetNextEntryAsync();
            using var text = new StreamReader(entry!.DataStream ?? Stream.Null);
            return await text.ReadToEndAsync();
        }
        finally
        {
            await _client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true });
        }
    }

    /// <summary>Deletes the images of a repository, and the untagged ones that carry a label.</summary>
    public async Task CleanAsync(string repository, string label)
    {
        foreach (var image in await _client.Images.ListImagesAsync(new ImagesListParameters { Filters = Filter("reference", repository) }))
        {
            await DeleteAsync(image.ID);
        }

        var untagged = new Dictionary<string, IDictionary<string, bool>>([.. Filter("label", label), .. Filter("dangling", "true")],
            StringComparer.Ordinal);
        for (var attempt = 0; attempt < 50 && await DeleteAllAsync(untagged); attempt++)
        {
            // A container of the legacy builder holds its image for a moment after the build was cancelled.
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>
    /// Deletes images and says whether some are left. An engine's own prune would take leases of other tests' builds along (containerd's
    /// store).
    /// </summary>
    private async Task<bool> DeleteAllAsync(Dictionary<string, IDictionary<string, bool>> filters)
    {
        var parameters = new ImagesListParameters { All = true, Filters = filters };
        foreach (var image in await _client.Images.ListImagesAsync(parameters))
        {
            try
            {
                await DeleteAsync(image.ID);
            }
            catch (DockerApiException exception)
                when (exception.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict)
            {
                // It went with another, or others start from it and go first.
            }
        }

        return (await _client.Images.ListImagesAsync(parameters)).Count > 0;
    }

    private static Dictionary<string, IDictionary<string, bool>> Filter(string name, string value) =>
        new(StringComparer.Ordinal) { [name] = new Dictionary<string, bool>(StringComparer.Ordinal) { [value] = true } };
}
