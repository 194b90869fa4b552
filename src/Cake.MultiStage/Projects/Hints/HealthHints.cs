using System.Text.RegularExpressions;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>
/// Has an engine ask whether the program is well, where a file of the project says at which path it answers and the final image has a
/// program that can ask.
/// </summary>
internal static partial class HealthHints
{
    /// <summary>Asks by what the image has, where nothing says otherwise.</summary>
    public static Preset Apply(Preset preset, PresetSettings settings)
    {
        if (settings.HealthCheck is not null || preset.HealthCheck is not null || preset.Endpoint is not { } endpoint)
        {
            return preset;
        }

        var port = endpoint.Port ?? ProjectDescription.Given(settings.Ports, preset.Ports)
            .FirstOrDefault(one => !one.EndsWith("/udp", StringComparison.Ordinal))?.Split('/')[0];
        var client = Client(preset, settings);
        var why = endpoint.Hindrance
            ?? (port is null ? "no file says its port: set Ports."
                : client is null ? "nothing in the image can ask it. An orchestrator asks by itself; for a HEALTHCHECK set "
                    + (preset.Base.IsGiven ? "HealthCheck to a command that the base has."
                        : "Flavor = BaseFlavor.Alpine, whose wget asks, or HealthCheck to a command of the program's own.")
                : null);
        return why is not null
            ? preset with { Assumptions = [.. preset.Assumptions, new Assumption(
                $"{endpoint.Source} says at '{endpoint.Path}' whether the program is well, and {why}")] }
            : preset with
            {
                HealthCheck = new HealthCheck(client!.Ask($"http://127.0.0.1:{port}{endpoint.Path}"))
                {
                    Interval = endpoint.Times?.Interval, Timeout = endpoint.Times?.Timeout, StartPeriod = endpoint.Times?.StartPeriod,
                    Retries = endpoint.Times?.Retries,
                },
                Assumptions = [.. preset.Assumptions, new Assumption(
                    $"{endpoint.Source} says at '{endpoint.Path}' whether the program is well: the image's HEALTHCHECK asks there by "
                        + $"{client.Name}. Set HealthCheck for another, HealthCheck.None for none.")],
            };
    }

    /// <summary>Takes over the check of the project's own Dockerfile, as far as the image can run it.</summary>
    public static Preset Own(Preset preset, OwnDockerfile own, ProjectFolder folder, PresetSettings settings)
    {
        if (settings.HealthCheck is not null || preset.HealthCheck is not null || own.HealthCheck is not { Command: { } command } check)
        {
            return preset;
        }

        var times = new HealthCheck
        {
            Interval = check.Interval, Timeout = check.Timeout, StartPeriod = check.StartPeriod, Retries = check.Retries,
        };
        var line = DockerfileHints.Line(command);
        // A variable that nothing sets is empty to the shell; values are for the address alone, and not repeated.
        var asked = Unset().Replace(own.Known(Defaults().Replace(line, match => own.Variables.ContainsKey(match.Groups["name"].Value)
            ? $"${{{match.Groups["name"].Value}}}" : match.Groups["default"].Value)), "${before}");
        if (Address().Match(asked) is { Success: true } address)
        {
            return preset with
            {
                Endpoint = new HealthEndpoint(address.Groups["path"].Value is { Length: > 0 } path ? path : "/", own.File)
                {
                    Times = times, Port = Port(address.Groups["port"].Value, preset, own),
                },
            };
        }

        string[] words = [.. DockerfileHints.Words(command).Where(word => word.Length > 0)];
        string[] plain = words is [.., "||", "exit", _] ? words[..^3] : words;
        return plain.Length > 0 && preset.Entrypoint.Count > 0 && DockerfileHints.Same(plain[0], preset.Entrypoint[0])
            && Array.TrueForAll(plain[1..], word => IsThere(word, preset, folder, settings))
            ? preset with
            {
                HealthCheck = times with { Command = [preset.Entrypoint[0], .. plain[1..]] },
                Assumptions = [.. preset.Assumptions, new Assumption(
                    $"{own.File} says whether the program is well by '{line}': so does this image. Set HealthCheck for another, "
                        + "HealthCheck.None for none.")],
            }
            : preset with
            {
                Assumptions = [.. preset.Assumptions, new Assumption(
                    $"{own.File} says whether the program is well by '{line}', this image does not: set "
                    + "HealthCheck, to a command that the image has.")],
            };
    }

    private static HealthClient? Client(Preset preset, PresetSettings settings) =>
        settings.RuntimePackages.Contains("curl", StringComparer.Ordinal) ? HealthClient.Curl
        : settings.RuntimePackages.Contains("wget", StringComparer.Ordinal) ? HealthClient.Wget
        : preset.Base.Flavor == BaseFlavor.Alpine && preset.Base.Image.Contains("alpine", StringComparison.Ordinal) ? HealthClient.Wget
        : preset.Client;

    /// <summary>Tells the port that is not the one which both images expose: null for that.</summary>
    private static string? Port(string text, Preset preset, OwnDockerfile own) =>
        text.Length == 0 || !text.All(char.IsAsciiDigit)
        || own.Ports.Any(port => port.Split('/')[0] == text)
        || own.Variables.Values.Any(value => value.EndsWith(text, StringComparison.Ordinal))
        || (preset.Ports.Count > 0 && own.Ports.Count == 0) ? null : text;

    /// <summary>Tells whether what an argument names is in the image; what has no ending of a file names none.</summary>
    private static bool IsThere(string word, Preset preset, ProjectFolder folder, PresetSettings settings)
    {
        var path = PosixPath.Clean(word.TrimStart('/'));
        if (word.StartsWith('-') || (!word.Contains('/', StringComparison.Ordinal) && Path.GetExtension(word).Length < 2))
        {
            return true;
        }

        var home = (settings.Workdir ?? preset.Workdir ?? "/").TrimEnd('/');
        return !word.StartsWith('/') && preset.Source is null && folder.Has(path) && !path.StartsWith("src/", StringComparison.Ordinal)
            && preset.Artifacts.Any(artifact => artifact.Source.TrimEnd('/') == artifact.Destination.TrimEnd('/')
                && (home + "/").StartsWith(artifact.Destination.TrimEnd('/') + "/", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\$\{(?<name>\w+):?-(?<default>[^}$]*)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
        | RegexOptions.NonBacktracking)]
    private static partial Regex Defaults();

    // In the path of an address alone.
    [GeneratedRegex(@"(?<before>://[^\s/]+/[^\s$]*)\$(\{\w+\}|\w+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unset();

    [GeneratedRegex(@"\bhttp://(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(:(?<port>[0-9]+|\$[^/\s'""]*))?(?<path>/[^\s'""|&;)$]*)?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
