using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>
/// A command by which an engine finds out whether the program in a container is well: it is where the command ends with 0.
/// </summary>
/// <param name="Command">The command, in exec form: no shell is needed.</param>
/// <example><code>
/// var service = MultiStageGo("./service", go =>
///     go.HealthCheck = new HealthCheck("/bin/service", "-healthy") { Interval = TimeSpan.FromSeconds(10) });
/// </code></example>
public sealed record HealthCheck(params IReadOnlyList<string> Command)
{
    /// <summary>Gets no check, even where the base or the preset has one.</summary>
    public static HealthCheck None => new();

    /// <summary>Gets the time between checks. Docker's default is 30 seconds.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Gets the longest a check may take. Docker's default is 30 seconds.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets the time in which failures do not count. Docker's default is none.</summary>
    public TimeSpan? StartPeriod { get; init; }

    /// <summary>Gets how many failures in a row make a container unhealthy. Docker's default is 3.</summary>
    public int? Retries { get; init; }

    internal HealthcheckInstruction ToInstruction() => Command.Count == 0 ? HealthcheckInstruction.None
        : new HealthcheckInstruction(new ExecCommand(Command)) { Interval = Interval, Timeout = Timeout, StartPeriod = StartPeriod,
            Retries = Retries };
}
