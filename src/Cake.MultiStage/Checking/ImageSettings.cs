using System.Text.Json;

namespace Cake.MultiStage.Checking;

/// <summary>How an image is run (OCI image specification, "Image Configuration").</summary>
internal sealed record ImageSettings
{
    // What a container has where the image sets none.
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public string Architecture { get; init; } = "";

    public string User { get; init; } = "";

    public string WorkingDirectory { get; init; } = "/";

    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    public IReadOnlyList<string> Cmd { get; init; } = [];

    /// <summary>Gets the health check: <c>CMD</c> or <c>CMD-SHELL</c> and what it runs; empty where the image has none.</summary>
    public IReadOnlyList<string> HealthCheck { get; init; } = [];

    /// <summary>Gets the shell of texts that are run by one; empty for the usual one.</summary>
    public IReadOnlyList<string> Shell { get; init; } = [];

    /// <summary>Gets the folders that are volumes.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Gets the ports that the image says it listens on, such as <c>8080/tcp</c>.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the texts of the image's history.</summary>
    public IReadOnlyList<string> History { get; init; } = [];

    /// <summary>Gets the program and its arguments.</summary>
    public IReadOnlyList<string> Command => [.. Entrypoint, .. Cmd];

    public IReadOnlyList<string> SearchPath =>
        (Environment.GetValueOrDefault("PATH") ?? DefaultPath).Split(':', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Makes a path absolute as the program would.</summary>
    public string Absolute(string path) => path.StartsWith('/') ? path : $"{WorkingDirectory.TrimEnd('/')}/{path}";

    public static ImageSettings Read(ReadOnlyMemory<byte> configuration)
    {
        using var document = JsonDocument.Parse(configuration);
        var root = document.RootElement;
        var config = root.TryGetProperty("config", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : default;
        return new ImageSettings
        {
            Architecture = Text(root, "architecture") ?? "",
            User = Text(config, "User") ?? "",
            WorkingDirectory = Text(config, "WorkingDir") is { Length: > 0 } directory ? directory : "/",
            Entrypoint = List(config, "Entrypoint"),
            Cmd = List(config, "Cmd"),
            HealthCheck = config.ValueKind == JsonValueKind.Object && config.TryGetProperty("Healthcheck", out var check)
                ? List(check, "Test")
                : [],
            Shell = List(config, "Shell"),
            Volumes = Names(config, "Volumes"),
            Ports = Names(config, "ExposedPorts"),
            Labels = Names(config, nameof(Labels)).Distinct(StringComparer.Ordinal).ToDictionary(
                name => name, name => Text(config.GetProperty(nameof(Labels)), name) ?? "", StringComparer.Ordinal),
            Environment = List(config, "Env")
                .Select(pair => pair.Split('=', 2))
                .Where(pair => pair.Length == 2)
                .DistinctBy(pair => pair[0], StringComparer.Ordinal)
                .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal),
            History = root.TryGetProperty("history", out var history) && history.ValueKind == JsonValueKind.Array
                ? [.. history.EnumerateArray().Select(step => Text(step, "created_by") ?? "")]
                : [],
        };
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? Text(value) : null;

    private static IReadOnlyList<string> List(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(one => Text(one) ?? "")]
            : [];

    private static IReadOnlyList<string> Names(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? [.. value.EnumerateObject().Select(Name).OfType<string>()]
            : [];

    private static string? Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, as "\ud800", is sound JSON and no text.
            return null;
        }
    }
}
