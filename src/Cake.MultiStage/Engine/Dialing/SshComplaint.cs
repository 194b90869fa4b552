namespace Cake.MultiStage.Engine.Dialing;

/// <summary>Makes of what OpenSSH and the docker client there wrote to standard error the reason and what to do about it.</summary>
internal static class SshComplaint
{
    public static string Explain(SshTarget target, string complaint)
    {
        var lines = complaint.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var said = LogText.Clean(string.Join(' ', lines
            .Where(line => line.Any(char.IsLetterOrDigit) && !line.StartsWith("@@@", StringComparison.Ordinal))
            .TakeLast(3)));
        var reason = said.Length == 0 ? "ssh ended without a word" : $"ssh says: {said.TrimEnd('.')}";
        return $"{reason}. {Remedy(target, complaint)}";
    }

    private static string Remedy(SshTarget target, string complaint)
    {
        bool Says(string text) => complaint.Contains(text, StringComparison.OrdinalIgnoreCase);

        var login = target.Port is { } port ? FormattableString.Invariant($"ssh -p {port} {target.Name}") : $"ssh {target.Name}";
        var known = target.Port is { } other and not 22 ? FormattableString.Invariant($"[{target.Host}]:{other}") : target.Host;
        return Says("IDENTIFICATION HAS CHANGED")
            ? $"The key of '{target.Host}' is not the one that was known: the host was set up anew, or another one answers in its place. "
                + $"Ask who runs it; if the key is right, take the old one away by 'ssh-keygen -R {known}' and log in once by '{login}'"
            : Says("Host key verification failed")
            ? $"The key of '{target.Host}' isn't known here, and a build doesn't ask. Log in once by '{login}' and compare the key, "
                + "or put it into ~/.ssh/known_hosts"
            : Says("Permission denied (")
            ? $"'{target.Host}' takes none of the keys that are offered. '{login}' has to work without a question: add the key to the ssh "
                + "agent ('ssh-add'), or name it in ~/.ssh/config, and see that the user is right"
            : Says("docker.sock") || Says("Docker daemon")
            ? $"The user there may not use the engine, or it doesn't run: see that '{login} docker version' works"
            : Says("command not found") || Says("docker: not found") || Says("No such file or directory")
            ? $"'{target.Host}' needs the docker client (18.09 or newer) on the PATH of that user: see that '{login} docker version' works"
            : Says("is not a docker command") || Says("dial-stdio")
            ? $"The docker client on '{target.Host}' is too old: it needs 18.09 or newer"
            : $"See that '{login} docker version' works";
    }
}
