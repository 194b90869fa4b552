namespace Cake.MultiStage.Checking;

/// <summary>How a container of the image started, and what came of it.</summary>
public sealed record StartProof
{
    /// <summary>
    /// Gets the words of the engine, or of its container runtime, where the program could not be started; <see langword="null"/> where it
    /// did.
    /// </summary>
    public string? Refusal { get; init; }

    /// <summary>Gets the exit code; <see langword="null"/> where the program still ran when it was stopped, or never started.</summary>
    public long? ExitCode { get; init; }

    /// <summary>
    /// Gets what the program wrote to its standard output and standard error, in that order of time: the first and the last 64 KiB, where
    /// it is more.
    /// </summary>
    public string Output { get; init; } = "";

    /// <summary>Gets the time from the start to the first output; <see langword="null"/> where there was none.</summary>
    public TimeSpan? FirstOutput { get; init; }

    /// <summary>
    /// Gets what was waited for, such as <c>health check</c> or <c>TCP port 8080</c>; <see langword="null"/> where that was nothing but the
    /// program's end.
    /// </summary>
    public string? WaitedFor { get; init; }

    /// <summary>Gets the time from the start to what was waited for; <see langword="null"/> where that did not come.</summary>
    public TimeSpan? Ready { get; init; }

    /// <summary>Gets how long the container ran.</summary>
    public TimeSpan Duration { get; init; }
}
