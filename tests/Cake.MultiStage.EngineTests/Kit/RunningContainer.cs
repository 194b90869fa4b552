using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>A container that serves one port to this host.</summary>
internal sealed class RunningContainer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly DockerClient _client;
    private readonly string _id;
    private readonly HttpClient _http;

    private RunningContainer(DockerClient client, string id, Uri address)
    {
        _client = client;
        _id = id;
        _http = new HttpClient { BaseAddress = address };
    }

    public static async Task<RunningContainer> StartAsync(DockerClient client, string image, int port)
    {
        var exposed = string.Create(CultureInfo.InvariantCulture, $"{port}/tcp");
        var container = await client.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Image = image,
            ExposedPorts = new Dictionary<string, EmptyStruct>(StringComparer.Ordinal) { [exposed] = default },
            HostConfig = new HostConfig
            {
                PortBindings = new Dictionary<string, IList<PortBinding>>(StringComparer.Ordinal)
                    { [exposed] = [new PortBinding { HostIP = "127.0.0.1", HostPort = "" }] },
            },
        });
        await client.Containers.StartContainerAsync(container.ID, new ContainerStartParameters());
        var inspected = await client.Containers.InspectContainerAsync(container.ID);
        var ports = inspected.NetworkSettings?.Ports;
        var hostPort = ports is not null && ports.TryGetValue(exposed, out var bindings) && bindings is [var first, ..]
            ? first.HostPort
            : null;
        return new RunningContainer(client, container.ID, new Uri($"http://127.0.0.1:{hostPort ?? "1"}"));
    }

    /// <summary>Asks for a page until the program answers.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            try
            {
                return await _http.GetAsync(new Uri(path, UriKind.Relative), limit.Token);
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                if (limit.IsCancellationRequested || !await RunsAsync())
                {
                    throw new InvalidOperationException($"The container gave no answer. It said:\n{await OutputAsync()}", exception);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }
        }
    }

    /// <summary>Asks for a page until the program answers.</summary>
    public async Task<string> ReadAsync(string path)
    {
        using var response = await GetAsync(path);
        return await response.Content.ReadAsStringAsync();
    }

    public async Task<string> OutputAsync()
    {
        using var logs = await _client.Containers.GetContainerLogsAsync(_id,
            new ContainerLogsParameters { ShowStdout = true, ShowStderr = true });
        var (output, error) = await logs.ReadOutputToEndAsync(CancellationToken.None);
        return output + error;
    }

    /// <summary>Stops the container as <c>docker stop</c> does.</summary>
    /// <returns>The exit code; 137 where the program did not heed the signal and was killed.</returns>
    public async Task<long> StopAsync()
    {
        await _client.Containers.StopContainerAsync(_id, new ContainerStopParameters { WaitBeforeKillSeconds = 20 });
        return (await _client.Containers.InspectContainerAsync(_id)).State!.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _client.Containers.RemoveContainerAsync(_id, new ContainerRemoveParameters { Force = true });
    }

    private async Task<bool> RunsAsync() => (await _client.Containers.InspectContainerAsync(_id)).State!.Running;
}
