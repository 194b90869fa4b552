using System.Collections.ObjectModel;

namespace Cake.MultiStage.Projects;

/// <summary>A file or folder that the final stage takes over from an earlier one.</summary>
/// <param name="Source">The absolute path in the stage that made it.</param>
/// <param name="Destination">The path in the final stage.</param>
/// <param name="From">The stage or image that has it; the builder stage by default.</param>
public sealed record Artifact(string Source, string Destination, string From = ImageProject.BuilderStage)
{
    /// <summary>
    /// Gets the owner, such as <c>65532:65532</c>; <see langword="null"/> for root. What goes into one of <c>WritableFolders</c> gets the
    /// image's user.
    /// </summary>
    public string? Owner { get; init; }

    /// <summary>Gets why the image needs it, in a line.</summary>
    public string? Reason { get; init; }
}

/// <summary>The artifacts of a description.</summary>
public sealed class ArtifactCollection : Collection<Artifact>
{
    /// <summary>Adds an artifact that has the same path in both stages.</summary>
    /// <param name="path">The absolute path.</param>
    public void Add(string path) => Add(new Artifact(path, path));

    /// <summary>Adds an artifact of the builder stage.</summary>
    /// <param name="source">The absolute path in the builder stage.</param>
    /// <param name="destination">The path in the final stage.</param>
    public void Add(string source, string destination) => Add(new Artifact(source, destination));

    /// <summary>Adds an artifact of any stage, or of an image.</summary>
    /// <param name="source">The absolute path in that stage or image.</param>
    /// <param name="destination">The path in the final stage.</param>
    /// <param name="from">The stage's name, or the image's reference.</param>
    public void Add(string source, string destination, string from) => Add(new Artifact(source, destination, from));
}
