using System.Globalization;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Checking.Starting;

/// <summary>How a container is started to prove that it does, and what is waited for.</summary>
internal sealed record StartRequest
{
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public bool ReadOnly { get; init; }

    public IReadOnlyList<string> Tmpfs { get; init; } = [];

    public ByteSize? Memory { get; init; }

    public bool HealthCheck { get; init; }

    public int? Port { get; init; }

    /// <summary>
    /// Gets the image with a shell that looks for the port; <see langword="null"/> for one that the image was built with.
    /// </summary>
    public string? ProbeImage { get; init; }

    /// <summary>Gets the exit code of a program that ends by itself.</summary>
    public long ExitCode { get; init; }

    /// <summary>Gets what is waited for, in words; <see langword="null"/> for nothing but the program's end.</summary>
    public string? WaitedFor => (HealthCheck, Port) switch
    {
        (true, { } port) => string.Create(CultureInfo.InvariantCulture, $"health check and TCP port {port}"),
        (true, null) => "health check",
        (false, { } port) => string.Create(CultureInfo.InvariantCulture, $"TCP port {port}"),
        _ => null,
    };

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"no network, {(ReadOnly ? "read-only, " : "")}{Timeout.TotalSeconds:0.##} s at most");
}
