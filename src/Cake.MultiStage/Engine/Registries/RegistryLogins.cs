using System.Text;
using System.Text.Json;

namespace Cake.MultiStage.Engine.Registries;

/// <summary>
/// Finds the login for a registry as the Docker CLI does: what the settings give, and then Docker's <c>config.json</c>
/// (<c>credHelpers</c>, <c>credsStore</c>, <c>auths</c>).
/// </summary>
internal sealed class RegistryLogins(string? configDirectory, IReadOnlyDictionary<string, RegistryLogin> given)
{
    /// <summary>The key under which Docker keeps the login of Docker Hub.</summary>
    private const string DockerHub = "https://index.docker.io/v1/";

    public static RegistryLogins None => new(configDirectory: null, new Dictionary<string, RegistryLogin>(StringComparer.Ordinal));

    /// <summary>Gets the login for a registry's host, or <see langword="null"/> where there is none.</summary>
    /// <exception cref="MultiStageException">The configuration or a credential helper is broken.</exception>
    public async Task<RegistryLogin?> FindAsync(string host, CancellationToken cancellationToken)
    {
        var key = Key(host);
        if (given.FirstOrDefault(entry => Key(entry.Key) == key).Value is { } login)
        {
            return login;
        }

        var file = configDirectory is null ? null : Path.Combine(configDirectory, "config.json");
        if (file is null || !File.Exists(file))
        {
            return null;
        }

        using var config = await ReadAsync(file, cancellationToken);
        var root = config.RootElement;
        if (Entry(root, "credHelpers", key) is { ValueKind: JsonValueKind.String } named)
        {
            return await new CredentialHelper(named.GetString()!).FindAsync(key, cancellationToken);
        }

        if (root.TryGetProperty("credsStore", out var store) && store.GetString() is { Length: > 0 } helper
            && await new CredentialHelper(helper).FindAsync(key, cancellationToken) is { } stored)
        {
            return stored;
        }

        return Entry(root, "auths", key) is { ValueKind: JsonValueKind.Object } auth ? FromAuths(auth, key, file) : null;
    }

    /// <summary>Brings the ways to write a registry to one: without scheme and path, Docker Hub under its old address.</summary>
    private static string Key(string text)
    {
        var host = text;
        if (host.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0)
        {
            host = host[(scheme + 3)..];
        }

        host = host.Split('/')[0];
        return host is "docker.io" or "index.docker.io" or "registry-1.docker.io" ? DockerHub : host;
    }

    private static JsonElement? Entry(JsonElement root, string section, string key)
    {
        if (!root.TryGetProperty(section, out var entries) || entries.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var entry in entries.EnumerateObject())
        {
            if (Key(entry.Name) == key)
            {
                return entry.Value;
            }
        }

        return null;
    }

    private static RegistryLogin? FromAuths(JsonElement auth, string key, string file)
    {
        string? Text(string name) => auth.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? text : null;
        if (Text("identitytoken") is { } token)
        {
            return new RegistryLogin("", token);
        }

        if (Text("auth") is not { } encoded)
        {
            return Text("username") is { } user ? new RegistryLogin(user, Text("password") ?? "") : null;
        }

        try
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).TrimEnd('\0');
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? throw new FormatException("it has no colon") : new RegistryLogin(pair[..colon], pair[(colon + 1)..]);
        }
        catch (FormatException exception)
        {
            throw new MultiStageException($"The login for '{key}' in '{file}' can't be read: {exception.Message}. Log in anew with 'docker login {key}'.", exception);
        }
    }

    private static async Task<JsonDocument> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var document = JsonDocument.Parse(await File.ReadAllBytesAsync(file, cancellationToken));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new JsonException("it is no object");
        }
        catch (JsonException exception)
        {
            throw new MultiStageException($"'{file}' is no valid JSON: {exception.Message}", exception);
        }
    }
}
