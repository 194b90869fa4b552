using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Engine.Dialing;
using Cake.MultiStage.Images;
using Docker.DotNet;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cake.MultiStage.Engine;

/// <summary>
/// The way to one engine: Docker.DotNet's client, the requests it has no method for, over the same handler, and the link to BuildKit. Any
/// number of operations use it, one after the other or at once; connections that the engine has closed are opened anew when one is needed.
/// </summary>
internal sealed class EngineRoute : IDisposable
{
    private const string Podman = "Podman Engine";
    private static readonly Version ApiVersion = new(1, 41);
    private string? _server;

    /// <summary>Initializes the way to an engine; nothing is sent yet.</summary>
    /// <exception cref="EngineException">The endpoint's TLS files can't be read.</exception>
    public EngineRoute(EngineEndpoint endpoint)
    {
        var transport = new EngineTransport();
        Endpoint = endpoint;
        Client = new DockerClientBuilder()
            .WithEndpoint(endpoint.Address)
            .WithApiVersion(ApiVersion)
            .WithAuthProvider(new AnswerGuard.Provider(EngineCredentials.Of(endpoint)))
            .WithTimeout(Timeout.InfiniteTimeSpan)
            .WithTransportOptions(transport, new EngineTransport.Options())
            .Build();
        // The client resolves the address a handler needs; asking the transport again gives the same one.
        BaseAddress = new EngineTransport().CreateHandler(Client.Options, NullLogger.Instance).EffectiveEndpoint;
        Handler = new AnswerGuard(transport.Handler!);
        Invoker = new HttpMessageInvoker(Handler, disposeHandler: false);
        Link = new EngineLink(this);
    }

    public EngineEndpoint Endpoint { get; }

    public DockerClient Client { get; }

    /// <summary>Gets the way to the engine's BuildKit.</summary>
    public EngineLink Link { get; }

    /// <summary>Gets the address that <see cref="Handler"/> takes.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Gets what every request goes through.</summary>
    public HttpMessageHandler Handler { get; }

    /// <summary>Gets what sends requests through <see cref="Handler"/>.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <summary>Gets the engine's own version, such as <c>28.5.2</c>.</summary>
    public string EngineVersion { get; private set; } = "";

    /// <summary>Gets the platform that the engine builds for where none is asked for.</summary>
    public Platform Platform { get; private set; } = new("linux", "amd64");

    /// <summary>
    /// Gets a value indicating whether the engine says that it has BuildKit (header <c>Builder-Version: 2</c> of <c>/_ping</c>, or a Linux
    /// engine from 18.09 on, which has it though not as its default).
    /// </summary>
    public bool HasBuildKit { get; private set; }

    /// <summary>Gets the builder that is taken where none is asked for: by what the engine says that it is, and not by errors.</summary>
    public BuilderKind Builder => Buildah is not null ? BuilderKind.Buildah : HasBuildKit ? BuilderKind.BuildKit : BuilderKind.Legacy;

    /// <summary>Gets the version of Podman's builder; <see langword="null"/> where the engine isn't Podman.</summary>
    public Version? Buildah { get; private set; }

    /// <summary>Gets the version of the kernel that the engine runs on.</summary>
    public string KernelVersion { get; private set; } = "";

    /// <summary>
    /// Sends a request that Docker.DotNet has no method for. The answer's status is checked; its body is left to the caller.
    /// </summary>
    /// <exception cref="EngineException">The engine can't be reached, or refuses.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string pathAndQuery, HttpContent? content, string what,
        CancellationToken cancellationToken, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(BaseAddress, $"v{ApiVersion}{pathAndQuery}")) { Content = content };
        headers?.Invoke(request.Headers);
        // An engine that refuses at once then answers before the body is on its way, and its reason is not lost.
        request.Headers.ExpectContinue = content is not (null or ByteArrayContent);
        var response = await GuardAsync(what, () => Invoker.SendAsync(request, cancellationToken));
        if (response.IsSuccessStatusCode || response.StatusCode == System.Net.HttpStatusCode.SwitchingProtocols)
        {
            return response;
        }

        using (response)
        {
            var body = await GuardAsync(what, () => response.Content.ReadAsStringAsync(cancellationToken));
            throw new EngineException($"{what} failed: the engine at {Endpoint} answered {(int)response.StatusCode}: {MessageOf(body)}",
                Endpoint) { Refusal = MessageOf(body), Status = response.StatusCode };
        }
    }

    /// <summary>Opens a duplex stream: a request that the engine answers by switching the connection to HTTP/2 (<c>h2c</c>).</summary>
    /// <exception cref="EngineException">The engine can't be reached, or refuses.</exception>
    /// <param name="path">The path.</param>
    /// <param name="what">What is done, for errors.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="headers">Adds headers.</param>
    /// <param name="more">
    /// Headers that may have the names of others, each on a line of its own: two values of one header would come on one line, joined by a
    /// comma, which not everyone takes apart. The client has two collections of headers that it writes one after the other.
    /// </param>
    public async Task<Stream> UpgradeAsync(string path, string what, CancellationToken cancellationToken,
        Action<HttpRequestHeaders>? headers = null, IEnumerable<KeyValuePair<string, string>>? more = null)
    {
        using var nothing = new ByteArrayContent([]);
        foreach (var (name, value) in more ?? [])
        {
            nothing.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await SendAsync(HttpMethod.Post, path, more is null ? null : nothing, what, cancellationToken, all =>
        {
            all.Connection.Add("Upgrade");
            all.Upgrade.Add(new("h2c"));
            headers?.Invoke(all);
        });
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>
    /// Runs something against the engine and turns the faults of the connection and of the engine into errors that say what to do.
    /// </summary>
    public async Task<T> GuardAsync<T>(string what, Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (DockerApiException exception)
        {
            throw new EngineException(
                $"{what} failed: the engine at {Endpoint} answered {(int)exception.StatusCode}: {MessageOf(exception.ResponseBody)}",
                Endpoint, exception) { Refusal = MessageOf(exception.ResponseBody), Status = exception.StatusCode };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException)
        {
            throw Unreachable(what, exception);
        }
        catch (JsonException exception)
        {
            throw new EngineException(
                $"{what} failed: the answer of the engine at {Endpoint} is damaged: {exception.Message} Look at the engine's log, then run "
                    + "the build again.",
                Endpoint,
                exception);
        }
    }

    /// <summary>Makes sure that an engine answers, and which. What is known of it is asked anew when another version answers.</summary>
    /// <exception cref="EngineException">None does, or none in time.</exception>
    public async Task GreetAsync(EngineLimits limits, CancellationToken cancellationToken)
    {
        const string What = "Reaching the Docker engine";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(limits.FirstAnswer);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(BaseAddress, "_ping"));
            using var ping = await GuardAsync(What, () => Invoker.SendAsync(request, limit.Token));
            if (!ping.IsSuccessStatusCode)
            {
                var body = await GuardAsync(What, () => ping.Content.ReadAsStringAsync(limit.Token));
                throw new EngineException(
                    $"{What} failed: what answers at {Endpoint} is not a Docker engine, or not ready: {(int)ping.StatusCode}: "
                        + $"{MessageOf(body)}", Endpoint);
            }

            var server = string.Join(' ', ping.Headers.Server);
            if (server.Length > 0 && server == _server)
            {
                return;
            }

            var version = await GuardAsync(What, () => Client.System.GetVersionAsync(limit.Token));
            EngineVersion = version.Version;
            Platform = version is { Os.Length: > 0, Arch.Length: > 0 } ? new Platform(version.Os, version.Arch) : Platform;
            HasBuildKit = (ping.Headers.TryGetValues("Builder-Version", out var builder) && builder.Contains("2", StringComparer.Ordinal))
                || (version.Components?.Any(component => component.Name == "Engine") == true
                    && Version.TryParse(version.Version.Split('-', '+')[0], out var number)
                    && number.Major >= 18
                    && version.Os == "linux");
            KernelVersion = version.KernelVersion ?? "";
            Buildah = version.Components?.Any(component => component.Name == Podman) == true ? BuildahOf(ping) : null;
            _server = server;
        }
        catch (EngineException exception) when (exception.InnerException is JsonException)
        {
            throw new EngineException(
                $"{What} failed: what answers at {Endpoint} is not a Docker engine: its version is not valid JSON. Set DOCKER_HOST to an "
                    + "engine.",
                Endpoint, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(
                $"{What} failed: {Endpoint} gave no answer within {limits.FirstAnswer.TotalSeconds:0.##} seconds. The engine may be stuck; "
                    + "restart it, or set DOCKER_HOST to another.", Endpoint, exception);
        }
    }

    public void Dispose()
    {
        Link.Dispose();
        Invoker.Dispose();
        Client.Dispose();
    }

    /// <summary>Makes the error for a connection that could not be made or was cut off.</summary>
    public EngineException Unreachable(string what, Exception exception)
    {
        var cause = Innermost(exception);
        if (BySsh(exception) is { } bySsh)
        {
            return new EngineException($"{what} failed: the Docker engine at {Endpoint} can't be reached: {bySsh.Message}.", Endpoint,
                exception);
        }

        return cause is SocketException { SocketErrorCode: SocketError.AccessDenied }
            ? new EngineException(
                $"{what} failed: access to the Docker engine at {Endpoint} was denied. Run as a user who may use Docker (group 'docker'), "
                    + "or set DOCKER_HOST to an engine you may use.", Endpoint, exception)
            : exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? new EngineException(
                $"{what} failed: the TLS handshake with the Docker engine at {Endpoint} failed: {cause.Message} Check ca.pem, cert.pem and "
                    + "key.pem in DOCKER_CERT_PATH or the docker context, and that the engine's certificate names the host "
                    + $"'{Endpoint.Address.Host}'.", Endpoint, exception)
            : IsConnectFailure(exception, cause)
                ? new EngineException(
                    $"{what} failed: no Docker engine answers at {Endpoint}: {cause.Message}. Start Docker, or set DOCKER_HOST, or choose "
                        + "a docker context that reaches an engine.", Endpoint, exception)
                : new EngineException(
                    $"{what} failed: the Docker engine at {Endpoint} closed the connection: {cause.Message}. It may have stopped or been "
                        + "restarted; look at the engine's log, then run the build again.", Endpoint, exception);
    }

    private static bool IsConnectFailure(Exception exception, Exception cause) =>
        cause is TimeoutException
        || exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
        || cause is SocketException { SocketErrorCode: SocketError.ConnectionRefused
            or SocketError.AddressNotAvailable
            or SocketError.HostNotFound
            or SocketError.HostUnreachable
            or SocketError.NetworkUnreachable
            or SocketError.TimedOut };

    private static DialException? BySsh(Exception? exception) =>
        exception is null ? null : exception as DialException ?? BySsh(exception.InnerException);

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;

    /// <summary>Reads a header of Podman's; one that doesn't say it is taken for the oldest.</summary>
    private static Version BuildahOf(HttpResponseMessage ping) =>
        ping.Headers.TryGetValues("Libpod-Buildah-Version", out var told)
        && Version.TryParse(told.FirstOrDefault()?.Split('-', '+')[0], out var version)
            ? version
            : new Version(1, 0);

    private static string MessageOf(string? body)
    {
        try
        {
            using var json = JsonDocument.Parse(body ?? "");
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("message", out var message)
                ? message.GetString() ?? ""
                : body!.Trim();
        }
        catch (JsonException)
        {
            return string.IsNullOrWhiteSpace(body) ? "(no message)" : body.Trim();
        }
    }
}
