using System.Globalization;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>The package of what was just built, in a feed of its own, under a version that nobody has.</summary>
internal sealed class PackedAddin : IAsyncDisposable
{
    // Two that pack at once would write the same files.
    private static readonly SemaphoreSlim Packing = new(1);

    private PackedAddin(string feed, string version) => (Feed, Version) = (feed, version);

    public string Feed { get; }

    public string Version { get; }

    public string File => Path.Combine(Feed, $"Cake.MultiStage.{Version}.nupkg");

    /// <summary>Gets where packages are kept that were restored.</summary>
    public static string Restored { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public static async Task<PackedAddin> MakeAsync()
    {
        var packed = new PackedAddin(
            Directory.CreateTempSubdirectory("multistage-feed-").FullName,
            string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}"));
        await Packing.WaitAsync();
        try
        {
            await PackAsync(packed);
        }
        finally
        {
            Packing.Release();
        }

        return packed;
    }

    private static async Task PackAsync(PackedAddin packed)
    {
        var configuration = new DirectoryInfo(Repository.AddinFolder).Parent!.Name;
        await Shell.RunAsync("dotnet",
        [
            "pack", Repository.File("src", "Cake.MultiStage"), "--no-build", "--no-restore", "--nologo", "--configuration", configuration,
            "--output", packed.Feed, $"-p:PackageVersion={packed.Version}",
        ]);
    }

    /// <summary>Runs a script as its author does, with the package from the feed.</summary>
    /// <param name="script">The script's file.</param>
    /// <param name="arguments">Further arguments, such as <c>--target=Image</c>.</param>
    /// <param name="environment">Environment variables.</param>
    /// <returns>What it printed.</returns>
    public async Task<string> RunAsync(string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        await Shell.RunAsync("dotnet", ["tool", "restore"]);
        return await Shell.RunAsync("dotnet",
        [
            "cake", script, $"--nuget_source={Feed}", $"--paths_addins={Path.Combine(Feed, "addins")}",
            "--settings_skippackageversioncheck=true", .. arguments,
        ], environment);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Feed, recursive: true);
        var restored = Path.Combine(Restored, "cake.multistage", Version);
        if (Directory.Exists(restored))
        {
            Directory.Delete(restored, recursive: true);
        }

        return ValueTask.CompletedTask;
    }
}
