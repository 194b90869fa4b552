namespace Cake.MultiStage.Projects;

/// <summary>Where a program answers whether it is well, as the project's files say.</summary>
/// <param name="Path">The path, with <c>/</c> before it.</param>
/// <param name="Source">What says so: a file of the project.</param>
internal sealed record HealthEndpoint(string Path, string Source)
{
    /// <summary>The paths at which programs answer it by custom, those first that ask for the least.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "livez", "live", "alive", "liveness", "healthz", "health", "healthcheck", "health-check", "_health", "health/live",
        "health/liveness", "heartbeat", "up", "ping", "status",
    ];

    /// <summary>Gets its port; null for the first that the image exposes.</summary>
    public string? Port { get; init; }

    /// <summary>Gets how often it is asked; null for Docker's own times.</summary>
    public HealthCheck? Times { get; init; }

    /// <summary>Gets why nothing can ask for it from inside the container, with what to do; null where that is not so.</summary>
    public string? Hindrance { get; init; }

    /// <summary>
    /// Chooses of several the one that says the least about others, such as a database: a container is not made well by starting it anew
    /// where the database is what is gone.
    /// </summary>
    public static HealthEndpoint? Best(IEnumerable<HealthEndpoint> endpoints) => endpoints.MinBy(endpoint => endpoint.Rank);

    /// <summary>Tells whether programs answer it at a path by custom.</summary>
    public static bool IsUsual(string path) => Names.Any(name => path.Equals("/" + name, StringComparison.OrdinalIgnoreCase)
        || path.Equals("/api/" + name, StringComparison.OrdinalIgnoreCase)
        || path.Equals("/api/v1/" + name, StringComparison.OrdinalIgnoreCase));

    private int Rank => Path.Contains("ready", StringComparison.OrdinalIgnoreCase) ? Names.Count + 1
        : Enumerable.Range(0, Names.Count).FirstOrDefault(
            index => Path.TrimEnd('/').EndsWith("/" + Names[index], StringComparison.OrdinalIgnoreCase), Names.Count);
}

/// <summary>A program in the final image that can ask for a path.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ask">The command that ends with 0 where an address answers well.</param>
internal sealed record HealthClient(string Name, Func<string, IReadOnlyList<string>> Ask)
{
    public static HealthClient Wget => new("wget", address => ["wget", "-q", "-O", "/dev/null", address]);

    public static HealthClient Curl => new("curl", address => ["curl", "-fsS", "-o", "/dev/null", address]);

    public static HealthClient Python => new("python", address =>
        ["python", "-c", $"import urllib.request; urllib.request.urlopen('{address}', timeout=5)"]);

    public static HealthClient Ruby => new("ruby", address =>
        ["ruby", "-rnet/http", "-e", $"exit Net::HTTP.get_response(URI('{address}')).code.to_i < 400"]);

    public static HealthClient Deno => new("deno", address => ["deno", "eval", $"if (!(await fetch('{address}')).ok) Deno.exit(1)"]);

    public static HealthClient Bun => new("bun", address => ["bun", "-e", $"if (!(await fetch('{address}')).ok) process.exit(1)"]);

    /// <param name="program">The program <c>node</c> in the image.</param>
    public static HealthClient Node(string program) => new("node", address =>
    [
        program, "-e",
        $"require('http').get('{address}', r => process.exit(r.statusCode < 400 ? 0 : 1)).on('error', () => process.exit(1))",
    ]);
}
