namespace Cake.MultiStage.Engine.Dialing;

/// <summary>Where ssh goes, and what it runs there: what carries one connection to the engine over its input and output.</summary>
/// <param name="User">The user, or <see langword="null"/> for what ssh's configuration says.</param>
/// <param name="Host">The host, which may be an alias of ssh's configuration.</param>
/// <param name="Port">The port, or <see langword="null"/> for what ssh's configuration says.</param>
/// <param name="Socket">The engine's socket there, or <see langword="null"/> for what the docker client there takes.</param>
internal sealed record SshTarget(string? User, string Host, int? Port, string? Socket)
{
    // A question in the middle of a build would wait for an answer forever.
    private static readonly string[] Options =
        ["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=15", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"];

    /// <summary>Gets the host with its user, as people name it.</summary>
    public string Name => User is null ? Host : $"{User}@{Host}";

    /// <summary>Gets the arguments of ssh. What comes of the address stands behind <c>--</c>, and in quotes for the shell there.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        .. Options,
        .. User is null ? Array.Empty<string>() : ["-l", User],
        .. Port is { } port ? ["-p", FormattableString.Invariant($"{port}")] : Array.Empty<string>(),
        "--",
        Host,
        Socket is null ? "docker system dial-stdio" : $"docker --host {Quoted($"unix://{Socket}")} system dial-stdio",
    ];

    /// <summary>Gets the program that goes there.</summary>
    public DialProgram Program => new("ssh", Arguments, ["SSH_*", "DISPLAY"],
        "Install OpenSSH's client, or reach the engine another way", complaint => SshComplaint.Explain(this, complaint));

    /// <summary>Reads an address of the form <c>ssh://[user@]host[:port][/socket]</c>.</summary>
    public static SshTarget Of(Uri address)
    {
        var user = Uri.UnescapeDataString(address.UserInfo.Split(':')[0]);
        var path = Uri.UnescapeDataString(address.AbsolutePath);
        return new SshTarget(
            user.Length > 0 ? user : null,
            address.Host.Trim('[', ']'),
            address.Port > 0 ? address.Port : null,
            path is "" or "/" ? null : path);
    }

    /// <summary>
    /// Says what is wrong with an address, or <see langword="null"/>. A name that begins with a dash would be an option of ssh.
    /// </summary>
    public static string? Problem(Uri address)
    {
        var target = Of(address);
        return address.UserInfo.Contains(':', StringComparison.Ordinal)
            ? "it has a password, which ssh takes from nobody but the one who types it; use a key, and an agent for its passphrase"
            : address.Query.Length > 0 || address.Fragment.Length > 0 ? "it has a '?' or a '#'"
            : target.Host.StartsWith('-') || target.User?.StartsWith('-') == true ? "a host or user begins with a dash"
            : null;
    }

    private static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
