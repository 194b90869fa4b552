namespace Cake.MultiStage.Images;

/// <summary>An ssh agent that the steps of a build may ask for signatures; keys never leave it.</summary>
public abstract record SshAgent
{
    private protected SshAgent()
    {
    }

    /// <summary>Takes the agent that runs already: the one <c>SSH_AUTH_SOCK</c> names, or OpenSSH's pipe on Windows.</summary>
    /// <returns>The agent.</returns>
    public static SshAgent Running() => new RunningAgent(Socket: null);

    /// <summary>Takes the agent that listens on a socket, or on Windows on a named pipe.</summary>
    /// <param name="socket">The socket's path, or <c>\\.\pipe\name</c>.</param>
    /// <returns>The agent.</returns>
    public static SshAgent At(string socket) => new RunningAgent(socket);

    /// <summary>Starts an agent for the build (<c>ssh-agent</c>, which must be installed), with one key.</summary>
    /// <param name="path">The private key's file, without a passphrase.</param>
    /// <returns>The agent.</returns>
    public static SshAgent WithKey(string path) => new KeyAgent(path);
}

internal sealed record RunningAgent(string? Socket) : SshAgent;

internal sealed record KeyAgent(string KeyFile) : SshAgent;
