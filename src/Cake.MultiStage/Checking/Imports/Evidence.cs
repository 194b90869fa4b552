namespace Cake.MultiStage.Checking.Imports;

/// <summary>A module that a file asks for and that is not in the image.</summary>
/// <param name="File">The file.</param>
/// <param name="Name">What it asks for, as it is written.</param>
/// <param name="Places">Where it was looked for, in words.</param>
internal sealed record MissingImport(string File, string Name, string Places);

/// <summary>A library that a native extension of a program needs and that is nowhere in the image.</summary>
/// <param name="Library">The library.</param>
/// <param name="NeededBy">The extension.</param>
internal sealed record MissingNative(string Library, string NeededBy);

/// <summary>What was read of files beyond the programs themselves: of scripts, assemblies and native extensions.</summary>
internal sealed record Evidence
{
    public static Evidence None { get; } = new();

    public IReadOnlyList<MissingImport> MissingImports { get; init; } = [];

    public IReadOnlyList<MissingNative> MissingNatives { get; init; } = [];

    /// <summary>Gets a value indicating whether the program's assembly looks time zones up by their names.</summary>
    public bool LooksUpTimeZones { get; init; }
}
