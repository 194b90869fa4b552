using Cake.MultiStage.Dockerfiles;

namespace Cake.MultiStage.Projects;

/// <summary>
/// One of the images that a description yields: for development, for tests, for production. It is a stage of the same
/// Dockerfile, so that it shares with the others all they have in common.
/// </summary>
/// <param name="Name">The name, such as <c>development</c>: lower-case letters, digits and dashes. The stage is called so too.</param>
/// <param name="Stage">The stage; <see langword="null"/> for the final stage.</param>
/// <example><code>
/// var hello = MultiStageGo("./hello", go =>
///     go.Variants.Add(new Variant("profiling", Stage.From(StageBase.Stage("builder")).Cmd("go", "tool", "pprof"))));
/// MultiStageBuild(hello, build => build.Variant = "profiling");
/// </code></example>
public sealed record Variant(string Name, Stage? Stage = null)
{
    /// <summary>The variant with the toolchain, the source and a shell: <c>development</c>.</summary>
    public const string Development = "development";

    /// <summary>The variant whose build runs the tests: <c>test</c>.</summary>
    public const string Test = "test";

    /// <summary>The variant that ships, which is the final stage: <c>production</c>.</summary>
    public const string Production = "production";

    /// <summary>
    /// Gets the folder with what the variant is built for, such as test results; <see langword="null"/> where it is the image itself.
    /// <c>MultiStageExport</c> brings it to the host.
    /// </summary>
    public StageFolder? Results { get; init; }

    /// <summary>Gets the name of the stage to build.</summary>
    public string Target => Stage is null ? ImageProject.FinalStage : Stage.Name ?? Name;
}

/// <summary>A folder in a stage.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="Path">The absolute path.</param>
public sealed record StageFolder(string Stage, string Path);
