using System.Globalization;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>An engine of a test's own, brought up by <c>tests/engine/up</c>.</summary>
internal sealed class PrivateEngine : IAsyncDisposable
{
    private readonly string _home;
    private readonly string _name;
    private readonly bool _purge;

    private PrivateEngine(string home, string name, bool purge, string host)
    {
        _home = home;
        _name = name;
        _purge = purge;
        Host = host;
    }

    public string Host { get; }

    /// <summary>Gets the folder with all that the engine keeps: images, layers, the build cache and its records.</summary>
    public string DataFolder => Path.Combine(_home, _name, "data");

    /// <summary>Runs <c>tests/engine/up</c>, whose last line says where the engine answers.</summary>
    public static async Task<string> UpAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        const string Prefix = "DOCKER_HOST=";
        var output = await Shell.RunAsync("bash", [Repository.File("tests", "engine", "up"), .. arguments], environment);
        return output.Split('\n').Last(line => line.StartsWith(Prefix, StringComparison.Ordinal))[Prefix.Length..];
    }

    /// <summary>Starts a short-lived engine that nothing else uses.</summary>
    public static async Task<PrivateEngine> StartAsync()
    {
        var home = Directory.CreateTempSubdirectory("multistage-").FullName;
        return new PrivateEngine(home, "default", purge: true, await UpAsync([Workspace.Busybox], Variables(home)));
    }

    /// <summary>Starts a newer engine, whose data is kept for the next run.</summary>
    /// <param name="containerdStore">Whether it has containerd's image store.</param>
    public static async Task<PrivateEngine> StartNewerAsync(bool containerdStore)
    {
        var home = Repository.File("artifacts", "newer-engine");
        string[] options = containerdStore ? ["--engine", "28", "--containerd-store"] : ["--engine", "28"];
        return new PrivateEngine(home, containerdStore ? "28-containerd" : "28", purge: false,
            await UpAsync([.. options, Workspace.Busybox, SeededImages.Debian], Variables(home)));
    }

    /// <summary>Starts Podman, whose data is kept for the next run. It takes its images from the engine of the tests.</summary>
    public static async Task<PrivateEngine> StartPodmanAsync()
    {
        var home = Repository.File("artifacts", "podman-engine");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["ENGINE_HOME"] = home };
        return new PrivateEngine(home, "podman", purge: false, await UpAsync(["--engine", "podman", Workspace.Busybox], variables));
    }

    /// <summary>Ends dockerd as a crash does.</summary>
    public Task KillAsync() => Shell.RunAsync("kill", ["-9", ProcessId().ToString(CultureInfo.InvariantCulture)]);

    /// <summary>Starts it again, with what it kept.</summary>
    public Task ReviveAsync() => UpAsync([Workspace.Busybox], Variables(_home));

    /// <summary>Has dockerd stand still: it keeps its connections, and answers nothing.</summary>
    public Task SuspendAsync() => Shell.RunAsync("kill", ["-STOP", ProcessId().ToString(CultureInfo.InvariantCulture)]);

    public Task ResumeAsync() => Shell.RunAsync("kill", ["-CONT", ProcessId().ToString(CultureInfo.InvariantCulture)]);

    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync("bash", [Repository.File("tests", "engine", "down"), .. _purge ? ["--purge"] : Array.Empty<string>()],
            Variables(_home));
        if (_purge && Directory.Exists(_home))
        {
            Directory.Delete(_home, recursive: true);
        }
    }

    // A DOCKER_HOST where nothing answers: `up` would take an engine of the machine instead of starting one.
    private static Dictionary<string, string> Variables(string home) => new(StringComparer.Ordinal)
    {
        ["ENGINE_HOME"] = home,
        ["DOCKER_HOST"] = $"unix://{home}/none.sock",
    };

    private int ProcessId() => int.Parse(File.ReadAllText(Path.Combine(_home, _name, "dockerd.pid")), CultureInfo.InvariantCulture);
}
