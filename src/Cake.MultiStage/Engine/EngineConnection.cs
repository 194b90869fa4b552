using System.Net.Http.Headers;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Docker.DotNet;
using Microsoft.Extensions.Logging;

namespace Cake.MultiStage.Engine;

/// <summary>One operation's use of an engine: it is watched for as long as the operation lasts, and what it left is removed.</summary>
internal sealed class EngineConnection : IBuilderConnection, IDisposable
{
    private readonly EngineLimits _limits;
    private readonly CancellationTokenSource _watching;
    private readonly EngineRoute _route;
    private readonly bool _ownsRoute;

    private EngineConnection(EngineRoute route, bool ownsRoute, Operation operation, EngineLimits limits)
    {
        (_route, _ownsRoute, _limits, Operation) = (route, ownsRoute, limits, operation);
        _watching = CancellationTokenSource.CreateLinkedTokenSource(operation.Token);
    }

    public EngineEndpoint Endpoint => _route.Endpoint;

    public DockerClient Client => _route.Client;

    /// <summary>Gets what the connection is for. It is stopped when the engine falls silent.</summary>
    public Operation Operation { get; }

    public ILogger Logger => Operation.Logger;

    /// <inheritdoc/>
    public IBuildKitLink Link => _route.Link;

    /// <inheritdoc/>
    public string Kind => "the Docker engine";

    /// <inheritdoc/>
    public string Version => _route.EngineVersion;

    /// <summary>Gets the credentials to registries that go along with pulls, builds and pushes.</summary>
    public RegistryKeyring Keyring { get; private init; } = RegistryKeyring.None;

    /// <inheritdoc/>
    public EngineRoutes? Routes { get; private init; }

    /// <inheritdoc cref="EngineRoute.EngineVersion"/>
    public string EngineVersion => _route.EngineVersion;

    /// <inheritdoc cref="EngineRoute.Platform"/>
    public Platform Platform => _route.Platform;

    /// <inheritdoc cref="EngineRoute.HasBuildKit"/>
    public bool HasBuildKit => _route.HasBuildKit;

    /// <inheritdoc cref="EngineRoute.Builder"/>
    public BuilderKind Builder => _route.Builder;

    /// <inheritdoc cref="EngineRoute.KernelVersion"/>
    public string KernelVersion => _route.KernelVersion;

    /// <summary>Gets the version of Podman's builder.</summary>
    /// <exception cref="InvalidOperationException">The engine isn't Podman.</exception>
    public Version Buildah => _route.Buildah ?? throw new InvalidOperationException("Only Podman has it.");

    /// <summary>Opens a connection and makes sure that an engine answers there.</summary>
    /// <param name="endpoint">Where it is.</param>
    /// <param name="operation">What it is for; its token stops waiting.</param>
    /// <param name="limits">How long the engine may be silent; <see cref="EngineLimits"/>' own values by default.</param>
    /// <param name="keyring">The credentials to registries; none by default.</param>
    /// <param name="routes">The ways that outlive the connection; by default it has one of its own.</param>
    public static async Task<EngineConnection> OpenAsync(
        EngineEndpoint endpoint, Operation operation, EngineLimits? limits = null, RegistryKeyring? keyring = null,
        EngineRoutes? routes = null)
    {
        var connection = new EngineConnection(routes?.To(endpoint) ?? new EngineRoute(endpoint), routes is null, operation,
            limits ?? new EngineLimits())
        {
            Keyring = keyring ?? RegistryKeyring.None,
            Routes = routes,
        };
        try
        {
            await connection._route.GreetAsync(connection._limits, operation.Token);
            _ = new EngineWatch(connection, connection._limits).WatchAsync(connection._watching.Token);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="EngineRoute.SendAsync"/>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string pathAndQuery, HttpContent? content, string what,
        CancellationToken cancellationToken, Action<HttpRequestHeaders>? headers = null) =>
        _route.SendAsync(method, pathAndQuery, content, what, cancellationToken, headers);

    /// <inheritdoc cref="EngineRoute.UpgradeAsync"/>
    public Task<Stream> UpgradeAsync(string path, string what, CancellationToken cancellationToken,
        Action<HttpRequestHeaders>? headers = null, IEnumerable<KeyValuePair<string, string>>? more = null) =>
        _route.UpgradeAsync(path, what, cancellationToken, headers, more);

    /// <inheritdoc cref="EngineRoute.GuardAsync{T}"/>
    public Task<T> GuardAsync<T>(string what, Func<Task<T>> action) => _route.GuardAsync(what, action);

    /// <inheritdoc cref="EngineRoute.Unreachable"/>
    public EngineException Unreachable(string what, Exception exception) => _route.Unreachable(what, exception);

    /// <inheritdoc/>
    public EngineException Foreign(string what, string said, Exception exception) => new(
        $"{what} failed: the engine {EngineVersion} at {Endpoint} offers BuildKit's API neither at '/grpc' nor by HTTP/2 on its socket: "
            + $"{said}. Builds without it can be done by {nameof(BuilderKind)}.{nameof(BuilderKind.Legacy)}.",
        Endpoint,
        exception);

    /// <summary>Asks something that the engine answers at once, unless it is stuck.</summary>
    /// <param name="what">What is done, for errors.</param>
    /// <param name="request">Asks it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="EngineException">The engine can't be reached, refuses, or does not answer in time.</exception>
    public async Task<T> AskAsync<T>(string what, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_limits.Answer);
        try
        {
            return await GuardAsync(what, () => request(limit.Token));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(
                $"{what} failed: the Docker engine at {Endpoint} gave no answer within {_limits.Answer.TotalSeconds:0.##} seconds. "
                + "It may be stuck or overloaded; look at the engine's log, restart it if it does not recover, then run the build again.",
                Endpoint,
                exception);
        }
    }

    /// <inheritdoc cref="AskAsync{T}"/>
    public Task AskAsync(string what, Func<CancellationToken, Task> request, CancellationToken cancellationToken) => AskAsync(
        what,
        async token =>
        {
            await request(token);
            return true;
        },
        cancellationToken);

    /// <summary>Removes something from the engine that must not stay there, in the time that the operation has for it.</summary>
    /// <param name="what">What stays behind otherwise, and how to remove it by hand.</param>
    /// <param name="action">Removes it.</param>
    public Task CleanUpAsync(string what, Func<CancellationToken, Task> action) => Operation.CleanUpAsync(what, _limits.Answer, action);

    /// <summary>Sees whether the engine answers.</summary>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        const string What = "Pinging the Docker engine";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_route.BaseAddress, "_ping"));
        using var answer = await GuardAsync(What, () => _route.Invoker.SendAsync(request, cancellationToken));
    }

    public void Dispose()
    {
        _watching.Cancel();
        _watching.Dispose();
        if (_ownsRoute)
        {
            _route.Dispose();
        }
    }
}
