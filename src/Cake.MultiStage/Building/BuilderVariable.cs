namespace Cake.MultiStage.Building;

/// <summary>
/// The variable <c>DOCKER_BUILDKIT</c>, by which the Docker CLI chooses the builder: the values are those of Go's <c>strconv.ParseBool</c>,
/// and an empty one is none.
/// </summary>
internal static class BuilderVariable
{
    public const string Name = "DOCKER_BUILDKIT";

    /// <summary>Reads the choice; <see langword="null"/> where the variable makes none.</summary>
    /// <param name="environmentVariable">Reads a variable of the environment.</param>
    /// <exception cref="MultiStageException">The value is neither true nor false.</exception>
    public static BuilderKind? Read(Func<string, string?> environmentVariable) => environmentVariable(Name) switch
    {
        null or "" => null,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => BuilderKind.BuildKit,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => BuilderKind.Legacy,
        var other =>
            throw new MultiStageException(
                $"The environment variable {Name} is '{other}', which is neither true nor false. Set it to 1 for BuildKit or to 0 for the "
                    + "legacy builder, or unset it."),
    };
}
