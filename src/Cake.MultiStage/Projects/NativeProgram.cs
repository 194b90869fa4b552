namespace Cake.MultiStage.Projects;

/// <summary>The files of a program that are linked to shared libraries.</summary>
/// <param name="Files">The program and its libraries in the builder stage, as words of a shell, patterns included.</param>
/// <param name="Library">The C library that the builder links them to.</param>
/// <param name="Otherwise">The line to write where the base has another C library, as in <c>rust.Musl = true</c>.</param>
internal sealed record NativeProgram(string Files, CLibrary Library, string Otherwise)
{
    /// <summary>Gets the folder whose libraries the image has anyway; null for none.</summary>
    public string? Own { get; init; }

    /// <summary>
    /// Gets a value indicating whether the files are the packages of an interpreted program, all in <see cref="Own"/>: what they are linked
    /// to ships only where the final base lacks it.
    /// </summary>
    public bool ArePackages { get; init; }

    /// <summary>Gets the folders that the program has the loader look in, joined by colons; null for none.</summary>
    public string? Search { get; init; }

    /// <summary>
    /// Gets a value indicating whether every base but an empty one has the libraries: those of the program's own runtime.
    /// </summary>
    public bool BaseSuffices { get; init; }

    /// <summary>Gets a value indicating whether a compiler for another processor comes with all that it is linked to.</summary>
    public bool IsCrossed { get; init; }

    /// <summary>Checks that the base can run it.</summary>
    /// <exception cref="MultiStageException">It has another C library.</exception>
    public void Require(ChosenBase final)
    {
        if ((Library, final.Library) is (CLibrary.Glibc, CLibrary.Musl) or (CLibrary.Musl, CLibrary.Glibc))
        {
            throw new MultiStageException(
                $"The program is linked to {Name(Library)}, and its base '{final.Image}' has {Name(final.Library)} as its C library: "
                + $"it would not start. {Otherwise}");
        }
    }

    private static string Name(CLibrary library) => library == CLibrary.Musl ? "musl" : "glibc";
}
