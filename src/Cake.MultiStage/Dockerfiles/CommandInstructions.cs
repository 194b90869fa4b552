namespace Cake.MultiStage.Dockerfiles;

/// <summary><c>CMD</c>: what a container starts, or the default arguments of the entry point.</summary>
/// <param name="Command">The command.</param>
internal sealed record CmdInstruction(Command Command) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "CMD";

    internal override string Write(IReadOnlyList<string> shell) => "CMD " + Command.Write(shell);

    internal override IEnumerable<string> Problems() => Command.Problems();
}

/// <summary><c>ENTRYPOINT</c>: what a container always starts.</summary>
/// <param name="Command">The command.</param>
internal sealed record EntrypointInstruction(Command Command) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "ENTRYPOINT";

    internal override string Write(IReadOnlyList<string> shell) => "ENTRYPOINT " + Command.Write(shell);

    internal override IEnumerable<string> Problems() => Command.Problems();
}

/// <summary><c>SHELL</c>: the shell of the shell-form commands that follow.</summary>
/// <param name="Arguments">The shell and its arguments, such as <c>/bin/bash</c>, <c>-c</c>.</param>
internal sealed record ShellInstruction(IReadOnlyList<string> Arguments) : Instruction
{
    /// <inheritdoc/>
    public override string Keyword => "SHELL";

    internal override string Write(IReadOnlyList<string> shell) => "SHELL " + Words.Json(Arguments);

    internal override IEnumerable<string> Problems() =>
        Arguments is [] or ["", ..] ? ["the shell is empty: name a program and its arguments"] : new ExecCommand(Arguments).Problems();
}

/// <summary><c>HEALTHCHECK</c>: how Docker asks a container whether it is well.</summary>
/// <param name="Command">The command, or <see langword="null"/> for <c>NONE</c>: no check, even where the base has one.</param>
public sealed record HealthcheckInstruction(Command? Command) : Instruction
{
    /// <summary>Gets no check, even where the base has one.</summary>
    public static HealthcheckInstruction None => new((Command?)null);

    /// <inheritdoc/>
    public override string Keyword => "HEALTHCHECK";

    /// <summary>Gets the time between checks. Docker's default is 30 seconds.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Gets the longest a check may take. Docker's default is 30 seconds.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets the time in which failures do not count. Docker's default is none.</summary>
    public TimeSpan? StartPeriod { get; init; }

    /// <summary>Gets the time between checks during the start period (engine 25 and later). Docker's default is 5 seconds.</summary>
    public TimeSpan? StartInterval { get; init; }

    /// <summary>Gets how many failures in a row make a container unhealthy. Docker's default is 3.</summary>
    public int? Retries { get; init; }

    private IEnumerable<(string Name, TimeSpan? Value)> Times =>
        [("interval", Interval), ("timeout", Timeout), ("start-period", StartPeriod), ("start-interval", StartInterval)];

    internal override string Write(IReadOnlyList<string> shell)
    {
        if (Command is null)
        {
            return "HEALTHCHECK NONE";
        }

        var flags = new Flags();
        foreach (var (name, value) in Times.Where(time => time.Value is not null))
        {
            flags.Add(name, Words.Duration(value!.Value));
        }

        return $"HEALTHCHECK {flags.Add("retries", Retries is { } retries ? Words.Number(retries) : null)}CMD {Command.Write(shell)}";
    }

    internal override IEnumerable<string> Problems()
    {
        foreach (var problem in Command?.Problems() ?? [])
        {
            yield return problem;
        }

        if (Command is null && (Retries is not null || Times.Any(time => time.Value is not null)))
        {
            yield return "NONE takes no options: leave them out";
        }

        foreach (var (name, value) in Times)
        {
            // The engine refuses times between zero and a millisecond.
            if (value is { } time && time != TimeSpan.Zero && time < TimeSpan.FromMilliseconds(1))
            {
                yield return $"--{name} is {Words.Duration(time)}: it must be zero or at least 1ms";
            }
        }

        if (Retries < 0)
        {
            yield return $"--retries is {Words.Number(Retries.Value)}: it must not be negative";
        }
    }
}
