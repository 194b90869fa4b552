using System.Globalization;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>
/// Package registries on this host's loopback address, made of Debian's packages (<c>tests/engine/images/registries</c>): one container of
/// the shared engine serves all, from the test that first asks for it to the last. Builds reach it by the network <c>host</c>.
/// </summary>
internal static class PackageRegistries
{
    private static readonly Lazy<Task<(TestEngine Engine, string Container, string Address)>> Started = new(StartAsync);

    /// <summary>Gets where a registry is.</summary>
    /// <param name="path">Its path: <c>go</c>, <c>simple/</c> (Python), <c>crates/</c>, <c>maven</c>, <c>gems/</c>.</param>
    public static async Task<string> AtAsync(string path) => $"{(await Started.Value).Address}/{path}";

    /// <summary>Stops the container, where a test has had it started.</summary>
    public static async Task StopAsync()
    {
        if (Started.IsValueCreated)
        {
            var (engine, container, _) = await Started.Value;
            await engine.RemoveContainerAsync(container);
            engine.Dispose();
        }
    }

    private static async Task<(TestEngine Engine, string Container, string Address)> StartAsync()
    {
        var engine = new TestEngine(await SharedEngines.HostAsync(EngineKind.Default));
        var port = Loopback.FreePort();
        var container = await engine.StartOnHostAsync("cake-multistage/registries:1",
            string.Create(CultureInfo.InvariantCulture, $"PORT={port}"));
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        await Loopback.ListensAsync(port, $"package registries at {address}");
        return (engine, container, address);
    }
}
