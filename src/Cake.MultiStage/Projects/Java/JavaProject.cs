using Cake.MultiStage.Projects.Hints;

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

    /// <summary>Gets a value indicating whether the wrapper's script may be run; else a shell is told to read it.</summary>
    public bool IsWrapperExecutable { get; init; } = true;

    /// <summary>Gets the newest release of Java that the wrapper's Gradle runs on; null where none is known.</summary>
    public int? NewestForWrapper { get; init; }

    /// <summary>Gets the module with the program, where it is not the root: a folder; null for none.</summary>
    public string? Module { get; init; }

    /// <summary>
    /// Gets a value indicating whether Gradle's plugin <c>application</c> lays out the program, as others that stand on it do.
    /// </summary>
    public bool IsApplication { get; init; }

    public bool IsSpring { get; init; }

    /// <summary>Gets a value indicating whether Quarkus lays the program out in its own folder.</summary>
    public bool IsQuarkus { get; init; }

    /// <summary>Gets a value indicating whether its files have Quarkus make another kind of package than its layers.</summary>
    public bool IsPackedOtherwise { get; init; }

    /// <summary>Gets the ports that the framework's server listens on.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>Gets where it answers whether it is well, by what it depends on; null where nothing is known to.</summary>
    public HealthEndpoint? Health { get; init; }

    /// <summary>Gets the folders of the image that its database writes to.</summary>
    public IReadOnlyList<string> Writes { get; init; } = [];

    /// <summary>Gets what was found besides, for people.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>Gets what was assumed of its files.</summary>
    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];

    /// <summary>Gets a value indicating whether the source shows texts by the user's language.</summary>
    public bool UsesLocales { get; init; }

    public string? SpringVersion { get; init; }

    /// <summary>Gets a value indicating whether the build makes one jar that holds all the program needs.</summary>
    public bool IsFat { get; init; }

    public bool HasDependencies { get; init; }

    /// <summary>Gets a value indicating whether a pom from elsewhere is its parent, whose plugins are not known here.</summary>
    public bool HasParentElsewhere { get; init; }

    public string? MainClass { get; init; }

    /// <summary>Gets the classes whose source has a <c>main</c>.</summary>
    public IReadOnlyList<string> MainClasses { get; init; } = [];

    /// <summary>Gets the sources of the program that are no tests.</summary>
    public IReadOnlyList<SourceFile> Sources { get; init; } = [];

    public bool HasTests { get; init; }

    public bool UsesTls { get; init; }

    /// <summary>Gets the groups of the project's own artifacts, where it has several modules.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Gets a value indicating whether the build itself makes the same jar of the same source.</summary>
    public bool IsReproducible { get; init; }
}
