namespace Cake.MultiStage.Dockerfiles;

/// <summary><c>RUN</c>: a command run in the stage.</summary>
/// <param name="Command">The command; with a <see cref="Heredoc"/>, what reads it, or <see langword="null"/> for the shell.</param>
public sealed record RunInstruction(Command? Command) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "RUN";

    /// <summary>Gets what is mounted while the command runs.</summary>
    public IReadOnlyList<RunMount> Mounts { get; init; } = [];

    /// <summary>Gets the network: <c>default</c>, <c>none</c> or <c>host</c>; <see langword="null"/> leaves it out.</summary>
    public string? Network { get; init; }

    /// <summary>Gets the security mode: <c>sandbox</c> or <c>insecure</c>; <see langword="null"/> leaves it out.</summary>
    public string? Security { get; init; }

    /// <summary>Gets the devices the command may use, such as <c>vendor.com/gpu=all</c>.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>
    /// Gets a script written as a heredoc, which needs BuildKit and Dockerfile syntax 1.4. A newline at its end is added where it lacks.
    /// </summary>
    public string? Heredoc { get; init; }

    internal override string Write(IReadOnlyList<string> shell)
    {
        var flags = new Flags();
        foreach (var mount in Mounts)
        {
            flags.Add("mount", mount.ToString());
        }

        flags.Add("network", Network).Add("security", Security);
        foreach (var device in Devices)
        {
            flags.Add("device", device);
        }

        if (Heredoc is null)
        {
            return $"RUN {flags}{Command!.Write(shell)}";
        }

        var file = new InlineFile(Heredoc);
        var delimiter = file.Delimiter([]);
        var reader = Command is ShellCommand { Script: var text } ? text + " " : "";
        return $"RUN {flags}{reader}<<\"{delimiter}\"\n{file.Body}{delimiter}";
    }

    internal override IEnumerable<string> Problems()
    {
        if (Command is null && Heredoc is null)
        {
            yield return "the command is empty: give it a command to run";
        }

        foreach (var problem in Command?.Problems() ?? [])
        {
            yield return problem;
        }

        if (Heredoc is not null)
        {
            foreach (var problem in HeredocProblems())
            {
                yield return problem;
            }
        }

        foreach (var problem in Mounts.SelectMany(mount => mount.Problems())
            .Concat(Devices.SelectMany(device => Rules.Text("the device", device))))
        {
            yield return problem;
        }

        if (Network is not (null or "default" or "none" or "host"))
        {
            yield return $"--network is '{Network}': it must be default, none or host";
        }

        if (Security is not (null or "sandbox" or "insecure"))
        {
            yield return $"--security is '{Security}': it must be sandbox or insecure";
        }
    }

    private IEnumerable<string> HeredocProblems()
    {
        if (string.IsNullOrWhiteSpace(Heredoc))
        {
            yield return "the heredoc is empty: give it a script to run";
        }
        else if (Words.Unwritable(Heredoc) is { } trouble)
        {
            yield return $"the heredoc has {trouble}";
        }

        // Beside a heredoc the command stands on one line as it is; there is no other form to fall back to.
        if (Command is ExecCommand || (Command is ShellCommand { Script: var text } && Command.Write(["sh"]) != text))
        {
            yield return "the command that reads the heredoc must be one plain line in shell form";
        }
    }
}
