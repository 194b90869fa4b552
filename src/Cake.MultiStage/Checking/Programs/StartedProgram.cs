namespace Cake.MultiStage.Checking.Programs;

/// <summary>What a container starts, followed as the kernel and the loader would.</summary>
/// <param name="Name">The program as the image names it.</param>
internal sealed record StartedProgram(string Name)
{
    /// <summary>Gets the file in the image; <see langword="null"/> where there is none.</summary>
    public string? Path { get; init; }

    /// <summary>Gets the interpreter that its first line names (<c>#!</c>).</summary>
    public string? ScriptInterpreter { get; init; }

    /// <summary>Gets a value indicating whether that interpreter is missing.</summary>
    public bool LacksScriptInterpreter { get; init; }

    /// <summary>Gets what it is, where it is an ELF file; for a script, what its interpreter is.</summary>
    public ElfFile? Elf { get; init; }

    /// <summary>Gets the ELF file in the image: the program, or its interpreter.</summary>
    public string? ElfPath { get; init; }

    /// <summary>Gets what the program and its libraries show of what they are going to ask for.</summary>
    public ProgramTraces Traces { get; init; } = ProgramTraces.None;

    /// <summary>Gets a value indicating whether its loader is missing.</summary>
    public bool LacksLoader { get; init; }

    /// <summary>Gets the libraries that are missing, with the file that needs each.</summary>
    public IReadOnlyList<(string Library, string NeededBy)> MissingLibraries { get; init; } = [];
}
