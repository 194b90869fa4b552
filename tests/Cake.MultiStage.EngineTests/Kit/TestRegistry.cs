using Cake.MultiStage.Registries;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>How a registry asks who is there.</summary>
public enum RegistryAccess
{
    /// <summary>It does not ask.</summary>
    Open,

    /// <summary>By a challenge for user and password.</summary>
    Basic,

    /// <summary>By a challenge for a token, which a server of its own gives for user and password.</summary>
    Bearer,
}

/// <summary>A registry without TLS on this host, Debian's <c>docker-registry</c>; open to all, or with one account.</summary>
internal sealed class TestRegistry : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Program = new(ProgramAsync);

    private readonly RunningProgram _program;
    private readonly string _folder;
    private readonly TokenServer? _tokens;

    private TestRegistry(RunningProgram program, string folder, string address, TokenServer? tokens)
    {
        _program = program;
        _folder = folder;
        _tokens = tokens;
        Address = address;
    }

    /// <summary>Gets host and port, as they stand in image names.</summary>
    public string Address { get; }

    /// <summary>Gets the account of a registry that has one.</summary>
    public static RegistryCredentials Login { get; } = new("robot", "s3cret+/pass");

    /// <summary>Gets how many tokens its token server has given to the account.</summary>
    public int TokensGiven => _tokens?.TokensGiven ?? 0;

    public static async Task<TestRegistry> StartAsync(RegistryAccess access = RegistryAccess.Open)
    {
        var folder = Directory.CreateTempSubdirectory("multistage-registry-").FullName;
        var port = Loopback.FreePort();
        var address = $"127.0.0.1:{port}";
        var config = Path.Combine(folder, "config.yml");
        await File.WriteAllTextAsync(config, $$"""
            version: 0.1
            log: { level: error }
            storage: { filesystem: { rootdirectory: "{{folder}}/data" } }
            http: { addr: "{{address}}" }
            """);
        TokenServer? tokens = null;
        if (access == RegistryAccess.Basic)
        {
            // The bcrypt hash of the password above, as 'htpasswd -B' makes it.
            await File.WriteAllTextAsync(Path.Combine(folder, "htpasswd"),
                "robot:$2y$05$WosM/k9UH3kGLp5L3xLaTeaaKR2u/Em2NUf1MMQwyG5MlWXBGXMje\n");
            await File.AppendAllTextAsync(config, $$"""

                auth: { htpasswd: { realm: test, path: "{{folder}}/htpasswd" } }
                """);
        }

        if (access == RegistryAccess.Bearer)
        {
            tokens = new TokenServer($"127.0.0.1:{Loopback.FreePort()}", Login);
            await File.WriteAllTextAsync(Path.Combine(folder, "tokens.pem"), tokens.Certificate);
            await File.AppendAllTextAsync(config, $$"""

                auth: { token: { realm: "{{tokens.Realm}}", service: "{{TokenServer.Service}}", issuer: "{{TokenServer.Issuer}}",
                  rootcertbundle: "{{folder}}/tokens.pem" } }
                """);
        }

        var registry = new TestRegistry(Shell.Start(await Program.Value, ["serve", config]), folder, address, tokens);
        await Loopback.ListensAsync(port, $"a registry at {address}");
        return registry;
    }

    /// <summary>Loses every second layer, as a registry whose disk was cleaned by hand.</summary>
    public void LoseLayers()
    {
        var blobs = new DirectoryInfo(Path.Combine(_folder, "data", "docker", "registry", "v2", "blobs"))
            .EnumerateFiles("data", SearchOption.AllDirectories).Where(IsPacked).OrderBy(file => file.FullName, StringComparer.Ordinal);
        foreach (var (index, file) in blobs.Index())
        {
            if (index % 2 == 0)
            {
                file.Directory!.Delete(recursive: true);
            }
        }
    }

    private static bool IsPacked(FileInfo file)
    {
        using var stream = file.OpenRead();
        return stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
    }

    public Task StopAsync() => _program.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        if (_tokens is not null)
        {
            await _tokens.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Finds the program; where it is not installed, takes it out of Debian's package and installs nothing.</summary>
    private static async Task<string> ProgramAsync()
    {
        const string Installed = "/usr/bin/docker-registry";
        var folder = Repository.File("artifacts", "docker-registry");
        var unpacked = Path.Combine(folder, "usr", "bin", "docker-registry");
        if (File.Exists(Installed) || File.Exists(unpacked))
        {
            return File.Exists(Installed) ? Installed : unpacked;
        }

        Directory.CreateDirectory(folder);
        await Shell.RunAsync("bash", ["-ec", $"""
            cd '{folder}'
            download() {'{'} apt-get -qq -o APT::Sandbox::User=root download docker-registry; {'}'}
            download || {'{'} apt-get -qq update; download; {'}'}
            dpkg-deb -x docker-registry_*.deb .
            """]);
        return unpacked;
    }
}
