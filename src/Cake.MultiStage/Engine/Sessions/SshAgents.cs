using System.Diagnostics;
using Cake.MultiStage.Images;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>The agents of a build for as long as it runs: those that run already, and those started for a key.</summary>
internal sealed class SshAgents : IAsyncDisposable
{
    private const string WindowsPipe = @"\\.\pipe\openssh-ssh-agent";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AddLimit = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, string> _sockets = new(StringComparer.Ordinal);
    private readonly List<Process> _started = [];
    private readonly List<string> _folders = [];

    /// <summary>Gets the agents' sockets by their ids.</summary>
    public IReadOnlyDictionary<string, string> Sockets => _sockets;

    /// <exception cref="MultiStageException">An agent doesn't exist, can't be started, or refuses the key.</exception>
    public static async Task<SshAgents> OpenAsync(IReadOnlyDictionary<string, SshAgent> agents, CancellationToken cancellationToken)
    {
        var opened = new SshAgents();
        try
        {
            foreach (var (id, agent) in agents)
            {
                opened._sockets[id] = agent is KeyAgent key ? await opened.StartAsync(id, key.KeyFile, cancellationToken)
                    : Running(id, ((RunningAgent)agent).Socket);
            }

            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _folders.ForEach(folder => Directory.Delete(folder, recursive: true));
    }

    private static string Running(string id, string? socket) =>
        socket
        ?? (Environment.GetEnvironmentVariable("SSH_AUTH_SOCK") is { Length: > 0 } named ? named : null)
        ?? (OperatingSystem.IsWindows() ? WindowsPipe
            : throw new MultiStageException(
            $"The build needs the ssh agent '{id}', but SSH_AUTH_SOCK is not set. Start one by 'eval $(ssh-agent)' and 'ssh-add', or "
            + "give a key by SshAgent.WithKey."));

    private async Task<string> StartAsync(string id, string keyFile, CancellationToken cancellationToken)
    {
        if (!File.Exists(keyFile))
        {
            throw new MultiStageException($"The key of the ssh agent '{id}' doesn't exist: '{keyFile}'.");
        }

        var folder = Directory.CreateTempSubdirectory("ssh-agent-").FullName;
        _folders.Add(folder);
        var socket = Path.Combine(folder, "agent");
        // In the foreground, so that it ends with this process's wish and not on its own.
        _started.Add(await Started("ssh-agent", () => Task.FromResult(Program("ssh-agent", ["-D", "-a", socket], socket).Start())));
        var started = Stopwatch.GetTimestamp();
        while (!File.Exists(socket))
        {
            if (Stopwatch.GetElapsedTime(started) > StartLimit || _started[^1].HasExited)
            {
                throw new MultiStageException($"ssh-agent did not start for the ssh agent '{id}'.");
            }

            await Task.Delay(20, cancellationToken);
        }

        var added = await Started("ssh-add",
            () => Program("ssh-add", ["-q", Path.GetFullPath(keyFile)], socket).RunAsync("", AddLimit, cancellationToken));
        return added.ExitCode == 0 ? socket
            : throw new MultiStageException(
            $"The key '{keyFile}' of the ssh agent '{id}' was refused: {added.Error}. A key with a passphrase belongs into an agent that "
            + "runs already: SshAgent.Running.");
    }

    private static HostProgram Program(string name, string[] arguments, string socket)
    {
        var program = new HostProgram(name, arguments);
        program.Environment["SSH_AUTH_SOCK"] = socket;
        // Never asks for a passphrase, on a terminal or in a window.
        program.Environment["SSH_ASKPASS"] = "/bin/false";
        program.Environment["SSH_ASKPASS_REQUIRE"] = "force";
        return program;
    }

    private static async Task<T> Started<T>(string name, Func<Task<T>> start)
    {
        try
        {
            return await start();
        }
        catch (HostProgramException exception)
        {
            throw new MultiStageException($"'{name}' can't be used: {exception.Message}. Install OpenSSH's client in a folder of PATH, "
                + "or use an agent that runs already: SshAgent.Running.", exception);
        }
    }
}
