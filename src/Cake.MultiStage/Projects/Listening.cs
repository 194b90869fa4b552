namespace Cake.MultiStage.Projects;

/// <summary>Where a program listens, as the project's files say.</summary>
/// <param name="Source">What says so: a file of the project.</param>
/// <param name="Port">The port; null where no file says it.</param>
internal sealed record Listening(string Source, string? Port)
{
    /// <summary>
    /// Gets what to do where it is the container's own address (127.0.0.1), which nobody else reaches; null where others reach it.
    /// </summary>
    public string? Loopback { get; init; }

    /// <summary>Tells whether a host is the machine's own address.</summary>
    public static bool IsLoopback(string host) =>
        host.Trim('[', ']') is "localhost" or "::1" || host.StartsWith("127.", StringComparison.Ordinal);
}
