using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace Cake.MultiStage.Registries;

/// <summary>
/// Speaks with one registry: with TLS unless it is on this machine, with the credentials that its host has, again where a fault passes.
/// Credentials go to the registry and to the token server that it names; who is redirected elsewhere takes none along.
/// </summary>
internal sealed class RegistryConnection(string host, RegistryKeyring keyring, HttpMessageInvoker http, TimeProvider time)
{
    private const int Attempts = 4;
    private const int MostHops = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestGreeting = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, AuthenticationHeaderValue> _authorizations = new(StringComparer.Ordinal);
    private readonly RegistryTokens _tokens = new(http, host);
    private Uri? _address;
    private (bool IsAsked, RegistryCredentials? Login) _login;

    // Docker Hub's registry has another name than its images.
    private string Host => host == "docker.io" ? "registry-1.docker.io" : host;

    /// <summary>Asks, and gives back whatever the registry has to say but a wish for credentials.</summary>
    /// <exception cref="RegistryException">It can't be reached, or wants other credentials.</exception>
    public async Task<HttpResponseMessage> SendAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var pause = FirstPause * Math.Pow(2, attempt - 1);
            try
            {
                var answer = await AuthorizedAsync(request, cancellationToken);
                if (!IsPassing(answer.StatusCode) || attempt == Attempts)
                {
                    return answer;
                }

                pause = PauseOf(answer, pause);
                answer.Dispose();
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException)
            {
                if (attempt == Attempts || exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError })
                {
                    throw Unreachable(request, exception);
                }
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>Makes an error of a refusal.</summary>
    public async Task<RegistryException> RefusedAsync(RegistryRequest request, HttpResponseMessage answer,
        CancellationToken cancellationToken)
    {
        var error = await RegistryAnswer.ErrorAsync(answer, cancellationToken);
        return new RegistryException($"{request.What} failed: {host} refuses, {RegistryRefusal.Who(_login.Login, host, error)}: {error}",
            answer.StatusCode);
    }

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static TimeSpan PauseOf(HttpResponseMessage answer, TimeSpan pause) =>
        answer.Headers.RetryAfter?.Delta is { } wanted && wanted > pause ? (wanted < LongestPause ? wanted : LongestPause) : pause;

    private RegistryException Unreachable(RegistryRequest request, Exception exception)
    {
        var why = exception.InnerException is AuthenticationException inner ? inner.Message : exception.Message;
        var advice = exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? " Registries without TLS are spoken to on this machine alone; for a certificate of your own authority, set SSL_CERT_FILE."
            : "";
        return new RegistryException($"{request.What} failed: the registry {host} can't be reached: {why}{advice}",
            innerException: exception);
    }

    private async Task<HttpResponseMessage> AuthorizedAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        var (answer, isRegistry) = await FollowedAsync(request, cancellationToken);
        // Only the registry itself may say whom credentials are sent to, and not where its clients were sent on to.
        if (answer.StatusCode != HttpStatusCode.Unauthorized || !isRegistry)
        {
            return answer;
        }

        using (answer)
        {
            _authorizations[request.Access] = await AuthorizationAsync(request, answer, cancellationToken);
        }

        return await FollowedAsync(request, cancellationToken) is var (again, _) && again.StatusCode != HttpStatusCode.Unauthorized
            ? again
            : throw await DisposedAsync(again, RefusedAsync(request, again, cancellationToken));
    }

    private static async Task<RegistryException> DisposedAsync(HttpResponseMessage answer, Task<RegistryException> error)
    {
        using (answer)
        {
            return await error;
        }
    }

    private async Task<AuthenticationHeaderValue> AuthorizationAsync(RegistryRequest request, HttpResponseMessage refusal,
        CancellationToken cancellationToken)
    {
        if (!_login.IsAsked)
        {
            _login = (true, await keyring.FindAsync(host, cancellationToken));
        }

        return RegistryChallenge.Of(refusal.Headers.WwwAuthenticate) switch
        {
            { Realm: not null } wanted => new("Bearer", await _tokens.GetAsync(
                wanted with { Scope = Scopes(request, wanted) }, _login.Login, _address!.Scheme == Uri.UriSchemeHttp, cancellationToken)),
            { } when _login.Login is { IsIdentityToken: false } credentials => RegistryTokens.Basic(credentials),
            _ => throw await RefusedAsync(request, refusal, cancellationToken),
        };
    }

    /// <summary>
    /// Asks for what the request needs, as clients do: some registries name less in their challenge than they then want.
    /// </summary>
    private static string Scopes(RegistryRequest request, RegistryChallenge challenge)
    {
        var wanted = request.Access.Split(' ');
        var others = (challenge.Scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(
            scope => !wanted.Any(ours => ours.StartsWith(scope[..(scope.LastIndexOf(':') + 1)], StringComparison.Ordinal)));
        return string.Join(' ', wanted.Concat(others));
    }

    /// <summary>Asks, and follows where the answer leads; says whether the last answer is the registry's own.</summary>
    private async Task<(HttpResponseMessage Answer, bool IsRegistry)> FollowedAsync(
        RegistryRequest request, CancellationToken cancellationToken)
    {
        var address = await AddressAsync(cancellationToken);
        var target = Secured(new Uri(address, request.Target), address);
        if (target.Scheme != Uri.UriSchemeHttps && target.Scheme != address.Scheme)
        {
            throw new RegistryException($"{request.What} failed: {host} names '{target.Scheme}://{target.Authority}' for it, which is not "
                + "spoken to. Correct the registry's configuration.");
        }

        for (var hop = 0; ; hop++)
        {
            var isRegistry = target.Authority == address.Authority && target.Scheme == address.Scheme;
            var answer = await OnceAsync(request, target, isRegistry, cancellationToken);
            var isSentOn = answer.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
            if (!isSentOn)
            {
                return (answer, isRegistry);
            }

            using (answer)
            {
                var next = answer.Headers.Location is { } location ? new Uri(target, location) : null;
                var isSafe = next is not null
                    && (next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttp));
                var isRead = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
                target = isSafe && isRead && hop < MostHops ? next!
                    : throw new RegistryException(
                        $"{request.What} failed: {host} sends its clients on to '{answer.Headers.Location}', which is not followed: only "
                            + "what is read may lie elsewhere, and only with TLS.", answer.StatusCode);
            }
        }
    }

    /// <summary>A registry behind a proxy with TLS often doesn't know that it is, and names its uploads without.</summary>
    private static Uri Secured(Uri target, Uri address) =>
        target.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttps
            ? new UriBuilder(target) { Scheme = Uri.UriSchemeHttps, Port = target.Host == address.Host ? address.Port : 443 }.Uri
            : target;

    private async Task<HttpResponseMessage> OnceAsync(RegistryRequest request, Uri target, bool isRegistry,
        CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, target);
        message.Headers.Authorization = isRegistry ? _authorizations.GetValueOrDefault(request.Access) : null;
        foreach (var type in request.Accept)
        {
            message.Headers.Accept.ParseAdd(type);
        }

        message.Headers.Range = request.From > 0 ? new RangeHeaderValue(request.From, to: null) : null;
        message.Content = request.Content is null ? null : await request.Content(cancellationToken);
        // What has a body takes as long as the body takes.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(request.Content is null ? Answer : Timeout.InfiniteTimeSpan);
        try
        {
            return await http.SendAsync(message, limit.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"it gave no answer within {Answer.TotalSeconds:0} seconds", exception);
        }
    }

    /// <summary>Finds out whether a registry on this machine speaks TLS; any other has to.</summary>
    private async Task<Uri> AddressAsync(CancellationToken cancellationToken)
    {
        if (_address is null)
        {
            var (secure, plain) = (new Uri($"https://{Host}/"), new Uri($"http://{Host}/"));
            _address = secure.IsLoopback && await SpeaksPlainlyAsync(plain, cancellationToken) ? plain : secure;
        }

        return _address;
    }

    private async Task<bool> SpeaksPlainlyAsync(Uri address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestGreeting);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "v2/"));
            using var answer = await http.SendAsync(request, limit.Token);
            // What servers with TLS answer to who speaks without.
            return answer.StatusCode != HttpStatusCode.BadRequest;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A server with TLS may wait for more of what it takes for the beginning of a handshake.
            return false;
        }
    }
}
