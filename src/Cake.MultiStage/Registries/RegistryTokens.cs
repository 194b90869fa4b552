using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Cake.MultiStage.Registries;

/// <summary>
/// Gets tokens for a registry from the server that its challenge names (distribution's "Token Authentication Specification" and "OAuth2
/// Token Authentication").
/// </summary>
internal sealed class RegistryTokens(HttpMessageInvoker http, string registry)
{
    private const string Client = "cake-multistage";
    private const int LongestAnswer = 1 << 20;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>Gets a token.</summary>
    /// <param name="challenge">What the registry wants.</param>
    /// <param name="credentials">Who asks, or <see langword="null"/> for anyone.</param>
    /// <param name="isPlain">Whether the registry itself is spoken to without TLS.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RegistryException">The server refuses, or is none that credentials may be sent to.</exception>
    public async Task<string> GetAsync(
        RegistryChallenge challenge, RegistryCredentials? credentials, bool isPlain, CancellationToken cancellationToken)
    {
        // The password goes to whom the registry names: never readable on the way, unless the registry is on this machine and so is that.
        if (!Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var realm)
            || !(realm.Scheme == Uri.UriSchemeHttps || (isPlain && realm.IsLoopback && realm.Scheme == Uri.UriSchemeHttp)))
        {
            throw new RegistryException($"The registry {registry} sends its clients to '{challenge.Realm}' for a token, which is no "
                + "address with TLS: credentials are not sent there. Correct the realm in the registry's configuration.");
        }

        using var request = credentials is { IsIdentityToken: true } ? Refreshing(realm, challenge, credentials) : Asking(realm,
            challenge, credentials);
        using var answer = await SendAsync(request, realm, cancellationToken);
        var body = await RegistryAnswer.TextAsync(answer.Content, LongestAnswer, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            var error = RegistryAnswer.Error(answer.StatusCode, body);
            throw new RegistryException(
                $"The token server of {registry} at {realm.Authority} gives no token, "
                    + $"{RegistryRefusal.Who(credentials, registry, error)}: {error}",
                answer.StatusCode);
        }

        return Token(body) ?? throw new RegistryException(
            $"The token server of {registry} at {realm.Authority} answers without a token. Its log may say why.", answer.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Uri realm, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestWait);
        try
        {
            return await http.SendAsync(request, limit.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryException(
                $"The token server of {registry} at {realm.Authority} gave no answer within {LongestWait.TotalSeconds:0} seconds. Its log "
                    + "may say why.", innerException: exception);
        }
        catch (HttpRequestException exception)
        {
            throw new RegistryException(
                $"The token server of {registry} at {realm.Authority} can't be reached: {exception.Message}", innerException: exception);
        }
    }

    private static HttpRequestMessage Asking(Uri realm, RegistryChallenge challenge, RegistryCredentials? credentials)
    {
        var query = new StringBuilder(realm.Query.TrimStart('?'));
        foreach (var (name, value) in Fields(challenge).Concat(credentials is null ? [] : [("account", credentials.Username)]))
        {
            query.Append(query.Length == 0 ? "" : "&").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = query.ToString() }.Uri);
        request.Headers.Authorization = credentials is null ? null : Basic(credentials);
        return request;
    }

    private static HttpRequestMessage Refreshing(Uri realm, RegistryChallenge challenge, RegistryCredentials credentials) =>
        new(HttpMethod.Post, realm)
        {
            Content = new FormUrlEncodedContent(Fields(challenge)
                .Concat([("grant_type", "refresh_token"), ("client_id", Client), ("refresh_token", credentials.Secret)])
                .Select(field => KeyValuePair.Create(field.Item1, field.Item2))),
        };

    private static IEnumerable<(string, string)> Fields(RegistryChallenge challenge)
    {
        if (challenge.Service is { Length: > 0 } service)
        {
            yield return ("service", service);
        }

        foreach (var scope in (challenge.Scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return ("scope", scope);
        }
    }

    public static AuthenticationHeaderValue Basic(RegistryCredentials credentials) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Secret}")));

    private static string? Token(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Text(json.RootElement, "token") ?? Text(json.RootElement, "access_token");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;
}
