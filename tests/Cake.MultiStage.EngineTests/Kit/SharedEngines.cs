using System.Collections.Concurrent;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>The kinds of engine that tests run on.</summary>
public enum EngineKind
{
    /// <summary>The engine that all tests share.</summary>
    Default,

    /// <summary>Docker 28 with the image store of old.</summary>
    Newer,

    /// <summary>Docker 28 with containerd's image store.</summary>
    NewerContainerd,

    /// <summary>Podman, of Debian's package.</summary>
    Podman,
}

/// <summary>The engines of a test run, each started when a test first asks for it and stopped after the last test.</summary>
internal static class SharedEngines
{
    private static readonly ConcurrentDictionary<EngineKind, Lazy<Task<PrivateEngine>>> Started = new();
    private static readonly ConcurrentDictionary<EngineKind, Lazy<Task<PrivateEngine>>> Podmans = new();

    /// <summary>Gets where an engine answers.</summary>
    public static async Task<string> HostAsync(EngineKind kind) => kind switch
    {
        EngineKind.Default => Environment.GetEnvironmentVariable("DOCKER_HOST")!,
        EngineKind.Podman => (await Podmans.GetOrAdd(kind, _ => new(PrivateEngine.StartPodmanAsync)).Value).Host,
        _ => (await NewerAsync(kind)).Host,
    };

    /// <summary>Gets a newer engine.</summary>
    public static Task<PrivateEngine> NewerAsync(EngineKind kind) =>
        Started.GetOrAdd(kind, _ => new(() => PrivateEngine.StartNewerAsync(kind == EngineKind.NewerContainerd))).Value;

    /// <summary>Starts a newer engine anew that a test has killed.</summary>
    public static async Task ReviveAsync(EngineKind kind)
    {
        Started.TryRemove(kind, out _);
        await NewerAsync(kind);
    }

    public static async Task StopAsync()
    {
        // They share a folder, and one 'down' stops all that run there.
        if (Started.Values.FirstOrDefault() is { } one)
        {
            await (await one.Value).DisposeAsync();
        }

        if (Podmans.Values.FirstOrDefault() is { } podman)
        {
            await (await podman.Value).DisposeAsync();
        }
    }
}
