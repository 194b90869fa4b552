using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cake.MultiStage.Registries;
using System.Security.Cryptography.X509Certificates;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>
/// Gives tokens for a registry to one account, as distribution's "Token Authentication Specification" has it: signed by
/// RS256, with the certificate in the header <c>x5c</c>. Without a login it gives tokens that allow nothing.
/// </summary>
internal sealed class TokenServer : IAsyncDisposable
{
    public const string Service = "test-registry";
    public const string Issuer = "test-tokens";

    private readonly RegistryCredentials _login;
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private int _tokens;

    public TokenServer(string address, RegistryCredentials login)
    {
        _login = login;
        Realm = $"http://{address}/token";
        _certificate = new CertificateRequest("CN=" + Issuer, _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _listener.Prefixes.Add($"http://{address}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Gets where the registry sends its clients.</summary>
    public string Realm { get; }

    /// <summary>Gets the certificate that the registry trusts, in PEM form.</summary>
    public string Certificate => _certificate.ExportCertificatePem();

    /// <summary>Gets how many tokens the account was given.</summary>
    public int TokensGiven => _tokens;

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
        _certificate.Dispose();
        _key.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var (status, body) = Answer(context.Request);
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
            return;
        }
    }

    private (int Status, string Body) Answer(HttpListenerRequest request)
    {
        if (request.HttpMethod != "GET")
        {
            // Without OAuth2 there is no POST; clients then ask by GET.
            return (404, "{}");
        }

        if (request.Headers["Authorization"] is { } authorization)
        {
            var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_login.Username}:{_login.Secret}"));
            if (authorization != expected)
            {
                return (401, """{"errors":[{"code":"UNAUTHORIZED","message":"wrong user or password"}]}""");
            }

            Interlocked.Increment(ref _tokens);
            return (200, JsonSerializer.Serialize(new { token = Token(_login.Username, Scopes(request)) }));
        }

        return (200, JsonSerializer.Serialize(new { token = Token("", []) }));
    }

    private static IEnumerable<object> Scopes(HttpListenerRequest request) =>
        (request.QueryString.GetValues("scope") ?? [])
            .SelectMany(value => value.Split(' '))
            .Where(scope => scope.Contains(':', StringComparison.Ordinal))
            .Select(scope =>
        {
            var (first, last) = (scope.IndexOf(':', StringComparison.Ordinal), scope.LastIndexOf(':'));
            return new { type = scope[..first], name = scope[(first + 1)..last], actions = scope[(last + 1)..].Split(',') };
        });

    private string Token(string subject, IEnumerable<object> access)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = new { typ = "JWT", alg = "RS256", x5c = new[] { Convert.ToBase64String(_certificate.RawData) } };
        var claims = new { iss = Issuer, sub = subject, aud = Service, exp = now + 300, nbf = now - 300, iat = now,
            jti = Guid.NewGuid().ToString("N"), access };
        var signed = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(header))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Encode(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Encode(byte[] octets) => Base64Url.EncodeToString(octets);
}
