using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Dialing;

namespace Cake.MultiStage.Engine.Daemons;

/// <summary>Finds a BuildKit of its own: by the settings, or by <c>BUILDKIT_HOST</c>, as buildctl does.</summary>
internal static class DaemonAddress
{
    public const string Variable = "BUILDKIT_HOST";

    private const string Expected =
        "Expected unix:///path/buildkitd.sock, tcp://host:1234, docker-container://name, podman-container://name or "
            + "kube-pod://name?namespace=builds.";

    private const int DefaultPort = 1234;

    /// <summary>Finds it.</summary>
    /// <param name="builder">What the settings say.</param>
    /// <param name="environment">Reads a variable of the environment.</param>
    /// <param name="absolute">Makes a path absolute.</param>
    /// <returns>Where it is, or <see langword="null"/> where the engine builds.</returns>
    /// <exception cref="MultiStageException">The address is not valid, or its certificates don't exist.</exception>
    public static EngineEndpoint? Resolve(Builder? builder, Func<string, string?> environment, Func<string, string> absolute) =>
        builder switch
        {
            { Address: { } address } => Parse(address, "the settings", Tls(builder, absolute)),
            null when environment(Variable) is { Length: > 0 } host => Parse(host, Variable, tls: null),
            _ => null,
        };

    private static EngineEndpoint Parse(string text, string source, EngineTls? tls)
    {
        var address = text.Trim();
        if (ContainerTarget.Of(address) is { } target)
        {
            return target.Problem() is { } problem ? throw Refused(text, source, problem)
                : new EngineEndpoint(new Uri(address), source);
        }

        return (address.Split("://", 2) is [var scheme, var rest] ? (scheme.ToLowerInvariant(), rest) : ("", address)) switch
        {
            ("unix", ['/', ..] path) => new EngineEndpoint(new Uri("unix://" + EndpointResolver.Escaped(path)), source),
            ("npipe", { Length: > 0 } pipe) => new EngineEndpoint(new Uri("npipe://" + pipe.Replace('\\', '/').TrimStart('/')), source),
            ("tcp", { Length: > 0 } host) when Uri.TryCreate("tcp://" + host, UriKind.Absolute, out var uri)
                && uri is { Host.Length: > 0, AbsolutePath: "/" or "", UserInfo: "", Query: "" } =>
                new EngineEndpoint(uri.Port > 0 ? uri : new UriBuilder(uri) { Port = DefaultPort }.Uri, source, tls),
            ("ssh", _) => throw Refused(
                text, source, "by ssh a Docker engine is reached, as in build.Host = \"ssh://me@build\", whose BuildKit then builds"),
            _ => throw Refused(text, source, problem: null),
        };
    }

    private static MultiStageException Refused(string address, string source, string? problem) => new(
        $"'{address}' (from {source}) is not the address of a BuildKit{(problem is null ? "" : $": {problem}")}. {Expected}");

    private static EngineTls? Tls(Builder builder, Func<string, string> absolute)
    {
        if (builder.Certificates is not { } folder)
        {
            return null;
        }

        var path = absolute(folder);
        string File(string name) => Path.Combine(path, name) is var file && System.IO.File.Exists(file) ? file
            : throw new MultiStageException(
                $"The certificates of BuildKit are to be in '{path}', which has no {name}. Expected ca.pem, cert.pem and key.pem.");
        return new EngineTls(File("ca.pem"), File("cert.pem"), File("key.pem"), Verify: true);
    }
}
