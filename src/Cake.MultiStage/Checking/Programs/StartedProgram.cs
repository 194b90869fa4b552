namespace Cake.MultiStage.Checking.Programs;

/// <summary>What a container starts, followed as the kernel and the loader would.</summary>
/// <param name="Name">The program as the image names it.</param>
internal sealed record StartedProgram(string Name)
{
    /// <summary>Gets the file in the image; <see langword="null"/> where there is none.</summary>
    public string? Path { get; init; }

    /// <summary>Gets what is there in place of a program, in words; <see langword="null"/> where nothing is.</summary>
    public string? InItsPlace { get; init; }

    /// <summary>Gets the interpreter that its first line names (<c>#!</c>).</summary>
    public string? ScriptInterpreter { get; init; }

    /// <summary>Gets a value indicating whether that interpreter is missing.</summary>
    public bool LacksScriptInterpreter { get; init; }

    /// <summary>
    /// Gets a value indicating whether the first line of a script ends in a carriage return, which becomes part of what it asks for.
    /// </summary>
    public bool HasCarriageReturn { get; init; }

    /// <summary>Gets a value indicating whether a script starts its arguments as a program in the end (<c>exec "$@"</c>).</summary>
    public bool StartsArguments { get; init; }

    /// <summary>Gets what it is, where it is an ELF file; for a script, what its interpreter is.</summary>
    public ElfFile? Elf { get; init; }

    /// <summary>Gets the ELF file in the image: the program, or its interpreter.</summary>
    public string? ElfPath { get; init; }

    /// <summary>Gets what the program and its libraries show of what they are going to ask for.</summary>
    public ProgramTraces Traces { get; init; } = ProgramTraces.None;

    /// <summary>Gets a value indicating whether its loader is missing.</summary>
    public bool LacksLoader { get; init; }

    /// <summary>Gets the files that are loaded with it: its loader, and the libraries that are there.</summary>
    public IReadOnlyList<string> Libraries { get; init; } = [];

    /// <summary>Gets the libraries that are missing, with the file that needs each.</summary>
    public IReadOnlyList<(string Library, string NeededBy)> MissingLibraries { get; init; } = [];
}

/// <summary>All that an image starts.</summary>
internal sealed record StartedPrograms
{
    /// <summary>Gets the words of what is started in the end: what a shell, an init or an entry script is given.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Gets the program that the engine starts; <see langword="null"/> where there is nothing to start.</summary>
    public StartedProgram? Program { get; init; }

    /// <summary>Gets the program that this one only starts; <see langword="null"/> where it is the program itself.</summary>
    public StartedProgram? Inner { get; init; }

    /// <summary>Gets the program of the health check; <see langword="null"/> where there is none, or which it is can't be told.</summary>
    public StartedProgram? HealthCheck { get; init; }

    /// <summary>Gets what was not looked at, or not as a whole, in words.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];
}
