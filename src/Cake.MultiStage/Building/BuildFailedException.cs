namespace Cake.MultiStage.Building;

/// <summary>A build failed in one of its steps. No tag was moved.</summary>
public sealed class BuildFailedException : MultiStageException
{
    internal BuildFailedException(string message, FailedStep step)
        : base(message)
    {
        Stage = step.Stage;
        Instruction = step.Instruction;
        Line = step.Line;
        Output = step.Output;
        ExitCode = step.ExitCode;
    }

    /// <summary>Gets the stage that failed, or <see langword="null"/> where the failure is in no stage.</summary>
    public string? Stage { get; }

    /// <summary>Gets the instruction that failed, as the Dockerfile has it, or <see langword="null"/>.</summary>
    public string? Instruction { get; }

    /// <summary>Gets the line of the generated Dockerfile, from 1, or <see langword="null"/>.</summary>
    public int? Line { get; }

    /// <summary>
    /// Gets the exit code of the program that failed, or <see langword="null"/> where none did or the engine doesn't say.
    /// </summary>
    public int? ExitCode { get; }

    /// <summary>Gets the last lines the step wrote.</summary>
    public IReadOnlyList<string> Output { get; }
}

internal sealed record FailedStep(string? Stage, string? Instruction, int? Line, IReadOnlyList<string> Output, int? ExitCode = null);
