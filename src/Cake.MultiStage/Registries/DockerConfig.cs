using System.Text.Json;

namespace Cake.MultiStage.Registries;

/// <summary>
/// Docker's <c>config.json</c>, read as the Docker CLI reads it (docker/cli, <c>cli/config/configfile</c>): members in any
/// case, <c>null</c> for what doesn't exist, and what nobody asks for may be anything.
/// </summary>
internal sealed class DockerConfig
{
    private const int Longest = 8 * 1024 * 1024;

    private static readonly (string Member, string Variable)[] ProxyVariables =
        [("httpProxy", "HTTP_PROXY"), ("httpsProxy", "HTTPS_PROXY"), ("noProxy", "NO_PROXY"), ("ftpProxy", "FTP_PROXY"),
            ("allProxy", "ALL_PROXY")];

    private readonly JsonElement _root;

    private DockerConfig(string file, JsonElement root) => (File, _root) = (file, root);

    /// <summary>Gets what the values come from: a file, or a variable.</summary>
    public string File { get; }

    /// <summary>Gets the name of the chosen context; odd values choose none.</summary>
    public string? CurrentContext =>
        Member(_root, "currentContext") is { ValueKind: JsonValueKind.String } context
            && context.GetString() is { Length: > 0 } name ? name : null;

    /// <summary>Gets the credential helper for all registries.</summary>
    public string? CredentialsStore => Text(_root, "credsStore", "credsStore");

    /// <summary>Gets a value indicating whether it says anything of credentials.</summary>
    public bool HasCredentials => CredentialsStore is not null || Members("credHelpers").Count > 0 || Members("auths").Count > 0;

    /// <summary>Gets the credentials by their keys, as they are written.</summary>
    public IEnumerable<JsonProperty> Credentials => Members("auths");

    /// <summary>Reads the file of a folder; a folder without one has an empty configuration.</summary>
    /// <exception cref="MultiStageException">It can't be read, or is not valid JSON.</exception>
    public static DockerConfig Read(string directory)
    {
        var file = Path.Combine(directory, "config.json");
        try
        {
            // Pipes and devices have no length; people link it to /dev/null.
            return new FileInfo(file).Exists && new FileInfo(Resolved(file)) is { Exists: true, Length: var length and > 0 }
                ? length <= Longest ? Parse(System.IO.File.ReadAllBytes(file), $"'{file}'")
                    : throw Odd($"'{file}'", $"is {length} bytes long")
                : Directory.Exists(file) ? throw Odd($"'{file}'", "is a folder")
                : Parse([], $"'{file}'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MultiStageException($"'{file}' can't be read: {exception.Message} Make it readable, or set DOCKER_CONFIG to "
                + "another folder.", exception);
        }
    }

    /// <summary>Reads a configuration's first JSON value; what follows it is passed over.</summary>
    /// <exception cref="MultiStageException">It is not valid JSON.</exception>
    public static DockerConfig Parse(ReadOnlySpan<byte> json, string file)
    {
        try
        {
            var text = json.TrimStart(" \t\r\n"u8);
            var reader = new Utf8JsonReader(text.StartsWith("\ufeff"u8) ? text[3..] : text);
            return new DockerConfig(file, text.Length == 0 ? default : JsonElement.ParseValue(ref reader));
        }
        catch (JsonException exception)
        {
            throw new MultiStageException($"{file} is not valid JSON: {exception.Message} Repair it, or set DOCKER_CONFIG to a folder "
                + "with another config.json.", exception);
        }
    }

    /// <summary>Gets the credential helper for one registry, by its exact key.</summary>
    public string? Helper(string key) =>
        Members("credHelpers").LastOrDefault(entry => entry.Name == key) is { Value.ValueKind: not JsonValueKind.Undefined } helper
            ? Text(helper.Value, $"credHelpers['{key}']")
            : null;

    /// <summary>
    /// Gets the proxies as the build arguments that the Docker CLI makes of them (<c>ParseProxyConfig</c>): those of the engine's
    /// address, or else of <c>default</c>, each in capital and in small letters.
    /// </summary>
    public IReadOnlyDictionary<string, string> ProxyArguments(string engine)
    {
        var named = Members("proxies").Where(entry => entry.Name == engine || entry.Name == "default")
            .OrderBy(entry => entry.Name == engine).ToList();
        var proxies = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (member, variable) in named.Count == 0 ? [] : ProxyVariables)
        {
            if (Text(named[^1].Value, member, $"proxies['{named[^1].Name}'].{member}") is { } proxy)
            {
                (proxies[variable], proxies[variable.ToLowerInvariant()]) = (proxy, proxy);
            }
        }

        return proxies;
    }

    /// <summary>Gets a text of credentials; <see langword="null"/> where it is missing or empty.</summary>
    public string? CredentialText(JsonProperty credentials, string member) => Text(credentials.Value, member,
        $"auths['{credentials.Name}'].{member}");

    private static string Resolved(string file) => new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file;

    private List<JsonProperty> Members(string section) => Member(_root, section) switch
    {
        { ValueKind: JsonValueKind.Object } entries => [.. entries.EnumerateObject()],
        { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => [],
        var odd => throw Odd(File, $"has {section} of the kind {odd.ValueKind}, where an object belongs"),
    };

    private string? Text(JsonElement parent, string member, string path) => Text(Member(parent, member), path);

    private string? Text(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        _ => throw Odd(File, $"has {path} of the kind {value.ValueKind}, where a text belongs"),
    };

    /// <summary>Go's JSON takes a member's name in any case, and of several the last.</summary>
    private static JsonElement Member(JsonElement json, string name) => json.ValueKind != JsonValueKind.Object ? default
        : json.EnumerateObject().LastOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static MultiStageException Odd(string file, string what) =>
        new($"{file} {what}. Repair it, or set DOCKER_CONFIG to a folder with another config.json.");
}
