namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>
/// OpenSSH's server on this host, and an <c>ssh</c> in front of PATH that uses the system's with keys and known hosts of its own.
/// </summary>
internal sealed class SshServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string _path;
    private readonly RunningProgram _program;

    private SshServer(string folder, int port, string path, RunningProgram program) =>
        (_folder, Port, _path, _program) = (folder, port, path, program);

    public int Port { get; }

    /// <summary>Gets how often ssh was started.</summary>
    public int Logins => File.Exists(At("logins")) ? File.ReadAllLines(At("logins")).Length : 0;

    public static async Task<SshServer> StartAsync()
    {
        if (!File.Exists("/usr/sbin/sshd"))
        {
            await Shell.RunAsync("bash", ["-ec", """
                . tests/engine/common.sh
                mkdir -p "$home"
                apt_install openssh-server
                """]);
        }

        var folder = Directory.CreateTempSubdirectory("multistage-ssh-").FullName;
        foreach (var key in (string[])["host", "other-host", "user", "other-user"])
        {
            await Shell.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, key)]);
        }

        var port = Loopback.FreePort();
        File.Copy(Path.Combine(folder, "user.pub"), Path.Combine(folder, "authorized_keys"));
        await File.WriteAllTextAsync(Path.Combine(folder, "sshd_config"), $"""
            ListenAddress 127.0.0.1:{port}
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/authorized_keys
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            UsePAM no
            StrictModes no
            PidFile none
            PermitRootLogin prohibit-password

            """);
        Directory.CreateDirectory(Path.Combine(folder, "bin"));
        await File.WriteAllTextAsync(Path.Combine(folder, "bin", "ssh"), $"""
            #!/bin/sh
            echo login >>{folder}/logins
            exec /usr/bin/ssh -F {folder}/ssh_config "$@"

            """);
        await Shell.RunAsync("chmod", ["700", Path.Combine(folder, "bin", "ssh")]);
        // The server gives up its privileges in here.
        Directory.CreateDirectory("/run/sshd");
        var server = new SshServer(folder, port, Environment.GetEnvironmentVariable("PATH")!, Run(folder));
        Environment.SetEnvironmentVariable("PATH", $"{Path.Combine(folder, "bin")}:{server._path}");
        await server.UseAsync("user", "host");
        await Loopback.ListensAsync(port, $"sshd at port {port}");
        return server;
    }

    /// <summary>Gets the address of an engine of this host behind the server.</summary>
    public string Host(string engine) => $"ssh://{Environment.UserName}@127.0.0.1:{Port}{new Uri(engine).LocalPath}";

    /// <summary>Says which keys the client has: its own, and the host's that it knows.</summary>
    /// <param name="user">The file of the client's key.</param>
    /// <param name="known">The file of the host's key; <see langword="null"/> for none.</param>
    public async Task UseAsync(string user, string? known)
    {
        var key = known is null ? "" : $"[127.0.0.1]:{Port} {await File.ReadAllTextAsync(At(known + ".pub"))}";
        await File.WriteAllTextAsync(At("known_hosts"), key);
        await File.WriteAllTextAsync(At("ssh_config"), $"""
            Host *
              IdentityFile {At(user)}
              IdentitiesOnly yes
              UserKnownHostsFile {At("known_hosts")}
              GlobalKnownHostsFile /dev/null

            """);
    }

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        await _program.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string At(string file) => Path.Combine(_folder, file);

    private static RunningProgram Run(string folder) => Shell.Start("/usr/sbin/sshd", ["-D", "-e", "-f", $"{folder}/sshd_config"]);
}
