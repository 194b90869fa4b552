using System.Text;
using System.Text.Json;

namespace Cake.MultiStage.Registries;

/// <summary>
/// Finds the credentials for a registry as the Docker CLI does: what the settings give, <c>DOCKER_AUTH_CONFIG</c>, and then Docker's
/// <c>config.json</c>, there the helper of this registry or of all, or else the credentials it holds itself.
/// </summary>
/// <param name="configDirectory">The folder of <c>config.json</c>, or <see langword="null"/> for none.</param>
/// <param name="given">The credentials that the settings give.</param>
/// <param name="environment">Gets a variable of the environment; none by default.</param>
internal sealed class RegistryKeyring(
    string? configDirectory, IReadOnlyDictionary<string, RegistryCredentials> given, Func<string, string?>? environment = null)
{
    /// <summary>The key under which Docker keeps the credentials of Docker Hub.</summary>
    private const string DockerHub = "https://index.docker.io/v1/";

    private const string Variable = "DOCKER_AUTH_CONFIG";

    public static RegistryKeyring None => new(configDirectory: null, new Dictionary<string, RegistryCredentials>(StringComparer.Ordinal));

    private DockerConfig Config => configDirectory is null ? DockerConfig.Parse([], "no file") : DockerConfig.Read(configDirectory);

    /// <summary>Gets the proxies that the configuration has for builds of an engine, as build arguments.</summary>
    public IReadOnlyDictionary<string, string> ProxyArguments(Uri engine) => Config.ProxyArguments(engine.OriginalString);

    /// <summary>Gets the credentials for a registry's host, or <see langword="null"/> where there is none.</summary>
    /// <exception cref="MultiStageException">
    /// The configuration or a credential helper is broken, or credentials have a user and no password.
    /// </exception>
    public async Task<RegistryCredentials?> FindAsync(string host, CancellationToken cancellationToken)
    {
        var key = Key(host);
        if (Given(host, key) is { } credentials)
        {
            return credentials;
        }

        var variable = environment?.Invoke(Variable) is { Length: > 0 } json
            ? DockerConfig.Parse(Encoding.UTF8.GetBytes(json), $"The variable {Variable}") : null;
        if (variable is not null && Exact(variable, key) is { } entry && FromEntry(variable, entry, key) is { } found)
        {
            return found;
        }

        var config = Config;
        return (config.Helper(key) ?? config.CredentialsStore ?? DefaultHelper(config)) is { } helper
            ? await new CredentialHelper(helper).FindAsync(key, cancellationToken)
            : (Exact(config, key) ?? Similar(config, key)) is { } held ? FromEntry(config, held, key) : null;
    }

    /// <summary>Finds what a script gave, who may write the registry with a scheme, a path, or Docker Hub by any of its names.</summary>
    private RegistryCredentials? Given(string host, string key)
    {
        var name = given.ContainsKey(host) ? host : given.Keys.FirstOrDefault(name => Key(HostOf(name)) == key);
        var credentials = name is null ? null : given[name];
        var what = credentials?.Username.Length > 0 ? $"the user '{credentials.Username}' and an empty password" : "neither a user nor a "
            + "password";
        return credentials is null or { Secret.Length: > 0 } ? credentials
            : throw new MultiStageException(
                $"The credentials for '{name}' in the settings have {what}. "
                + "A variable that nobody has set is empty: RegistryCredentials.FromEnvironment(\"user\", \"TOKEN\") says which it is.");
    }

    private static JsonProperty? Exact(DockerConfig config, string key) =>
        config.Credentials.Cast<JsonProperty?>().LastOrDefault(entry => entry!.Value.Name == key);

    /// <summary>Older versions of Docker wrote addresses; the CLI takes any whose host is the registry's.</summary>
    private static JsonProperty? Similar(DockerConfig config, string key) =>
        config.Credentials.Where(entry => HostOf(entry.Name) == key).OrderBy(entry => entry.Name,
            StringComparer.Ordinal).Cast<JsonProperty?>()
            .FirstOrDefault();

    /// <summary>
    /// The platform's key ring is asked where nothing else is configured and its helper is installed (<c>DetectDefaultStore</c>).
    /// </summary>
    private string? DefaultHelper(DockerConfig config)
    {
        if (configDirectory is null || config.HasCredentials)
        {
            return null;
        }

        var name = OperatingSystem.IsWindows() ? "wincred"
            : OperatingSystem.IsMacOS() ? "osxkeychain"
            : HostProgram.Find("pass") is not null ? "pass"
            : "secretservice";
        return HostProgram.Find(CredentialHelper.Prefix + name) is null ? null : name;
    }

    /// <summary>Makes of a registry's host the key that Docker keeps its credentials under.</summary>
    private static string Key(string host) => HostOf(host) is "docker.io" or "index.docker.io" or "registry-1.docker.io" ? DockerHub : host;

    /// <summary>Takes scheme, user and path off an address (docker/cli, <c>ConvertToHostname</c>).</summary>
    private static string HostOf(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var host = (scheme >= 0 ? text[(scheme + 3)..] : text).Split('/')[0];
        return scheme >= 0 ? host[(host.LastIndexOf('@') + 1)..] : host;
    }

    private static RegistryCredentials? FromEntry(DockerConfig config, JsonProperty entry, string key)
    {
        if (entry.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            throw Unreadable(config, key, $"it is of the kind {entry.Value.ValueKind}");
        }

        if (config.CredentialText(entry, "identitytoken") is { } token)
        {
            return new RegistryCredentials("", token);
        }

        var (user, password) = config.CredentialText(entry, "auth") is { } encoded
            ? Decoded(config, encoded, key)
            : (config.CredentialText(entry, "username") ?? "", config.CredentialText(entry, "password") ?? "");
        return user.Length == 0 ? null
            : password.Length > 0 ? new RegistryCredentials(user, password)
            : throw Unreadable(config, key, $"it has the user '{user}' and an empty password");
    }

    private static (string User, string Password) Decoded(DockerConfig config, string encoded, string key)
    {
        try
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            return colon > 0
                ? (pair[..colon], pair[(colon + 1)..].Trim('\0'))
                : throw Unreadable(config, key, colon == 0 ? "it has no user" : "it has no colon");
        }
        catch (FormatException exception)
        {
            throw Unreadable(config, key, exception.Message.TrimEnd('.'), exception);
        }
    }

    private static MultiStageException Unreadable(DockerConfig config, string key, string why, Exception? cause = null)
    {
        var again = key == DockerHub ? "docker login" : $"docker login {key}";
        var message = $"The credentials for '{key}' in {config.File} can't be used: {why}. Log in anew with '{again}'.";
        return cause is null ? new MultiStageException(message) : new MultiStageException(message, cause);
    }
}
