using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Dialing;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Engine;

/// <summary>
/// Finds the engine as the Docker CLI does: an explicit host, <c>DOCKER_HOST</c>, <c>DOCKER_CONTEXT</c>, the
/// <c>currentContext</c> of Docker's <c>config.json</c>, and last the platform's default.
/// </summary>
internal sealed class EndpointResolver(Func<string, string?> environment, string homeDirectory, bool isWindows)
{
    private const string UnixDefault = "unix:///var/run/docker.sock";
    private const string WindowsDefault = "npipe://./pipe/docker_engine";

    /// <summary>Gets the folder of Docker's <c>config.json</c>.</summary>
    public string ConfigDirectory => Variable("DOCKER_CONFIG") ?? Path.Combine(homeDirectory, ".docker");

    public EngineEndpoint Resolve(string? explicitHost)
    {
        if (!string.IsNullOrWhiteSpace(explicitHost))
        {
            return Named(explicitHost, "the settings");
        }

        if (Variable("DOCKER_HOST") is { } host)
        {
            return Named(host, "DOCKER_HOST");
        }

        var (name, source) = Variable("DOCKER_CONTEXT") is { } named ? (named, "DOCKER_CONTEXT")
            : (DockerConfig.Read(ConfigDirectory).CurrentContext, "Docker's config.json");
        return name is null or "default"
            ? new EngineEndpoint(new Uri(isWindows ? WindowsDefault : UnixDefault), "the platform's default")
            : FromContext(name, source);
    }

    private EngineEndpoint Named(string host, string source)
    {
        var address = ParseHost(host, source);
        return new EngineEndpoint(address, source, TlsFromEnvironment(address));
    }

    private string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;

    /// <summary>Takes all that the Docker CLI takes (docker/cli, <c>opts.ParseHost</c>), and addresses of http and https.</summary>
    private static Uri ParseHost(string host, string source)
    {
        const string TcpDefault = "localhost:2375";
        var text = host.Trim();
        var (scheme, rest) = text.Split("://", 2) is [var given, var path] ? (given.ToLowerInvariant(), path) : ("tcp", text);
        var address = (scheme, rest) switch
        {
            (_, _) when rest.Contains("://", StringComparison.Ordinal) => null,
            (EngineTransport.SshScheme, not "") => $"ssh://{rest}",
            ("unix", "") => UnixDefault,
            ("npipe", "") => WindowsDefault,
            // The Docker CLI writes npipe:////./pipe/name; as a URI that is host "." and path "/pipe/name".
            ("npipe", _) => "npipe://" + rest.Replace('\\', '/').TrimStart('/'),
            ("unix", _) => "unix://" + Escaped(rest.StartsWith('/') ? rest : Path.GetFullPath(rest)),
            // A path without a scheme: the Docker CLI makes a path on localhost of it, which nobody means.
            ("tcp", ['/', ..]) when !text.StartsWith("tcp", StringComparison.OrdinalIgnoreCase) => null,
            ("tcp" or "http" or "https", "") => $"{scheme}://{TcpDefault}",
            ("tcp" or "http" or "https", _) => $"{scheme}://{(rest[0] is ':' or '/' ? "localhost" : "")}{rest}",
            _ => null,
        };
        if (scheme == EngineTransport.SshScheme && Uri.TryCreate(address, UriKind.Absolute, out var bySsh)
            && SshTarget.Problem(bySsh) is { } problem)
        {
            throw new MultiStageException(
                $"The Docker host (from {source}) is reached by ssh, and its address can't be used: {problem}. Expected "
                    + "ssh://user@host:port, or ssh://user@host/path/docker.sock for a socket of its own.");
        }

        return address is not null && Uri.TryCreate(address, UriKind.Absolute, out var parsed)
            && (parsed.Scheme == "unix" ? parsed.LocalPath.Trim('/').Length > 0 : parsed.Host.Length > 0)
            ? parsed
            : throw new MultiStageException(
                $"The Docker host '{host}' (from {source}) is not an address of an engine. "
                + "Expected unix:///path/docker.sock, npipe://./pipe/name, tcp://host:port or ssh://user@host.");
    }

    /// <summary>A socket's path is a path and no URI: these are part of names.</summary>
    public static string Escaped(string path) =>
        path.Replace("%", "%25", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal)
            .Replace("?", "%3F", StringComparison.Ordinal);

    private EngineTls? TlsFromEnvironment(Uri address)
    {
        var verify = Variable("DOCKER_TLS_VERIFY") is not null;
        var directory = Variable("DOCKER_CERT_PATH");
        var unverified = !verify && (directory is not null || Variable("DOCKER_TLS") is not null);
        return address.Scheme == "https" || (address.Scheme == "tcp" && (verify || unverified))
            ? TlsFrom(directory ?? ConfigDirectory, !unverified)
            : null;
    }

    private static EngineTls TlsFrom(string directory, bool verify)
    {
        string? Existing(string name) => Path.Combine(directory, name) is var file && File.Exists(file) ? file : null;
        return new EngineTls(Existing("ca.pem"), Existing("cert.pem"), Existing("key.pem"), verify);
    }

    private EngineEndpoint FromContext(string name, string source)
    {
        // Layout of the Docker CLI's context store: contexts/{meta,tls}/<sha256 of the name>/…
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        var file = Path.Combine(ConfigDirectory, "contexts", "meta", id, "meta.json");
        if (!File.Exists(file))
        {
            throw new MultiStageException($"The docker context '{name}' (from {source}) does not exist: there is no '{file}'. 'docker "
                + "context ls' lists those there are.");
        }

        using var meta = ReadJson(file);
        var docker = Property(Property(meta.RootElement, "Endpoints"), "docker");
        if (Property(docker, "Host") is not { ValueKind: JsonValueKind.String } host
            || host.GetString() is not { Length: > 0 } address)
        {
            throw new MultiStageException($"The docker context '{name}' (from {source}) names no host: '{file}' has no "
                + "Endpoints.docker.Host.");
        }

        var verify = Property(docker, "SkipTLSVerify").ValueKind != JsonValueKind.True;
        var files = Path.Combine(ConfigDirectory, "contexts", "tls", id, "docker");
        return new EngineEndpoint(ParseHost(address, $"docker context '{name}'"), $"docker context '{name}'",
            Directory.Exists(files) ? TlsFrom(files, verify) : null);
    }

    private static JsonElement Property(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    private static JsonDocument ReadJson(string file)
    {
        try
        {
            return JsonDocument.Parse(SmallFile.Text(file));
        }
        catch (JsonException exception)
        {
            throw new MultiStageException($"'{file}' is not valid JSON: {exception.Message} Repair it, or set DOCKER_HOST, which is asked "
                + "first.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MultiStageException($"'{file}' can't be read: {exception.Message} Make it readable, or set DOCKER_HOST, which is "
                + "asked first.", exception);
        }
    }
}
