namespace Cake.MultiStage.Dockerfiles;

/// <summary>One instruction of a stage.</summary>
public abstract record Instruction
{
    private protected Instruction()
    {
    }

    /// <summary>Gets the instruction's keyword, such as <c>RUN</c>.</summary>
    public abstract string Keyword { get; }

    /// <summary>
    /// Gets why the instruction is there, in a line; <see langword="null"/> where nothing more is to say than what the instruction does.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>Returns the instruction as it is written in a stage whose shell is <c>/bin/sh -c</c>.</summary>
    /// <returns>The text.</returns>
    public sealed override string ToString() => Problems().Any() ? Keyword : Write(StageGraph.DefaultShell);

    internal abstract string Write(IReadOnlyList<string> shell);

    internal abstract IEnumerable<string> Problems();
}
