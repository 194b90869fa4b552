namespace Cake.MultiStage.Projects.Java;

/// <summary>What a folder's files say of a Java program, whatever builds it.</summary>
internal sealed record JavaProject
{
    public required JavaBuildTool Tool { get; init; }

    public required string Name { get; init; }

    /// <summary>Gets the version of the language, such as <c>21</c>; null where no file says it.</summary>
    public string? Version { get; init; }

    /// <summary>Gets the file that says the version.</summary>
    public string File { get; init; } = "";

    /// <summary>Gets a value indicating whether the build runs on exactly that version, as Gradle's toolchains do.</summary>
    public bool IsToolchain { get; init; }

    /// <summary>Gets the files that say what the program depends on, and the wrapper's.</summary>
    public IReadOnlyList<string> Manifests { get; init; } = [];

    /// <summary>Gets the folders outside of the project's that hold the parents of its poms.</summary>
    public IReadOnlyList<string> Outside { get; init; } = [];

    public bool HasWrapper { get; init; }

    public bool IsSpring { get; init; }

    public string? SpringVersion { get; init; }

    /// <summary>Gets a value indicating whether the build makes one jar that holds all the program needs.</summary>
    public bool IsFat { get; init; }

    public bool HasDependencies { get; init; }

    public string? MainClass { get; init; }

    /// <summary>Gets the classes whose source has a <c>main</c>.</summary>
    public IReadOnlyList<string> MainClasses { get; init; } = [];

    public bool HasTests { get; init; }

    public bool UsesTls { get; init; }

    /// <summary>Gets the group of the project's own artifacts, where it has several modules.</summary>
    public string? Group { get; init; }

    /// <summary>Gets a value indicating whether the build itself makes the same jar of the same source.</summary>
    public bool IsReproducible { get; init; }
}
