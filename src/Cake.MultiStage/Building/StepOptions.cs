using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>What the steps of a build get beside their network: names, limits and what they may do.</summary>
internal sealed record StepOptions
{
    /// <summary>The address of a name that stands for the host of the engine.</summary>
    public const string HostGateway = "host-gateway";

    /// <summary>The step may use the network of the builder's host.</summary>
    public const string HostNetwork = "network.host";

    /// <summary>The step may do whatever the builder may.</summary>
    public const string Insecure = "security.insecure";

    /// <summary>The step may use devices; one alone where <c>=NAME</c> follows.</summary>
    public const string Device = "device";

    public static StepOptions None { get; } = new();

    /// <summary>Gets the addresses of names, by the names.</summary>
    public IReadOnlyDictionary<string, string> Hosts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the limits of processes.</summary>
    public IReadOnlyList<ResourceLimit> Limits { get; init; } = [];

    /// <summary>Gets the size of <c>/dev/shm</c>; <see langword="null"/> for the builder's own.</summary>
    public ByteSize? SharedMemory { get; init; }

    /// <summary>Gets what the steps may do, in BuildKit's words for it.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>Gets a value indicating whether nothing is asked for.</summary>
    public bool IsNone => Hosts.Count + Limits.Count + Allowed.Count == 0 && SharedMemory is null;

    /// <summary>Gets what decides what a build makes, as names and values; nothing where nothing is asked for.</summary>
    public IEnumerable<(string Name, string Value)> Inputs =>
    [
        .. Hosts.Select(host => ($"host {host.Key}", host.Value)),
        .. Limits.Select(limit => ($"limit {limit.Name}", limit.Range)),
        .. SharedMemory is { } size ? [("shared memory", size.Bytes.ToString(System.Globalization.CultureInfo.InvariantCulture))]
            : Array.Empty<(string, string)>(),
        .. Allowed.Select(allowed => ($"allowed {allowed}", "on")),
    ];

    /// <summary>Says whether steps may do something.</summary>
    /// <param name="entitlement">What, in BuildKit's words.</param>
    public bool Allows(string entitlement) => Allowed.Contains(entitlement, StringComparer.Ordinal);
}
